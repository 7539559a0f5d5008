"""The database: one schema, sessions, migrations, the private cluster."""

"""What everything stands on: settings, errors, clock, geometry, storage, audit, events, accounts, database."""

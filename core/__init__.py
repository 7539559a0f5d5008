"""What all stands on: settings, errors, clock, geometry, storage, audit, events, accounts."""

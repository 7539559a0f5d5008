"""The outside world into PostGIS: sources, the pipeline, quarantine and status."""

"""Who goes where, by which road, and who cannot."""

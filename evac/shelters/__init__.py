"""Shelters: what registers and status feeds report becomes one shelter each, with its state now."""

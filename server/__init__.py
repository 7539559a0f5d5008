"""Every door: web, worker, command line, feeds; the only package that knows all others."""

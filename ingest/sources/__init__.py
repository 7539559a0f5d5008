"""One folder per source: manifest.toml (what it is), client.py (bytes), parse.py (pure)."""

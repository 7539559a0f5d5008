"""The HTTP API: thin routers over what the packages below can do."""

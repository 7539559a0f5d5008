"""The `hinomi` command, one file per command group."""

"""One folder per page; pages do not know one another."""

"""One module per source: the island's state in the wire format of the real feed."""

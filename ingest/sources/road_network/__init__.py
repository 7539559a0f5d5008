"""Roads: OpenStreetMap, and the links that probe vehicles passed (通行実績)."""

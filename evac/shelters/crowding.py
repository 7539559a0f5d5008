"""How full a shelter is, in the four steps towns publish."""

# Upper bounds of the share of capacity: 空き, やや混雑, 混雑; above the last 満員.
# reference/field-lessons.md 2.4 (5), the steps of a town's published table.
STEPS = ((0.3, "empty"), (0.6, "slightly"), (0.8, "crowded"))


def crowding_of(told: str | None, headcount: int | None, capacity: int | None) -> str | None:
    """Return empty, slightly, crowded or full: what was told, else by head-count and capacity.

    None where neither is known; a capacity of zero means not known.
    """
    if told:
        return told
    if headcount is None or not capacity:
        return None
    share = headcount / capacity
    return next((step for bound, step in STEPS if share < bound), "full")

"""Roads that close."""

import numpy as np

from drill.island.build import Island
from drill.island.timeline import hours


def test_roads_close_in_the_storm_and_open_later(island: Island) -> None:
    closures = island.closures
    assert len(closures.edge) == len(closures.lines) > 5
    assert hours()[closures.start.min()] > 2
    assert (closures.start < closures.end).all()
    assert (closures.partly > closures.start).all()
    assert (np.diff(closures.start) >= 0).all()
    lifted = closures.end < len(hours())
    assert 0 < lifted.sum() < len(lifted)


def test_slides_happen_on_steep_ground_and_water_stands_on_low(island: Island) -> None:
    closures = island.closures
    assert {"冠水"} < set(closures.reason)
    slides = closures.edge[~np.isin(closures.reason, ["冠水", "異常気象時通行規制", "橋梁流失"])]
    assert len(slides) > 0
    assert island.roads.main[slides].all()
    assert not island.roads.tunnel[slides].any()


def test_no_two_closures_share_their_ends(island: Island) -> None:
    closures = island.closures
    ends = set(zip(closures.place_from, closures.place_to, strict=True))
    assert len(ends) == len(closures.edge)


def test_stretches_hold_their_edge(island: Island) -> None:
    closures = island.closures
    for index, edge in enumerate(closures.edge):
        line = closures.lines.line(index)
        start = island.roads.lines.line(int(edge))[0]
        assert np.hypot(*(line - start).T).min() < 1e-9

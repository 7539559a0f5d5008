"""Named rivers."""

import numpy as np

from drill.island.rivers import make_rivers, upstream_first
from drill.island.terrain import Terrain


def test_reaches_flow_down_and_end_where_others_begin(terrain: Terrain) -> None:
    rivers = make_rivers(np.random.default_rng(1), terrain)
    assert len(rivers.lines) == len(rivers.river) == len(rivers.area_km2) > 5
    heights = terrain.heights.ravel()
    for index in range(len(rivers.lines)):
        ends = terrain.grid.cells(terrain.grid.xy(rivers.lines.line(index)[[0, -1]]))
        assert heights[ends[0]] >= heights[ends[1]]


def test_larger_rivers_have_names(terrain: Terrain) -> None:
    rivers = make_rivers(np.random.default_rng(1), terrain)
    named = rivers.name[rivers.name != ""]
    assert 0 < len(named) == len(set(named))
    largest = int(np.argmax(np.where(terrain.land.ravel(), terrain.area_km2, 0)))
    assert rivers.name[rivers.cell_river[largest]].endswith("川")


def test_upstream_cells_come_first(terrain: Terrain) -> None:
    order = upstream_first(terrain)
    place = np.full(len(terrain.receivers), len(order))
    place[order] = np.arange(len(order))
    assert (place[order] < place[terrain.receivers[order]]).all()

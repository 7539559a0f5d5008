"""Gauges."""

import numpy as np

from drill.island.build import Island
from drill.island.terrain import Terrain


def test_rain_gauges_stand_apart_on_land(island: Island) -> None:
    gauges = island.rain_gauges
    assert len(gauges.code) == round(150 * 0.05**0.5)
    assert len(set(gauges.code)) == len(gauges.code)
    cells = island.grid.cells(gauges.xy)
    assert island.land.ravel()[cells].mean() > 0.95
    assert (gauges.altitude > 300).any()
    assert 0 < gauges.full.sum() < len(gauges.full)


def test_river_gauges_stand_on_named_rivers(island: Island) -> None:
    gauges = island.river_gauges
    assert (island.rivers.name[gauges.river] != "").all()
    assert (np.diff(gauges.area_km2) <= 0).all()
    assert 0 < gauges.dead.sum() <= 4
    assert len(set(gauges.name)) == len(gauges.name)


def test_catchments_add_up_and_grow_downstream(island: Island, terrain: Terrain) -> None:
    gauges = island.river_gauges
    assert np.allclose(gauges.share.sum(axis=1), 1)
    assert gauges.share.shape[1] == terrain.grid.rows // 20 * (terrain.grid.columns // 20)
    for gauge, below in enumerate(gauges.downstream):
        if below >= 0:
            assert gauges.area_km2[below] > gauges.area_km2[gauge]
            assert gauges.river[below] >= 0

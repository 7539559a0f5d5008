"""The land."""

import numpy as np

from drill.island.drainage import flow_levels
from drill.island.terrain import SUMMIT_M, Terrain, frame


def test_frames_divide_by_the_rain_cells() -> None:
    assert frame(1.0).shape == (500, 900)
    assert frame(10.0).rows > 1.7 * 500
    assert all(side % 20 == 0 for scale in (0.05, 1, 3, 10) for side in frame(scale).shape)


def test_land_lies_above_the_sea_and_has_mountains(terrain: Terrain) -> None:
    assert (terrain.heights[terrain.land] > 0).all()
    assert (terrain.heights[~terrain.land] < 0).all()
    assert 300 < terrain.heights.max() < 1.3 * SUMMIT_M
    assert not terrain.land[[0, -1]].any()
    assert not terrain.land[:, [0, -1]].any()


def test_every_land_cell_drains_to_the_sea(terrain: Terrain) -> None:
    jump = terrain.receivers.copy()
    for _ in range(14):
        jump = jump[jump]
    assert not terrain.land.ravel()[jump].any()
    assert len(flow_levels(terrain.receivers)) > 20


def test_rivers_run_in_valleys(terrain: Terrain) -> None:
    river = (terrain.area_km2.reshape(terrain.grid.shape) > 3) & terrain.main
    assert river.sum() > 20
    assert terrain.heights[river].mean() < terrain.heights[terrain.main].mean()
    assert terrain.slope[river].mean() < terrain.slope[terrain.main].mean()


def test_the_main_island_is_one_piece_of_the_land(terrain: Terrain) -> None:
    assert terrain.main.sum() <= terrain.land.sum()
    assert (terrain.land | ~terrain.main).all()
    assert np.isfinite(terrain.slope).all()

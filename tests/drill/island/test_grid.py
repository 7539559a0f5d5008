"""The raster frame."""

import numpy as np
from shapely.geometry import LineString

from core.geo import in_japan, length_m
from drill.island.grid import Grid, block_mean, lines_of


def test_positions_go_there_and_back() -> None:
    grid = Grid(100, 200)
    xy = np.array([[0.0, 0.0], [12_345.0, 6_789.0]])
    assert np.allclose(grid.xy(grid.lonlat(xy)), xy)
    assert np.allclose(grid.lonlat(xy)[0], grid.bounds[:2])


def test_metres_are_metres_on_the_ellipsoid() -> None:
    grid = Grid(500, 900)
    for end in ([30_000.0, 20_000.0], [20_000.0, 30_000.0]):
        line = LineString(grid.lonlat(np.array([[20_000.0, 20_000.0], end])))
        assert abs(length_m(line) / 10_000 - 1) < 0.01


def test_the_frame_lies_in_japanese_waters_far_from_land() -> None:
    west, south, east, north = Grid(900, 1600).bounds
    assert in_japan(west, south)
    assert in_japan(east, north)
    assert west > 148


def test_cells_are_numbered_by_row_and_held_inside() -> None:
    grid = Grid(10, 20)
    cells = np.array([0, 19, 20, 199])
    assert grid.cells(grid.centres(cells)).tolist() == cells.tolist()
    assert grid.cells(np.array([[-5.0, 99_999.0]])).tolist() == [180]
    assert grid.coarser(2).shape == (5, 10)


def test_lines_and_block_means() -> None:
    parts = [np.zeros((2, 2)), np.ones((3, 2))]
    lines = lines_of(parts)
    assert len(lines) == 2
    assert lines.line(1).tolist() == parts[1].tolist()
    assert len(lines_of([])) == 0
    assert block_mean(np.arange(16.0).reshape(4, 4), 2).tolist() == [[2.5, 4.5], [10.5, 12.5]]

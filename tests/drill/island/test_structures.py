"""Bridges, tunnels and the pieces between."""

from itertools import pairwise

import numpy as np
import shapely

from drill.island.grid import Grid
from drill.island.smooth import measure
from drill.island.structures import EDGE_M, TUNNEL_M, pieces_of, tunnel_spans
from drill.island.terrain import Terrain

ROAD = np.array([[0.0, 0.0], [1000.0, 0.0], [2000.0, 0.0]])


def test_a_river_makes_a_bridge_and_the_rest_is_cut_evenly() -> None:
    river = shapely.LineString([(900, -500), (900, 500)])
    pieces = pieces_of(ROAD, shapely.STRtree([river]), np.array([25.0]), None)
    assert pieces[0].start == 0
    assert pieces[-1].end == 2000
    for before, after in pairwise(pieces):
        assert before.end == after.start
    bridge = next(piece for piece in pieces if piece.kind)
    assert bridge.start < 900 < bridge.end < 1000
    assert max(p.end - p.start for p in pieces) <= EDGE_M


def test_two_crossings_close_together_are_one_bridge() -> None:
    rivers = [shapely.LineString([(x, -50), (x, 50)]) for x in (900, 940)]
    pieces = pieces_of(ROAD, shapely.STRtree(rivers), np.array([25.0, 25.0]), None)
    assert [piece.kind for piece in pieces].count("bridge") == 1


def test_a_tunnel_takes_the_place_of_bridges_in_it() -> None:
    river = shapely.LineString([(900, -500), (900, 500)])
    pieces = pieces_of(ROAD, shapely.STRtree([river]), np.array([25.0]), (600.0, 1400.0))
    assert [piece.kind for piece in pieces if piece.kind] == ["tunnel"]


def test_only_real_passes_get_tunnels() -> None:
    grid = Grid(40, 60)
    ridge = np.abs(np.arange(60) - 30) * -10.0 + 400.0
    heights = np.tile(ridge, (40, 1))
    flat = np.zeros(heights.shape)
    yes = np.ones(heights.shape, dtype=bool)
    over = np.column_stack([np.linspace(500, 5500, 50), np.full(50, 2000.0)])
    along = np.column_stack([np.full(30, 3000.0), np.linspace(500, 3500, 30)])
    number = np.arange(heights.size)
    terrain = Terrain(grid, heights, yes, yes, number, flat.ravel(), flat, flat, flat, flat)
    spans = tunnel_spans(terrain, [over, along], np.array([0, 0]))
    assert list(spans) == [0]
    assert spans[0][1] - spans[0][0] == TUNNEL_M
    assert spans[0][0] < measure(over)[-1] / 2 < spans[0][1]
    assert tunnel_spans(terrain, [over], np.array([4])) == {}

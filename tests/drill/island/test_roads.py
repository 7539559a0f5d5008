"""The road network."""

import numpy as np
from shapely.geometry import LineString

from core.geo import length_m
from drill.island.build import Island


def test_edges_run_between_their_nodes(island: Island) -> None:
    roads = island.roads
    for edge in range(0, len(roads.start), 7):
        line = roads.lines.line(edge)
        assert np.allclose(line[0], roads.nodes[roads.start[edge]], atol=1e-9)
        assert np.allclose(line[-1], roads.nodes[roads.end[edge]], atol=1e-9)


def test_the_number_of_edges_fits_the_scale(island: Island) -> None:
    assert 1350 < len(island.roads.start) <= 1500


def test_lengths_are_metres(island: Island) -> None:
    roads = island.roads
    for edge in range(0, len(roads.start), 97):
        assert abs(length_m(LineString(roads.lines.line(edge))) - roads.length_m[edge]) < 0.01 * (
            roads.length_m[edge] + 1
        )


def test_bridges_cross_rivers_and_bear_names(island: Island) -> None:
    roads = island.roads
    assert roads.bridge.any()
    assert not (roads.bridge & roads.tunnel).any()
    assert roads.main[roads.bridge].all()
    rivers = [LineString(island.rivers.lines.line(i)) for i in range(len(island.rivers.lines))]
    for edge in np.flatnonzero(roads.bridge):
        line = LineString(roads.lines.line(edge))
        assert min(river.distance(line) for river in rivers) < 0.0015

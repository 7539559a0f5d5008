"""TopoJSON becomes GeoJSON."""

from typing import Any

import pytest

from ingest.source import UnreadableError
from ingest.sources.boundaries.topology import MOST_POINTS, Arcs, features

# Two squares side by side that share arc 0, drawn once upwards.
DOCUMENT: dict[str, Any] = {
    "type": "Topology",
    "arcs": [
        [[131, 32], [131, 33]],
        [[131, 33], [130, 33], [130, 32], [131, 32]],
        [[131, 33], [132, 33], [132, 32], [131, 32]],
    ],
    "objects": {
        "a": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"n": 1}},
                {"type": "MultiPolygon", "arcs": [[[-3, -1]]]},
                {"type": "Polygon", "arcs": None},
            ],
        }
    },
}


def test_arcs_are_joined_forwards_and_backwards() -> None:
    west, east, nothing = features(DOCUMENT)
    assert west["properties"] == {"n": 1}
    assert west["geometry"]["coordinates"] == [
        [[131, 32], [131, 33], [130, 33], [130, 32], [131, 32]]
    ]
    ring = east["geometry"]["coordinates"][0][0]
    assert ring == [[131, 32], [132, 32], [132, 33], [131, 33], [131, 32]]
    assert nothing["geometry"] is None


def test_deltas_are_added_up_and_scaled() -> None:
    document = DOCUMENT | {
        "arcs": [[[10, 20], [1, 2], [-1, 0]]],
        "transform": {"scale": [0.5, 0.1], "translate": [130, 30]},
        "objects": {"a": {"type": "LineString", "arcs": [0]}},
    }
    (line,) = features(document)
    assert line["geometry"]["coordinates"] == [
        [pytest.approx(x), pytest.approx(y)] for x, y in ((135, 32), (135.5, 32.2), (135, 32.2))
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"arcs": None},
        {"objects": []},
        {"objects": {"a": 5}},
        {"objects": {"a": {"type": "Polygon", "arcs": [[99]]}}},
        {"objects": {"a": {"type": "Polygon", "arcs": [["x"]]}}},
        {"objects": {"a": {"type": "Polygon", "arcs": [[[[[[0]]]]]]}}},
        {"transform": {"scale": [1], "translate": [0, 0]}},
    ],
)
def test_broken_topologies(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        list(features(DOCUMENT | wrong))


def test_one_arc_named_a_million_times_is_refused() -> None:
    arcs = Arcs([[[0.0, 0.0]] * (MOST_POINTS // 2 + 1)])
    assert len(arcs.line(0)) == MOST_POINTS // 2 + 1
    with pytest.raises(ValueError, match="多すぎ"):
        arcs.line(-1)

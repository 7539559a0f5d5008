"""Features and geometry from outside."""

from typing import Any

import pytest
from shapely import Point, wkt

from ingest.geojson import (
    BadGeometryError,
    features_of,
    geometry_of,
    in_japan_only,
    properties_of,
)
from ingest.source import UnreadableError


def test_collections() -> None:
    assert features_of({"type": "FeatureCollection", "features": [1]}) == [1]
    assert features_of({"type": "unavailable"}) == []
    for other in ([], {}, {"features": {}}, 3):
        with pytest.raises(UnreadableError):
            features_of(other)


def test_properties() -> None:
    assert properties_of({"properties": {"a": 1}}) == {"a": 1}
    assert properties_of({"properties": None}) == {}
    assert properties_of({"properties": [1]}) is None
    assert properties_of(7) is None


def test_height_is_dropped() -> None:
    line = {"type": "LineString", "coordinates": [[130, 32, 5], [131, 33, 6]]}
    assert geometry_of(line) == wkt.loads("LINESTRING (130 32, 131 33)")


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"type": "Point"},
        {"type": "Nonsense", "coordinates": [1, 2]},
        {"type": "Point", "coordinates": "130,32"},
        {"type": "Point", "coordinates": [32.5, 130.5]},
        {"type": "Point", "coordinates": [None, None]},
        {"type": "LineString", "coordinates": [[130, 32]]},
        {"type": "LineString", "coordinates": []},
        {"type": "LineString", "coordinates": [[130, 32], [131, 99]]},
        {"type": "Polygon", "coordinates": [[[130, 32], [131, 33]]]},
        {"type": "GeometryCollection", "geometries": 5},
    ],
)
def test_geometry_that_cannot_be_used(value: Any) -> None:
    with pytest.raises(BadGeometryError):
        geometry_of(value)


def test_what_is_not_finite_is_not_in_japan() -> None:
    with pytest.raises(BadGeometryError):
        in_japan_only(Point(130, float("inf")))


def test_a_shape_of_countless_vertices_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    line = wkt.loads("LINESTRING (130 32, 130.1 32, 130.2 32)")
    assert in_japan_only(line) == line
    monkeypatch.setattr("ingest.geojson.MOST_VERTICES", 2)
    with pytest.raises(BadGeometryError, match="頂点"):
        in_japan_only(line)

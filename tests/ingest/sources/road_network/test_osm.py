"""OpenStreetMap XML, PBF and Overpass JSON give the same ways."""

from pathlib import Path
from typing import Any

import osmium
import pytest

from ingest.source import UnreadableError
from ingest.sources.road_network.osm import file_ways, overpass_ways

XML = b"""<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="32.5" lon="130.5"/><node id="2" lat="32.51" lon="130.51"/>
<way id="7"><nd ref="1"/><nd ref="2"/><nd ref="9"/><tag k="highway" v="primary"/></way>
<way id="8"><nd ref="1"/><nd ref="2"/><tag k="highway" v="construction"/></way>
<way id="9"><nd ref="1"/><nd ref="2"/><tag k="building" v="yes"/></way></osm>"""
NODES = [{"type": "node", "id": 1, "lat": 32.5, "lon": 130.5},
         {"type": "node", "id": 2, "lat": 32.51, "lon": 130.51}]  # fmt: skip
WAY: dict[str, Any] = {"type": "way", "id": 7, "nodes": [1, 2, 9], "tags": {"highway": "primary"}}
EXPECTED = (7, (1, 2, 9), ((130.5, 32.5), (130.51, 32.51), None), {"highway": "primary"})


def test_xml() -> None:
    (way,) = file_ways(XML, "osm")
    assert (way.number, way.nodes, way.places, way.tags) == EXPECTED


def test_pbf(tmp_path: Path) -> None:
    path = tmp_path / "a.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(osmium.io.FileBuffer(XML, "osm")):
            writer.add(thing)
    (way,) = file_ways(path.read_bytes(), "osm.pbf")
    assert (way.number, way.nodes, way.places, way.tags) == EXPECTED


def test_overpass_with_nodes_and_with_geometry() -> None:
    (way,) = overpass_ways({"elements": [*NODES, WAY]})
    assert (way.number, way.nodes, way.places, way.tags) == EXPECTED
    places = [{"lat": 32.5, "lon": 130.5}, {"lat": 32.51, "lon": 130.51}, None]
    (way,) = overpass_ways({"elements": [WAY | {"geometry": places}]})
    assert (way.number, way.nodes, way.places, way.tags) == EXPECTED


def test_broken_elements_are_left_out() -> None:
    broken: list[Any] = [
        5, {"type": "way"}, WAY | {"id": "x"}, WAY | {"tags": []}, WAY | {"nodes": 7},
        {"type": "node", "id": 1, "lon": "x"},
    ]  # fmt: skip
    assert [way.number for way in overpass_ways({"elements": [*broken, WAY]})] == [7]


def test_what_is_no_map() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "b">]><osm version="0.6"><node id="1" user="&b;"/></osm>'
    far = XML.replace(b'"130.5"', b'"1130.5"')
    for content in (b"", b"<osm", b"<html></html>", bomb, far):
        with pytest.raises(UnreadableError):
            list(file_ways(content, "osm"))
    with pytest.raises(UnreadableError):
        list(file_ways(b"\0\0\0\x0eOSMHeader", "osm.pbf"))
    with pytest.raises(UnreadableError):
        list(overpass_ways({"elements": {}}))

"""Road links from constructed bytes and from the real files."""

import io
import json
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from core.geo import length_m
from ingest.records import Item, RoadLink
from ingest.source import Payload, UnreadableError
from ingest.sources.road_network.parse import parse

FETCHED = datetime(2026, 11, 22, tzinfo=UTC)
KUMAMOTO = "road-closures/kumamoto-earthquake-traffic-map"


def read(content: bytes, name: str = "x") -> list[Item]:
    return list(parse(Payload(name=name, content=content, fetched_at=FETCHED)))


def links_in(path: Path) -> list[RoadLink]:
    items = read(path.read_bytes(), path.name)
    found = [item for item in items if isinstance(item, RoadLink)]
    assert len(found) == len(items), "nothing of a real file is rejected"
    assert len({item.key for item in found}) == len(found)
    return found


def shape_of(found: list[RoadLink]) -> tuple[int, int, int]:
    """Return end nodes, components, and nodes of the largest component."""
    numbers: dict[tuple[float, ...], int] = {}
    ends = np.array(
        [
            [numbers.setdefault(link.geometry.coords[end], len(numbers)) for end in (0, -1)]
            for link in found
        ]
    )
    count = len(numbers)
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    components, labels = connected_components(graph, directed=False)
    return count, int(components), int(np.bincount(labels).max())


LINES = {"features": [{"geometry": {"type": "LineString", "coordinates": [[130, 32], [131, 33]]}}]}


def test_a_zip_is_read_by_the_name_of_its_member() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("tukoujisseki.geojson", json.dumps(LINES))
        archive.writestr("dourokisei.geojson", b"not looked at")
    (item,) = read(buffer.getvalue(), "2609101600data.zip")
    assert isinstance(item, RoadLink)
    assert item.passed_at == datetime.fromisoformat("2026-09-10T16:00+09:00")


def test_forms_are_told_by_their_bytes() -> None:
    osm = (
        b'<?xml version="1.0"?><osm version="0.6"><node id="1" lat="32" lon="130"/>'
        b'<node id="2" lat="33" lon="131"/>'
        b'<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way></osm>'
    )
    overpass = {
        "elements": [
            {"type": "node", "id": 1, "lat": 32, "lon": 130},
            {"type": "node", "id": 2, "lat": 33, "lon": 131},
            {"type": "way", "id": 7, "nodes": [1, 2], "tags": {"highway": "path"}},
        ]
    }
    assert read(osm) == read(json.dumps(overpass).encode())
    assert len(read(json.dumps(LINES).encode())) == 1


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"[]", b"{}", b"<a/>", b"\0\0\0\rOSMHeader"]
)
def test_payloads_that_are_no_road_network(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(content)


def test_closures_are_no_passed_links() -> None:
    closed = {"features": [LINES["features"][0] | {"properties": {"規制内容": "全面通行止め"}}]}
    with pytest.raises(UnreadableError, match="road_restrictions"):
        read(json.dumps(closed).encode())


def test_a_zip_without_passed_links() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("dourokisei.geojson", b"{}")
    with pytest.raises(UnreadableError):
        read(buffer.getvalue())


# ---- the real files: shared/data/README.md


def test_passed_links_of_july(shared_data: Path) -> None:
    found = links_in(shared_data / KUMAMOTO / "2607311600data.zip")
    assert len(found) == 9_262  # of 24,426 lines
    assert shape_of(found) == (7_772, 52, 7_553)


def test_passed_links_of_august(shared_data: Path) -> None:
    found = links_in(shared_data / KUMAMOTO / "2608041600data.zip")
    assert len(found) == 17_805  # of 66,713 lines
    assert shape_of(found) == (14_556, 60, 14_153)
    length_km = sum(length_m(link.geometry) for link in found) / 1000
    assert length_km == pytest.approx(5_278, abs=1)  # on another ellipsoid there
    assert {link.passed_at for link in found} == {datetime.fromisoformat("2026-08-04T16:00+09:00")}
    assert len({point for link in found for point in link.geometry.coords}) == 163_830


def test_city_streets_from_overpass(shared_data: Path) -> None:
    (path,) = (shared_data / "roads/osm-GSI").glob("*.json")
    found = links_in(path)
    document = json.loads(path.read_bytes())
    ways = [element for element in document["elements"] if element["type"] == "way"]
    stops = [way for way in ways if way["tags"]["highway"] == "bus_stop"]
    assert len({node for way in ways for node in way["nodes"]}) == 30_399
    segments = sum(len(way["nodes"]) - 1 for way in ways)
    assert segments == 34_807
    # All but the bus stops, drawn as ways there, are roads; no segment is lost or doubled.
    dropped = sum(len(way["nodes"]) - 1 for way in stops)
    assert sum(len(link.geometry.coords) - 1 for link in found) == segments - dropped
    assert Counter(link.oneway for link in found).keys() == {0, 1, -1}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("graphhopper-demo/map.osm.pbf", 3_084),
        ("graphhopper-demo/shibuya.osm", 3_084),
        ("CrowdWalk/Hokudai-SatsuEki.00.orig.osm", 734),
        ("CrowdWalk/tsukuba.osm", 137),
        ("valhalla/liechtenstein-latest.osm.pbf", 7_882),
    ],
)
def test_real_openstreetmap_files(shared_data: Path, name: str, count: int) -> None:
    found = links_in(shared_data / "roads" / name)
    assert len(found) == count
    assert all(len(link.geometry.coords) > 1 for link in found)

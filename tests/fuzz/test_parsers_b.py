"""Mutated bytes never raise anything but UnreadableError, and rejected rows stay within bounds."""

import io
import json
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.reading import RAW_CHARACTERS
from ingest.records import Complete, Item, Rejected
from ingest.registry import source
from ingest.source import Payload, UnreadableError

FETCHED = datetime(2026, 11, 22, tzinfo=UTC)
LINE = {"type": "LineString", "coordinates": [[130.5, 32.5], [130.6, 32.6]]}
AREA = {"type": "Polygon", "coordinates": [[[130, 32], [131, 32], [131, 33], [130, 32]]]}


def collection(geometry: Any, **properties: Any) -> bytes:
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps(
        {"type": "FeatureCollection", "features": [feature, feature]}, ensure_ascii=False
    ).encode()


def packed(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


CLOSURES = collection(
    LINE, 路線名="国道9号", 道路種別="直轄国道", 始点="甲IC", 終点="乙IC", 規制内容="全面通行止め",
    規制開始_日時="2026/9/9/16:27", _color="#999999", 規制種別="災害",
)  # fmt: skip
LISTED = json.dumps(
    {"generated_at": "2026-09-10T16:00:00", "items": [
        {"route_name": "甲線", "region": "乙", "content": "解除", "last_seen": "2026-09-10 06:00",
         "history": [{"content": "全面通行止め"}], "path": [[32.5, 130.5], [32.6, 130.6]]},
        {"route_name": "甲線", "section": "乙〜丙", "point": {"lat": 32.5, "lon": 130.5}}]},
    ensure_ascii=False,
).encode()  # fmt: skip
HISTORY = json.dumps(
    {"snapshots": ["2026-09-10 16:00"], "items": [
        {"路線名": "甲線", "区間": "乙 〜 丙", "状態": "解除済み", "geometry": LINE,
         "最終確認時点": "2026-09-10 16:00", "規制内容": "前面通行止め"}]},
    ensure_ascii=False,
).encode()  # fmt: skip
OSM = (
    b'<?xml version="1.0"?><osm version="0.6"><node id="1" lat="32.5" lon="130.5"/>'
    b'<node id="2" lat="32.6" lon="130.6"/><way id="7"><nd ref="1"/><nd ref="2"/>'
    b'<tag k="highway" v="primary"/><tag k="width" v="3.5 m"/><tag k="maxspeed" v="30 mph"/>'
    b'<tag k="oneway" v="-1"/></way></osm>'
)
OVERPASS = json.dumps(
    {"elements": [
        {"type": "node", "id": 1, "lat": 32.5, "lon": 130.5},
        {"type": "node", "id": 2, "lat": 32.6, "lon": 130.6},
        {"type": "way", "id": 7, "nodes": [1, 2, 1], "tags": {"highway": "path", "layer": "1"}},
        {"type": "way", "id": 8, "nodes": [1, 2], "tags": {"highway": "path"},
         "geometry": [{"lat": 32.5, "lon": 130.5}, {"lat": 32.6, "lon": 130.6}]}]}
).encode()  # fmt: skip
REGISTER = (
    "ID,名称,所在地_市区町村,市区町村コード,緯度,経度,災害種別_洪水,想定収容人数\n"
    "1,甲小学校,乙市,172022,37.0,136.9,1,屋内191人／屋外0人(面積の1/2)\n"
    "2,丙公園,乙市,172022,37.1,136.9,0,約200人\n"
).encode()
PORTAL = json.dumps(
    {"items": [
        {"facilityId": "1", "name": "甲", "latitude": "32.5", "longitude": "130.5",
         "municipalityCd": "431001", "capacity": 94250, "crowdedStatus": "3", "floodShFlg": "1",
         "shelterStartTimestamp": "2026-09-10 06:00:00", "shelterEndTimestamp": ""}]}
).encode()  # fmt: skip
OPENED = (
    "ID,名称,人数,時点,所在地_市区町村,混雑状況\n"
    "1,甲,12,令和8年9月10日午前6時,乙市,混雑\n"
    "2,丙,1,令和8年9月10日正午,乙市,\n"
).encode()
DAILY = (
    "shelter_id,shelter_name,2026-09-09,2026-09-10\nweb:1,甲,未開設,混雑\nref:2,乙,1,0\n"
).encode()
PLANE = json.dumps(
    {"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:6675"}}, "features": [
        {"properties": {"名称": "甲", "人数": 4},
         "geometry": {"type": "Point", "coordinates": [-17507.7, 114708.2]}}]},
    ensure_ascii=False,
).encode()  # fmt: skip
BOUNDARIES = collection(AREA, N03_001="甲県", N03_003="乙市", N03_004="中央区", N03_007="43101")
TOPOLOGY = json.dumps(
    {"type": "Topology", "transform": {"scale": [1, 1], "translate": [130, 32]},
     "arcs": [[[0, 0], [1, 0], [0, 1], [-1, -1]]],
     "objects": {"a": {"geometries": [
         {"type": "Polygon", "arcs": [[0]], "properties": {"N03_007": "43101"}}]}}}
).encode()  # fmt: skip

SEEDS: list[tuple[str, bytes]] = [
    ("road_restrictions", CLOSURES),
    ("road_restrictions", packed("dourokisei.geojson", CLOSURES)),
    ("road_restrictions", LISTED),
    ("road_restrictions", HISTORY),
    ("road_network", packed("tukoujisseki.geojson", collection(LINE))),
    ("road_network", collection(LINE)),
    ("road_network", OSM),
    ("road_network", OVERPASS),
    ("shelter_register", REGISTER),
    ("shelter_register", PORTAL),
    ("shelter_register", PLANE),
    ("shelter_status", OPENED),
    ("shelter_status", PORTAL),
    ("shelter_status", DAILY),
    ("shelter_status", PLANE),
    ("boundaries", BOUNDARIES),
    ("boundaries", TOPOLOGY),
    ("boundaries", packed("N03.geojson", BOUNDARIES)),
]
NAMES = [f"{name}-{number}" for number, (name, _) in enumerate(SEEDS)]
MODEST = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from([130.5, 32.5, "", "解除", "2026/9/9/16:27", "令和8年", "1", "-0", "９９"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "coordinates", "lat", "lon", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


def survives(name: str, content: bytes, file: str = "2609101600.bin") -> list[Item]:
    """Parse; nothing but UnreadableError may come out, and every rejected row is in bounds."""
    items: list[Item] = []
    payload = Payload(name=file, content=content, fetched_at=FETCHED)
    with suppress(UnreadableError):
        items.extend(source(name).parse(payload))
    for item in items:
        if isinstance(item, Rejected):
            assert len(item.raw) <= RAW_CHARACTERS
            assert item.reason.isascii()
            assert item.message.endswith("。")
    return items


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Return the content with bytes changed, cut out, doubled or the end missing."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.sampled_from(["set", "cut", "double", "end", "insert"])):
            case "set" if data:
                data[at] = draw(st.integers(0, 255))
            case "cut":
                del data[at : at + draw(st.integers(1, 30))]
            case "double":
                data[at:at] = data[at : at + draw(st.integers(1, 60))]
            case "end":
                del data[at:]
            case _:
                data[at:at] = draw(st.binary(max_size=8))
    return bytes(data)


@pytest.mark.parametrize(("name", "content"), SEEDS, ids=NAMES)
def test_the_seeds_themselves_are_read(name: str, content: bytes) -> None:
    items = survives(name, content)
    assert [item for item in items if not isinstance(item, (Rejected, Complete))]


@pytest.mark.parametrize(("name", "content"), SEEDS, ids=NAMES)
@given(data=st.data())
@MODEST
def test_damaged_bytes(name: str, content: bytes, data: st.DataObject) -> None:
    survives(name, data.draw(damaged(content)))


@pytest.mark.parametrize("name", sorted({name for name, _ in SEEDS}))
@given(content=st.binary(max_size=200), file=st.text(max_size=30))
@MODEST
def test_any_bytes_under_any_name(name: str, content: bytes, file: str) -> None:
    survives(name, content, file)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value inside a JSON document."""
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = list(range(len(value)))
    return [path, *(found for key in keys for found in places_in(value[key], (*path, key)))]


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of a document with another value at a path."""
    if not path:
        return value
    copy = document.copy()
    copy[path[0]] = replaced(document[path[0]], path[1:], value)
    return copy


DOCUMENTS = [(name, content) for name, content in SEEDS if content[:1] == b"{"]


@pytest.mark.parametrize(("name", "content"), DOCUMENTS, ids=[name for name, _ in DOCUMENTS])
@given(data=st.data())
@MODEST
def test_any_value_in_any_place(name: str, content: bytes, data: st.DataObject) -> None:
    document = json.loads(content)
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(places_in(document)))
        document = replaced(document, path, data.draw(JSON_VALUES))
    survives(name, json.dumps(document).encode())


@pytest.fixture(scope="module")
def pbf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a small OpenStreetMap file in the binary form."""
    path = tmp_path_factory.mktemp("osm") / "seed.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(osmium.io.FileBuffer(OSM, "osm")):
            writer.add(thing)
    return path.read_bytes()


@given(data=st.data())
@MODEST
def test_damaged_binary_maps(pbf: bytes, data: st.DataObject) -> None:
    survives("road_network", data.draw(damaged(pbf)))


def test_every_source_here_has_a_seed() -> None:
    ours = {"road_restrictions", "road_network", "shelter_register", "shelter_status", "boundaries"}
    assert {name for name, _ in SEEDS} == ours

"""Boundaries from constructed bytes and from the real files."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from shapely import box
from shapely.geometry import mapping

from ingest.records import Boundary, Item, Rejected
from ingest.source import Payload, UnreadableError
from ingest.sources.boundaries.parse import parse

FETCHED = datetime(2026, 11, 22, tzinfo=UTC)


def read(content: bytes) -> list[Item]:
    return list(parse(Payload(name="N03.geojson", content=content, fetched_at=FETCHED)))


def feature(code: str | None, west: float, **names: str | None) -> dict[str, Any]:
    properties = {"N03_001": "甲県", "N03_007": code} | names
    geometry = mapping(box(west, 32, west + 1, 33))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_parts_of_one_municipality_become_one_area() -> None:
    content = collection(
        feature("43202", 130, N03_004="乙市"), feature("43203", 136, N03_004="丙市"),
        feature("43202", 133, N03_004="乙市"), feature("43202", 134, N03_004="乙市"),
    )  # fmt: skip
    first, second = read(content)
    assert isinstance(first, Boundary)
    assert isinstance(second, Boundary)
    assert (first.key, first.name, first.prefecture) == ("43202", "乙市", "甲県")
    assert first.geometry.geom_type == "MultiPolygon"
    assert [part.bounds for part in sorted(first.geometry.geoms, key=lambda part: part.bounds)] == [
        (130, 32, 131, 33), (133, 32, 135, 33),
    ]  # fmt: skip
    assert second.key == "43203"


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ({"N03_003": "丁市", "N03_004": "中央区"}, "丁市中央区"),
        ({"N03_003": None, "N03_004": "丁市", "N03_005": "中央区"}, "丁市中央区"),
        ({"N03_003": "戊郡", "N03_004": "己町"}, "己町"),
    ],
)
def test_names_of_wards_and_towns(names: dict[str, str | None], name: str) -> None:
    (item,) = read(collection(feature("43101", 130, **names)))
    assert isinstance(item, Boundary)
    assert item.name == name


def test_what_is_no_municipality_is_told_apart() -> None:
    items = read(
        collection(
            feature(None, 130, N03_004="所属未定地"), feature("43000", 130), 5,
            feature("43202", 30), feature("43202", 130, N03_004="乙市"),
            feature("43203", 130) | {"geometry": {"type": "Point", "coordinates": [130, 32]}},
        )
    )  # fmt: skip
    assert [item.reason for item in items if isinstance(item, Rejected)] == [
        "no_municipality", "no_municipality", "not_a_feature", "bad_geometry", "bad_geometry",
    ]  # fmt: skip
    assert isinstance(items[-1], Boundary)


def test_a_topology_and_a_zip_say_the_same() -> None:
    plain = collection(feature("43202", 130, N03_004="乙市"))
    ring = [[130, 32], [131, 32], [131, 33], [130, 33], [130, 32]]
    topology = {
        "type": "Topology",
        "arcs": [ring],
        "objects": {
            "N03": {
                "type": "GeometryCollection",
                "geometries": [
                    {
                        "type": "Polygon",
                        "arcs": [[0]],
                        "properties": {"N03_001": "甲県", "N03_007": "43202", "N03_004": "乙市"},
                    }
                ],
            }
        },
    }
    (one,), (other,) = read(plain), read(json.dumps(topology).encode())
    assert isinstance(one, Boundary)
    assert isinstance(other, Boundary)
    assert one.geometry.equals(other.geometry)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("N03.geojson", plain)
    assert read(buffer.getvalue()) == [one]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"type":"Topology"}', b"PK\x03\x04", b"<a/>"])
def test_payloads_that_are_no_boundaries(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(content)


def test_an_empty_zip() -> None:
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    with pytest.raises(UnreadableError):
        read(buffer.getvalue())


@pytest.mark.parametrize(
    ("prefecture", "count"),
    [("08", 44), ("09", 25), ("17", 19), ("35", 19), ("38", 20), ("41", 20), ("43", 49)],
)
def test_real_prefectures(shared_data: Path, prefecture: str, count: int) -> None:
    (path,) = (shared_data / "hazards/japan-topography").glob(f"N03-21_{prefecture}_*.json")
    items = read(path.read_bytes())
    found = [item for item in items if isinstance(item, Boundary)]
    assert len(found) == len(items) == count
    assert {item.key[:2] for item in found} == {prefecture}
    assert all(item.geometry.is_valid and item.geometry.area > 0 for item in found)


def test_wards_of_kumamoto(shared_data: Path) -> None:
    (path,) = (shared_data / "hazards/japan-topography").glob("N03-21_43_*.json")
    names = {item.key: item.name for item in read(path.read_bytes()) if isinstance(item, Boundary)}
    assert names["43101"] == "熊本市中央区"
    assert names["43202"] == "八代市"
    assert sum(name.startswith("熊本市") for name in names.values()) == 5

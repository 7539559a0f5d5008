"""Road restrictions from constructed bytes and from the real files."""

import io
import json
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.records import Complete, Item, Rejected, Restriction
from ingest.source import Payload, UnreadableError
from ingest.sources.road_restrictions.parse import parse

FETCHED = datetime(2026, 11, 22, tzinfo=UTC)
KUMAMOTO = "road-closures/kumamoto-earthquake-traffic-map"
ROW = {"路線名": "国道9号", "始点": "甲IC", "終点": "乙IC", "規制内容": "全面通行止め"}


def read(content: bytes, name: str = "latest.zip") -> list[Item]:
    return list(parse(Payload(name=name, content=content, fetched_at=FETCHED)))


def collection(*rows: dict[str, Any]) -> bytes:
    line = {"type": "LineString", "coordinates": [[130.5, 32.5], [130.6, 32.6]]}
    found = [{"type": "Feature", "properties": row, "geometry": line} for row in rows]
    return json.dumps({"type": "FeatureCollection", "features": found}).encode()


def packed(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.geojson", content)
    return buffer.getvalue()


def restrictions(items: list[Item]) -> list[Restriction]:
    return [item for item in items if isinstance(item, Restriction)]


def test_a_zip_is_a_snapshot_of_its_feed_at_the_time_of_its_name() -> None:
    content = packed(dourokisei=collection(ROW), tukoujisseki=b"not looked at")
    item, mark = read(content, "2609101600data.zip")
    at = datetime.fromisoformat("2026-09-10T16:00+09:00")
    assert isinstance(item, Restriction)
    assert item.observed_at == at
    assert mark == Complete(kind="closure", observed_at=at, scope="mlit:")
    assert item.key.startswith("mlit:")


def test_maps_made_by_others_are_a_feed_of_their_own() -> None:
    item, mark = read(
        collection({"路線名": "国道9号", "区間": "甲 → 乙", "状態": "不明"}), "x.geojson"
    )
    assert isinstance(item, Restriction)
    assert item.key.startswith("viewer:")
    assert isinstance(mark, Complete)
    assert mark.scope == "viewer:"


def test_a_snapshot_with_an_unreadable_row_lifts_nothing() -> None:
    document = json.loads(collection(ROW, ROW | {"始点": "丙IC"}))
    document["features"][1]["geometry"] = {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}
    items = read(json.dumps(document).encode(), "dourokisei.geojson")
    assert [type(item) for item in items] == [Restriction, Rejected]


def test_passed_links_are_no_closures() -> None:
    with pytest.raises(UnreadableError, match="road_network"):
        read(collection({"_color": "#c0504d"}, {"_color": "#c0504d"}), "tukoujisseki.geojson")


def listed(**fields: Any) -> bytes:
    item = {"route_name": "甲線", "region": "乙地域", "content": "全面通行止め",
            "path": [[32.5, 130.5], [32.6, 130.6]]}  # fmt: skip
    return json.dumps({"items": [item]} | fields).encode()


def test_a_current_list_is_whole_and_an_archive_is_not() -> None:
    items = read(listed(generated_at="2026-09-10T16:00:00"), "regulations.json")
    at = datetime.fromisoformat("2026-09-10T16:00+09:00")
    assert items[-1] == Complete(kind="closure", observed_at=at, scope="pref:")
    archive = json.loads(listed(generated_at="2026-09-10T16:00:00"))
    archive["items"] = {"a|b": archive["items"][0]}
    assert len(read(json.dumps(archive).encode())) == 1


def test_transcribed_notices_are_told_by_their_owner() -> None:
    company = read(listed(transcribed_at="2026-09-10", source_name="甲高速道路株式会社"))
    office = read(listed(transcribed_at="2026-09-10", source_name="甲河川国道事務所"))
    assert [item.key.split(":")[0] for item in restrictions(company + office)] == [
        "company", "office",
    ]  # fmt: skip
    assert len(company) == len(office) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", packed(other=b"{}"), b'{"items": 5}', b"[]", b"<html></html>", b"{}"],
)
def test_payloads_that_are_no_feed(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(content)


# ---- the real files: shared/data/README.md


@pytest.fixture(scope="module")
def real(shared_data: Path) -> dict[str, list[Item]]:
    found = {path.name: path for path in (shared_data / KUMAMOTO).iterdir()}
    wanted = ("data.zip", "regulations.json", "regulations_archive.json")
    return {
        name: read(path.read_bytes(), name) for name, path in found.items() if name.endswith(wanted)
    }


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("2607311600data.zip", 55),
        ("2608041600data.zip", 45),
        ("regulations.json", 69),
        ("regulations_archive.json", 105),
        ("mlit_map_regulations.json", 110),
        ("mlit_regulations.json", 8),
        ("nexco_regulations.json", 8),
    ],
)
def test_every_real_restriction_is_read(real: dict[str, list[Item]], name: str, count: int) -> None:
    found = restrictions(real[name])
    assert len(found) == len({item.key for item in found}) == count
    assert not [item for item in real[name] if isinstance(item, Rejected)]
    assert all(item.geometry is not None for item in found)


def test_the_map_of_others(shared_data: Path) -> None:
    path = shared_data / "road-closures/20260728_kumamoto_earthquake/road_restriction.geojson"
    found = restrictions(read(path.read_bytes(), path.name))
    assert len(found) == 62
    assert Counter(item.kind.value for item in found) == {"closed": 49, "unknown": 13}
    assert sum(item.lifted for item in found) == 2


def test_kinds_slips_and_lifted_ones(real: dict[str, list[Item]]) -> None:
    july, august = (
        restrictions(real[f"{stamp}data.zip"]) for stamp in ("2607311600", "2608041600")
    )
    assert Counter(item.kind.value for item in july) == {"closed": 41, "unknown": 14}
    assert Counter(item.kind.value for item in august) == {"closed": 44, "alternating": 1}
    purple = [
        item for item in july if item.attributes.get("lifted_by") is None and not item.road_name
    ]
    assert len(purple) == 13
    slip = [item for item in august if item.attributes.get("content") == "前面通行止め"]
    assert [item.kind.value for item in slip] == ["closed"]
    worded = [item for item in july + august if item.attributes.get("content") == "通行止め解除"]
    assert len(worded) == 4
    assert all(item.lifted for item in worded)
    assert (sum(item.lifted for item in july), sum(item.lifted for item in august)) == (20, 28)


def test_keys_hold_from_one_snapshot_to_the_next(real: dict[str, list[Item]]) -> None:
    july, august, history = (
        {item.key for item in restrictions(real[name])}
        for name in ("2607311600data.zip", "2608041600data.zip", "mlit_map_regulations.json")
    )
    # Of 45, 36 are found again; the others are new stretches, or were given other ends.
    assert len(july & august) == 36
    # The history of all 26 snapshots, made from the same map, names every one of both.
    assert july | august <= history


def test_grey_agrees_with_what_the_prefecture_says(real: dict[str, list[Item]]) -> None:
    archive = restrictions(real["regulations_archive.json"])
    compared = Counter[tuple[bool, str]]()
    for name, before in (
        ("2607311600data.zip", "2026-07-31T16"),
        ("2608041600data.zip", "2026-08-04T16"),
    ):
        for drawn in restrictions(real[name]):
            for told in archive:
                history = told.attributes["history"]
                known = [step["content"] for step in history if step["observed_at"] < before]
                if known and drawn.geometry and told.geometry and drawn.attributes.get("県名"):
                    apart = drawn.geometry.hausdorff_distance(told.geometry)
                    if apart < 0.0005:
                        compared[drawn.lifted, known[-1]] += 1
    assert compared[True, "解除"] >= 15
    assert compared[False, "全面通行止め"] >= 10
    assert compared[False, "解除"] == 0

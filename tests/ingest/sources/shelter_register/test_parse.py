"""Shelter registers from constructed bytes and from the real files."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.records import Item, Rejected, ShelterRegister
from ingest.source import Payload, UnreadableError
from ingest.sources.shelter_register.parse import parse

FETCHED = datetime(2026, 11, 22, tzinfo=UTC)
GSI = (
    "NO,共通ID,都道府県名及び市町村名,施設・場所名,住所,洪水,津波,指定避難所との住所同一,緯度,経度,備考\n"
    "1,E4320200000011,熊本県八代市,甲小学校,八代市甲1,1,,1,32.5,130.6,\n"
    "2,E4320200000021,熊本県八代市,乙公園,八代市乙1,,1,,999,130.6,\n"
    "3,E4320200000031,熊本県八代市,,八代市丙1,,1,,32.5,130.6,\n"
)


def read(content: bytes) -> list[Item]:
    return list(parse(Payload(name="x", content=content, fetched_at=FETCHED)))


def shelters(items: list[Item]) -> list[ShelterRegister]:
    return [item for item in items if isinstance(item, ShelterRegister)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_gsi_file(encoding: str) -> None:
    items = read(GSI.encode(encoding))
    first, second = shelters(items)
    assert (first.key, first.kind, first.municipality_code) == ("E4320200000011", "both", "43202")
    assert first.municipality_name == "八代市"
    assert second.flags == ("no_position",)
    (refused,) = [item for item in items if isinstance(item, Rejected)]
    assert (refused.reason, refused.locator) == ("no_name", "row 4")
    assert "八代市丙1" in refused.raw


def test_the_same_row_again_is_one_shelter_and_another_under_its_id_is_not() -> None:
    items = read("ID,名称\n1,甲\n1,甲\n1,乙\n2,丙\n".encode())
    assert [item.name for item in shelters(items)] == ["甲", "丙"]
    assert [(item.reason, item.locator) for item in items if isinstance(item, Rejected)] == [
        ("duplicate_id", "row 4")
    ]


def test_a_file_cut_off_on_the_way() -> None:
    items = read(GSI.encode()[:-40])
    assert len(shelters(items)) == 2
    assert [item.reason for item in items if isinstance(item, Rejected)] == ["cut_off"]


def test_rows_that_are_none() -> None:
    items = read(json.dumps({"items": [1, {"name": "甲"}]}).encode())
    assert [type(item).__name__ for item in items] == ["Rejected", "ShelterRegister"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"{}", b"PK\x03\x04\xff\xff", b"\xff\xff"])
def test_payloads_that_are_no_register(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(content)


# ---- the real files: shared/data/README.md


def real(shared_data: Path, pattern: str) -> list[ShelterRegister]:
    (path,) = (shared_data / "shelters").glob(pattern)
    items = read(path.read_bytes())
    assert len(shelters(items)) == len(items), "nothing of a real file is rejected"
    return shelters(items)


@pytest.mark.parametrize(
    ("pattern", "count", "unknown"),
    [
        # 401 say zero and 105 say nothing.
        ("r8-kumamoto-saigai/kumamoto-open-shelters-*.json", 2_126, 401 + 105),
        # The capacity master came some days earlier, without one of the zeros.
        ("kumamoto-shelter-archive/portal_shelter_capacity.csv", 2_125, 400 + 105),
    ],
)
def test_the_portal_of_kumamoto(shared_data: Path, pattern: str, count: int, unknown: int) -> None:
    found = real(shared_data, pattern)
    assert len(found) == count
    assert sum(item.capacity is not None for item in found) == 1_620
    assert sum(item.capacity is None for item in found) == unknown
    flags = Counter(flag for item in found for flag in item.flags)
    assert flags == {"no_position": 3, "outside_area": 3, "implausible_capacity": 6}
    outside = {(item.name, item.lat, item.lon) for item in found if "outside_area" in item.flags}
    assert {(round(lat or 0, 3), round(lon or 0, 3)) for _, lat, lon in outside} == {
        (35.416, 136.766), (34.725, 135.423), (32.790, 130.742),
    }  # fmt: skip
    large = [item.capacity for item in found if "implausible_capacity" in item.flags]
    assert max(capacity or 0 for capacity in large) == 94_250
    assert len({item.municipality_code for item in found}) == 45


def test_both_files_of_the_portal_share_their_keys(shared_data: Path) -> None:
    portal = real(shared_data, "r8-kumamoto-saigai/kumamoto-open-shelters-*.json")
    master = real(shared_data, "kumamoto-shelter-archive/portal_shelter_capacity.csv")
    assert {item.key for item in master} < {item.key for item in portal}


def test_the_register_of_nanao(shared_data: Path) -> None:
    found = {item.key: item for item in real(shared_data, "R06-*/reference_data.csv")}
    assert len(found) == 112
    first = found["七尾市:CC0000000504"]
    assert (first.capacity, first.capacity_text) == (191, "屋内191人／屋外0人(面積の1/2)")
    assert first.hazards["flood"]
    assert not first.hazards["fire"]


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("r8-kumamoto-saigai/kumamoto-designated-shelters-*.geojson", 1_316),
        ("LGDPM/shelter.csv", 311),
        ("R06-*/open_shelter_Nanao-shi.geojson", 1),
    ],
)
def test_other_registers(shared_data: Path, pattern: str, count: int) -> None:
    assert len(real(shared_data, pattern)) == count


def test_a_plane_position_is_not_taken_for_degrees(shared_data: Path) -> None:
    (item,) = real(shared_data, "R06-*/open_shelter_Nanao-shi.geojson")
    assert (item.lon, item.lat) == (136.96987, 37.03364)


@pytest.mark.parametrize(("folder", "count"), [("evacuation", 3_951), ("emergency", 5_288)])
def test_every_municipality_of_the_national_data(
    shared_data: Path, folder: str, count: int
) -> None:
    paths = sorted((shared_data / "shelters/jp-shelter-api" / folder).glob("*.json"))
    assert len(paths) == 113
    found = {path.stem: read(path.read_bytes()) for path in paths}
    assert sum(len(items) for items in found.values()) == count
    assert sum(not items for items in found.values()) == 5  # {"type":"unavailable"}
    for code, items in found.items():
        for item in items:
            assert isinstance(item, ShelterRegister)
            assert item.municipality_code is not None
            assert item.municipality_code[:2] == code[:2]
            assert item.lon is not None

"""Shelter reports from constructed bytes and from the real files."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.records import Complete, Item, Rejected, ShelterStatus
from ingest.source import Payload, UnreadableError
from ingest.sources.shelter_status.parse import parse

FETCHED = datetime(2026, 11, 22, tzinfo=UTC)
ARCHIVE = "shelters/kumamoto-shelter-archive"


def read(content: bytes, name: str = "opened.csv") -> list[Item]:
    return list(parse(Payload(name=name, content=content, fetched_at=FETCHED)))


def statuses(items: list[Item]) -> list[ShelterStatus]:
    return [item for item in items if isinstance(item, ShelterStatus)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_list_with_headcounts(encoding: str) -> None:
    text = "ID,名称,人数,所在地_市区町村\n1,甲,12,乙市\n2,丙,多数,乙市\n"
    items = read(text.encode(encoding), "opened_2026-09-10-0600.csv")
    (status,) = statuses(items)
    at = datetime.fromisoformat("2026-09-10T06:00+09:00")
    assert (status.key, status.headcount, status.observed_at) == ("乙市:1", 12, at)
    assert [item.reason for item in items if isinstance(item, Rejected)] == ["bad_headcount"]
    # A row that could not be read may be an opened shelter: its key is not in the list.
    assert not [item for item in items if isinstance(item, Complete)]


def test_a_portal_without_a_time_is_as_old_as_its_fetch() -> None:
    row = {"facilityId": "1", "name": "甲", "shelterStartTimestamp": "2026-09-10 06:00:00"}
    items = read(json.dumps({"items": [5, row, "x"]}).encode(), "shelter.json")
    (status,) = statuses(items)
    assert (status.opening.value, status.observed_at) == ("open", FETCHED)
    assert [item.locator for item in items if isinstance(item, Rejected)] == [
        "items[0]",
        "items[2]",
    ]


def test_an_empty_list_says_nothing() -> None:
    assert read("ID,名称,人数\n".encode()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        "ID,名称,想定収容人数\n1,甲,50\n".encode(),
        b"{}",
        b"PK\x03\x04",
        b"\xff\xfe\xff",
    ],
)
def test_payloads_that_report_nothing(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(content)


# ---- the real files: shared/data/README.md


def real(path: Path) -> list[Item]:
    items = read(path.read_bytes(), path.name)
    assert not [item for item in items if isinstance(item, Rejected)]
    return items


def test_the_portal_of_kumamoto(shared_data: Path) -> None:
    (path,) = (shared_data / "shelters/r8-kumamoto-saigai").glob("*open*.json")
    items = real(path)
    found = statuses(items)
    assert len(found) == len(items) == len({item.key for item in found}) == 2_126
    assert Counter(item.opening.value for item in found) == {
        "not_open": 1_581, "closed": 410, "open": 135,
    }  # fmt: skip
    assert Counter(item.crowding for item in found if item.crowding) == {
        "empty": 41, "slightly": 4, "crowded": 6,
    }  # fmt: skip
    assert {item.observed_at.isoformat() for item in found} == {"2026-08-05T11:56:00+09:00"}


def test_the_snapshots_of_nanao(shared_data: Path) -> None:
    paths = sorted((shared_data / "shelters").glob("R06-*/open_shelter_Nanao-shi_*.csv"))
    assert len(paths) == 56
    for path in paths:
        items = real(path)
        found, mark = statuses(items), items[-1]
        assert isinstance(mark, Complete)
        assert mark.scope == "七尾市:"
        assert len(found) == len({item.key for item in found}) == len(items) - 1
        stamp = datetime.strptime(path.stem[-15:] + "+0900", "%Y-%m-%d-%H%M%z")
        assert {item.observed_at for item in found} == {mark.observed_at} == {stamp}
        assert all(item.headcount is not None and item.lon is not None for item in found)
    first, last = statuses(real(paths[0])), statuses(real(paths[-1]))
    assert (len(first), sum(item.headcount or 0 for item in first)) == (29, 1_886)
    assert [(item.key, item.headcount) for item in last] == [("七尾市:CC0000000537", 40)]
    (path,) = (shared_data / "shelters").glob("R06-*/open_shelter_Nanao-shi.geojson")
    assert [(item.key, item.headcount) for item in statuses(real(path))] == [
        ("七尾市:CC0000000537", 40)
    ]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("open_status_by_date.csv", 14_470),
        ("congestion_by_date.csv", 14_470),
        ("evacuee_count_by_date.csv", 224),
        ("all_observations.csv", 346),
        ("latest_open.csv", 124),
    ],
)
def test_the_archive_of_kumamoto(shared_data: Path, name: str, count: int) -> None:
    items = real(shared_data / ARCHIVE / name)
    assert len(statuses(items)) == count
    assert len(items) - count == (1 if name == "latest_open.csv" else 0)


def test_marks_and_words_of_the_archive_agree(shared_data: Path) -> None:
    marks, words = (
        {(item.key, item.observed_at): item.opening for item in statuses(real(path))}
        for path in (
            shared_data / ARCHIVE / "open_status_by_date.csv",
            shared_data / ARCHIVE / "congestion_by_date.csv",
        )
    )
    assert marks == words
    assert sum(opening.value == "open" for opening in marks.values()) == 2_010

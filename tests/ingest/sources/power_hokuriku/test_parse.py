"""Outages by format, and all the real lists."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.records import Complete, Item, Outage
from ingest.source import Payload, UnreadableError
from ingest.sources.power_hokuriku.parse import parse


def read(content: bytes, name: str = "current.csv") -> list[Item]:
    at = datetime(2026, 9, 10, tzinfo=UTC)
    return list(parse(Payload(name=name, content=content, fetched_at=at)))


def test_no_bytes_at_all_say_nothing() -> None:
    with pytest.raises(UnreadableError):
        read(b"")


def test_the_first_character_tells_the_format() -> None:
    assert read(b'\xef\xbb\xbf {"type": "FeatureCollection", "features": []}') == []
    assert [item.label for item in read(b"\n")] == ["complete"]


def test_every_real_list(shared_data: Path) -> None:
    files = sorted((shared_data / "power/teiden-rikuden-2024").glob("*.csv"))
    assert len(files) == 81
    told: Counter[str] = Counter()
    qualifiers: Counter[str] = Counter()
    empty = 0
    for file in files:
        items = read(file.read_bytes(), file.name)
        told.update(item.label for item in items)
        outages = [item for item in items if isinstance(item, Outage)]
        qualifiers.update(outage.qualifier for outage in outages)
        empty += not outages
        assert len({outage.key for outage in outages}) == len(outages)
        assert all(outage.households for outage in outages)
        at = datetime.strptime(f"{file.stem}+0900", "%Y%m%d%H%M%z")
        assert items[-1] == Complete(kind="outage", observed_at=at)
        assert {outage.observed_at for outage in outages} <= {at}
    assert told == {"outage": 15_216, "complete": 81}
    assert qualifiers == {"about": 10_063, "under": 5_153}
    # The last three lists hold a line break alone: everything was restored.
    assert empty == 3


def test_real_areas(shared_data: Path) -> None:
    found = {}
    for name in ("data.json", "data.chubu.json"):
        items = read((shared_data / "power/teideninfo201910" / name).read_bytes(), name)
        found[name] = Counter(item.label for item in items)
    assert found == {"data.json": {"outage": 2910}, "data.chubu.json": {"outage": 1682}}

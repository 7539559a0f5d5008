"""Gauges, thresholds and levels out of hourly river files."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.reading import time_of
from ingest.records import Item, Observation, Rejected, Station
from ingest.source import Payload, UnreadableError
from ingest.sources.river_levels.parse import parse

FETCHED = datetime(2026, 9, 10, 3, 2, tzinfo=UTC)
ROW: dict[str, Any] = {
    "code": "9900000001", "name": "架空川１．２ｋ", "obsTime": "2026-09-10T12:00:00+09:00",
    "level": 3.21, "townCode": "99201", "over": 11, "startLevel": 2.5, "warnLevel": 3.0,
    "fladLevel": 4.0, "kana": "かくうがわ", "placeRiver": "架空川", "placePref": "架空県",
    "placeCity": "架空市", "latitude": 24.5, "longitude": 145.1,
}  # fmt: skip


def read(*rows: Any, generated: str | None = "2026-09-10T03:01:00.000Z") -> list[Item]:
    content = json.dumps({"generatedAt": generated, "items": rows}).encode()
    return list(
        parse(Payload(name="2026/09/10/12/index.json", content=content, fetched_at=FETCHED))
    )


def reasons(items: list[Item]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Rejected)]


def test_one_gauge() -> None:
    station, level = read(ROW)
    assert isinstance(station, Station)
    assert station.thresholds == {"observation_start": 2.5, "danger": 3.0, "flood": 4.0}
    assert (station.kind, station.lon, station.lat) == ("river", 145.1, 24.5)
    assert station.attributes == {
        "river": "架空川", "prefecture": "架空県", "city": "架空市", "kana": "かくうがわ",
    }  # fmt: skip
    assert level == Observation(
        "9900000001", "water_level", datetime.fromisoformat("2026-09-10T12:00+09:00"), 3.21, 0
    )


@pytest.mark.parametrize(
    ("told", "kept"), [("01101", "01101"), ("99201", "99201"), ("9920", None), (99201, None)]
)
def test_the_municipality_is_kept(told: Any, kept: str | None) -> None:
    (station, _) = read(ROW | {"townCode": told})
    assert isinstance(station, Station)
    assert station.municipality_code == kept


@pytest.mark.parametrize(
    ("name", "river"),
    [
        ("架空川　護岸", "架空川"),
        ("架空川１．２ｋ左岸", "架空川"),
        ("架空川右岸 3.4km", "架空川"),
        ("架空川L11k525", "架空川"),
        ("架空川（作り橋）", "架空川"),
        ("架空川川 作り橋", "架空川川"),
        ("架空川", "架空川"),
        ("作り橋", None),
        ("架空川作り橋", None),
        ("架空川　中川", None),
        ("作り橋（架空川）", None),
        ("作り橋－Ｕ／（二）架空川", None),
    ],
)
def test_a_river_that_is_only_the_name_again_is_taken_out_of_it(
    name: str, river: str | None
) -> None:
    station, _ = read(ROW | {"name": name, "placeRiver": name})
    assert isinstance(station, Station)
    assert station.attributes.get("river") == river
    (told, _) = read(ROW | {"name": name, "placeRiver": "別の川"})
    assert isinstance(told, Station)
    assert told.attributes["river"] == "別の川"


def test_null_thresholds_are_left_out_and_zero_is_a_level() -> None:
    (station, _) = read(ROW | {"warnLevel": None, "startLevel": -2.0, "fladLevel": 0})
    assert isinstance(station, Station)
    assert station.thresholds == {"observation_start": -2.0, "flood": 0.0}
    assert "thresholds_out_of_order" not in station.attributes


def test_thresholds_out_of_order_are_flagged_not_rejected() -> None:
    (station, _) = read(ROW | {"warnLevel": 4.5})
    assert isinstance(station, Station)
    assert station.attributes["thresholds_out_of_order"] is True


@pytest.mark.parametrize(
    ("change", "labels", "reason"),
    [
        ({"code": ""}, [], "no_code"),
        ({"code": None}, [], "no_code"),
        ({"name": "　"}, ["observation"], "no_name"),
        ({"latitude": 145.1, "longitude": 24.5}, ["observation"], "bad_position"),
        ({"latitude": None}, ["observation"], "bad_position"),
        ({"obsTime": "きのう"}, ["station"], "no_time"),
        ({"obsTime": "2026-09-10T13:00:00+09:00"}, ["station"], "in_future"),
        ({"level": "満水"}, ["station"], "bad_level"),
        ({"level": 1e9}, ["station"], "bad_level"),
        ({"fladLevel": "-"}, ["station", "observation"], "bad_threshold"),
    ],
)
def test_what_is_good_of_a_bad_row_is_kept(
    change: dict[str, Any], labels: list[str], reason: str
) -> None:
    items = read(ROW | change, ROW)
    assert reasons(items) == [reason]
    assert [item.label for item in items if item.label != "rejected"] == [
        *labels,
        "station",
        "observation",
    ]
    rejected = next(item for item in items if isinstance(item, Rejected))
    assert rejected.locator == "items[0]"
    assert "架空川" in rejected.raw


def test_a_gauge_without_a_value_says_so() -> None:
    (_, level) = read(ROW | {"level": None})
    assert isinstance(level, Observation)
    assert (level.value, level.quality) == (None, 2)


def test_full_width_digits() -> None:
    (_, level) = read(ROW | {"level": "３．２１"})
    assert isinstance(level, Observation)
    assert level.value == 3.21


def test_the_fetch_stands_in_for_a_missing_time_of_making() -> None:
    assert reasons(read(ROW, generated=None)) == []
    assert reasons(read(ROW | {"obsTime": "2026-09-10T13:00:00+09:00"}, generated="?")) == [
        "in_future"
    ]


def test_an_hour_without_gauges_is_good() -> None:
    assert read() == []


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"items": {}}', b"<html></html>", b'{"items":[{']
)
def test_unreadable_as_a_whole(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        list(parse(Payload(name="index.json", content=content, fetched_at=FETCHED)))


def test_every_real_hour(shared_data: Path) -> None:
    files = sorted((shared_data / "river/crisis-watcher-river-jp").glob("*index.json"))
    assert len(files) == 45
    labels: Counter[str] = Counter()
    gauges: set[str] = set()
    aged: list[str] = []
    flooded = flagged = 0
    for file in files:
        content = json.loads(file.read_bytes())
        made_at = time_of(content["generatedAt"])
        assert made_at is not None
        payload = Payload(name=file.name, content=file.read_bytes(), fetched_at=FETCHED)
        items = list(parse(payload))
        labels.update(item.label for item in items)
        stations = [item for item in items if isinstance(item, Station)]
        levels = [item for item in items if isinstance(item, Observation)]
        assert len(stations) == len(levels) == content["totalItems"]
        gauges |= {station.key for station in stations}
        aged += [each.station for each in levels if made_at - each.observed_at > timedelta(days=30)]
        flagged += sum("thresholds_out_of_order" in station.attributes for station in stations)
        for station, level, row in zip(stations, levels, content["items"], strict=True):
            assert level.value is not None
            over = {name for name, limit in station.thresholds.items() if level.value >= limit}
            digits = {0: "observation_start", 1: "danger", 2: "flood"}
            told = {digits[n] for n, digit in enumerate(reversed(str(row["over"]))) if digit == "1"}
            assert over == told or station.attributes.get("thresholds_out_of_order")
            flooded += "flood" in over
    assert labels == {"station": 13_979, "observation": 13_979}
    assert len(gauges) == 1524
    assert (len(aged), len(set(aged))) == (585, 22)
    assert (flagged, flooded) == (2, 211)


def test_the_real_lists_beside_the_hours_hold_no_gauge(shared_data: Path) -> None:
    folder = shared_data / "river/crisis-watcher-river-jp"
    for name in ("twn.json", "pref.json"):
        content = (folder / name).read_bytes()
        assert list(parse(Payload(name=name, content=content, fetched_at=FETCHED))) == []


@pytest.mark.parametrize("name", ["towns", "prefs"])
def test_the_feeds_own_lists_of_places_hold_no_gauge(name: str) -> None:
    content = json.dumps({name: [{"code": "01213", "name": "北海道苫小牧市"}]}).encode()
    payload = Payload(name=f"{name}.json", content=content, fetched_at=datetime.now(UTC))
    assert list(parse(payload)) == []

"""Stations and observations out of AMeDAS files."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.elements import ELEMENTS
from ingest.records import Item, Observation, Rejected, Station
from ingest.source import Payload, UnreadableError
from ingest.sources.jma_amedas.parse import _ELEMENTS, parse

MAP = "data/map/20260910123000.json"


def read(content: Any, name: str = MAP) -> list[Item]:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return list(
        parse(Payload(name=name, content=raw, fetched_at=datetime(2026, 9, 10, tzinfo=UTC)))
    )


def reasons(items: list[Item]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Rejected)]


def test_every_element_is_a_known_one() -> None:
    assert {element for element, _, _ in _ELEMENTS.values()} <= ELEMENTS.keys()


def test_flags_decide_whether_there_is_a_value() -> None:
    at = datetime.fromisoformat("2026-09-10T12:30:00+09:00")
    items = read(
        {
            "99001": {
                "precipitation10m": [3.5, 0],
                "precipitation1h": [20, 1],
                "temp": [18.4, 4],
                "humidity": [None, 5],
                "wind": [None, 6],
                "sun1h": [None, 7],
                "snow": [0, None],
            }
        }
    )
    assert items == [
        Observation("99001", "precipitation_10m", at, 3.5, 0),
        Observation("99001", "precipitation_1h", at, 20.0, 1),
        Observation("99001", "temperature", at, None, 4),
        Observation("99001", "humidity", at, None, 5),
        Observation("99001", "wind_speed", at, None, 6),
    ]


def test_extremes_are_told_as_of_the_map() -> None:
    items = read({"99001": {"maxTemp": [31.2, 0], "maxTempTime": {"hour": 4, "minute": 12}}})
    at = datetime.fromisoformat("2026-09-10T12:30:00+09:00")
    assert items == [Observation("99001", "temperature_max", at, 31.2, 0)]


def test_bad_values_are_kept_apart_and_the_rest_goes_on() -> None:
    items = read(
        {
            "99001": {
                "temp": [999, 0],
                "wind": "5",
                "humidity": [50, 9],
                "precipitation1h": [1, 0],
            },
            "99002": {"temp": ["x", 0], "humidity": [True, 0]},
            "99003": 7,
            "9 9": {"temp": [1, 0]},
        }
    )
    assert reasons(items) == [
        "implausible_value",
        "bad_pair",
        "bad_quality",
        "implausible_value",
        "implausible_value",
        "bad_station",
        "bad_station",
    ]
    assert [item.element for item in items if isinstance(item, Observation)] == ["precipitation_1h"]


def test_a_renamed_column_is_said_once() -> None:
    items = read({f"9900{n}": {"rain10m": [1, 0], "temp": [10, 0]} for n in range(5)})
    assert reasons(items) == ["unknown_element"]
    assert len(items) == 6


def test_positions_are_degrees_and_minutes() -> None:
    table = {
        "99001": {
            "type": "C", "elems": "11111000", "lat": [24, 30.0], "lon": [145, 6.6], "alt": 12,
            "kjName": "架空岬", "knName": "カクウミサキ", "enName": "Kakumisaki",
        },
        "99002": {"lat": [30.5, 145.1], "lon": [145, 6.6], "kjName": "分が60以上"},
        "99003": {"lat": [145, 6.6], "lon": [24, 30.0], "kjName": "入れ替わり"},
        "99004": {"lat": [24, 30.0], "lon": [145, 6.6], "kjName": "　"},
        "99005": [],
    }  # fmt: skip
    items = read(table, "const/amedastable.json")
    assert items[0] == Station(
        key="99001",
        name="架空岬",
        kind="weather",
        lon=145.11,
        lat=24.5,
        elevation_m=12.0,
        attributes={
            "type": "C",
            "elems": "11111000",
            "knName": "カクウミサキ",
            "enName": "Kakumisaki",
        },
    )
    assert reasons(items) == ["bad_position", "bad_position", "no_name", "not_an_object"]


def test_empty_but_valid() -> None:
    assert read({}) == []
    assert read({}, "const/amedastable.json") == []


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", MAP),
        (b"[]", MAP),
        (b"<html>503</html>", MAP),
        (b'{"99001": {"temp": [1', MAP),
        (b'{"99001": {"temp": [1, 0]}}', "data/map/latest.json"),
        (b'{"99001": {"temp": [1, 0]}}', "data/map/20261310123000.json"),
    ],
)
def test_unreadable_as_a_whole(content: bytes, name: str) -> None:
    with pytest.raises(UnreadableError):
        read(content, name)


def test_real_table(shared_data: Path) -> None:
    file = shared_data / "jma/jma-analysis/amedastable.json"
    items = read(file.read_bytes(), file.name)
    assert len(items) == 1295
    assert all(isinstance(item, Station) for item in items)
    tokyo = next(item for item in items if isinstance(item, Station) and item.key == "44132")
    assert (tokyo.name, tokyo.lon, tokyo.lat, tokyo.elevation_m) == ("東京", 139.75, 35.691667, 25)


def test_real_map(shared_data: Path) -> None:
    file = shared_data / "jma/jma-analysis/20210224150000.json"
    items = [item for item in read(file.read_bytes(), file.name) if isinstance(item, Observation)]
    assert len(items) == 10_554
    # One of the 1,295 stations observes nothing that day: all its flags are null.
    assert len({item.station for item in items}) == 1294
    assert {item.observed_at.isoformat() for item in items} == {"2021-02-24T15:00:00+09:00"}
    # Counted by flag in the file itself: 968 or 969 of each snowfall carry no flag at all.
    assert Counter(item.quality for item in items) == {0: 10_469, 1: 19, 4: 20, 5: 41, 6: 5}
    assert all((item.value is None) == (item.quality > 1) for item in items)
    rain = [item for item in items if item.element == "precipitation_10m"]
    assert len(rain) == 1292

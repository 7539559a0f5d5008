"""AMeDAS files."""

from datetime import timedelta

import orjson
import pytest

from drill.feeds.amedas import AmedasFeed
from drill.island.build import Island
from drill.island.timeline import START

PEAK = START + timedelta(hours=13, minutes=4)


@pytest.fixture(scope="module")
def feed(island: Island) -> AmedasFeed:
    return AmedasFeed(island)


def test_positions_are_degrees_and_minutes(feed: AmedasFeed, island: Island) -> None:
    table = orjson.loads(feed.answer("const/amedastable.json", START, "").content)
    lonlat = island.grid.lonlat(island.rain_gauges.xy)
    for (lon, lat), entry in zip(lonlat, table.values(), strict=True):
        assert abs(entry["lat"][0] + entry["lat"][1] / 60 - lat) < 0.001
        assert abs(entry["lon"][0] + entry["lon"][1] / 60 - lon) < 0.001
        assert entry["enName"].startswith("Kunren")


def test_the_newest_map_is_the_one_told(feed: AmedasFeed) -> None:
    told = feed.answer("data/latest_time.txt", PEAK, "").content.decode()
    assert told == "2026-07-04T01:00:00+09:00"
    assert feed.answer("data/map/20260704010000.json", PEAK, "").status == 200
    early = PEAK - timedelta(minutes=1)
    assert feed.answer("data/map/20260704010000.json", early, "").status == 404


@pytest.mark.parametrize(
    "name", ["20260704000500", "20269904000000", "20200101000000", "2026", "20260704100000"]
)
def test_maps_that_are_not_published(feed: AmedasFeed, name: str) -> None:
    assert feed.answer(f"data/map/{name}.json", PEAK, "").status == 404


def test_rain_adds_up_and_some_values_are_missing(feed: AmedasFeed) -> None:
    missing = 0
    for minute in range(0, 360, 10):
        at = PEAK + timedelta(minutes=minute)
        name = f"data/map/{at - timedelta(minutes=4):%Y%m%d%H%M}00.json"
        rows = orjson.loads(feed.answer(name, at, "").content)
        for row in rows.values():
            ten, hour, day = (row[f"precipitation{span}"] for span in ("10m", "1h", "24h"))
            missing += ten == [None, 6]
            if ten[1] == 0:
                assert ten[0] <= hour[0] + 0.5
                assert hour[0] <= day[0] + 0.5
                assert ten[0] * 2 == int(ten[0] * 2)
    assert missing > 0


def test_full_stations_tell_the_weather(feed: AmedasFeed) -> None:
    rows = orjson.loads(feed.answer("data/map/20260704010000.json", PEAK, "").content)
    full = [row for row in rows.values() if "temp" in row]
    assert 0 < len(full) < len(rows)
    assert all(980 < row["normalPressure"][0] < 1000 for row in full)
    assert all(1 <= row["windDirection"][0] <= 16 for row in full)

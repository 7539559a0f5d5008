"""Hourly river files."""

from datetime import datetime, timedelta

import orjson
import pytest

from drill.feeds.rivers import RiverFeed
from drill.island.build import Island
from drill.island.timeline import START

PEAK = START + timedelta(hours=15, minutes=24)


@pytest.fixture(scope="module")
def feed(island: Island) -> RiverFeed:
    return RiverFeed(island)


def test_the_file_of_the_hour_is_renewed_every_ten_minutes(feed: RiverFeed) -> None:
    path = "2026/07/04/03/index.json"
    now = orjson.loads(feed.answer(path, PEAK, "").content)
    later = orjson.loads(feed.answer(path, PEAK + timedelta(minutes=10), "").content)
    times = [max(item["obsTime"] for item in file["items"]) for file in (now, later)]
    assert times == ["2026-07-04T03:20:00+09:00", "2026-07-04T03:30:00+09:00"]
    assert now["totalItems"] == len(now["items"])


def test_thresholds_and_the_over_digits_agree(feed: RiverFeed) -> None:
    items = orjson.loads(feed.answer("2026/07/04/03/index.json", PEAK, "").content)["items"]
    for item in items:
        over = (
            (item["level"] >= item["startLevel"])
            + 10 * (item["level"] >= item["warnLevel"])
            + 100 * (item["level"] >= item["fladLevel"])
        )
        assert item["over"] == over
    assert any(item["isWarning"] for item in items)


def test_dead_gauges_are_still_listed_with_their_old_time(feed: RiverFeed, island: Island) -> None:
    items = orjson.loads(feed.answer("2026/07/04/03/index.json", PEAK, "").content)["items"]
    old = [i for i in items if PEAK - datetime.fromisoformat(i["obsTime"]) > timedelta(days=30)]
    assert len(old) == island.river_gauges.dead.sum() > 0


@pytest.mark.parametrize(
    "path",
    ["2026/07/04/04/index.json", "2026/13/04/04/index.json", "2026/07/04/index.json",
     "2026/06/01/00/index.json"],
)  # fmt: skip
def test_hours_that_are_not_published(feed: RiverFeed, path: str) -> None:
    assert feed.answer(path, PEAK, "").status == 404


def test_a_gauge_below_its_threshold_disappears(feed: RiverFeed) -> None:
    quiet = orjson.loads(feed.answer("2026/07/03/11/index.json", START, "").content)
    peak = orjson.loads(feed.answer("2026/07/04/03/index.json", PEAK, "").content)
    assert quiet["totalItems"] < peak["totalItems"]
    assert quiet["warningCount"] == 0

"""The wall's numbers: zero, none and unknown apart; silent gauges over no threshold."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server import summary

NOW = datetime(2026, 7, 3, 5, 0, tzinfo=UTC)
EARLIER = {"m10": "2026-07-03T04:50:00Z", "m90": "2026-07-03T03:30:00Z"}


def feature(**properties: Any) -> dict[str, Any]:
    return {"id": "x", "properties": properties}


def river(level: int | None, state: str = "live", **more: Any) -> dict[str, Any]:
    told = {"id": "1", "name": "橋", "river": "川", "value": 4.4, "trend": 0, **more}
    return {**told, "level": level, "state": state}


def test_everything_from_nothing() -> None:
    numbers = summary.summary({}, NOW)
    assert [alert["count"] for alert in numbers["alerts"]] == [0, 0, 0, 0]
    assert numbers["shelters"]["open"] == 0
    assert numbers["shelters"]["people"] is None
    assert numbers["shelters"]["room"] is None
    assert numbers["rain"]["value"] is None
    assert numbers["outages"]["households"] == 0


def test_alerts_name_their_municipalities() -> None:
    told = summary.summary(
        {"warnings": [feature(name="乙町", level=4), feature(name="甲市", level=4),
                      feature(name="丙村", level=None), feature(name="丁村", level=1)]}, NOW
    )["alerts"]  # fmt: skip
    assert [alert["level"] for alert in told] == [5, 4, 3, 2]
    assert told[1] == {"level": 4, "count": 2, "names": ["乙町", "甲市"]}


def test_a_silent_gauge_counts_as_silent_alone() -> None:
    gauges = [river(4), river(5, "silent"), river(5, "never"), river(None), river(2, "late")]
    told = summary.rivers(gauges)
    assert told["levels"] == {"0": 0, "1": 0, "2": 1, "3": 0, "4": 1, "5": 0}
    assert told["silent"] == 2
    assert told["total"] == 5
    assert [gauge["level"] for gauge in told["top"]] == [4, 2]


def test_the_worst_rising_gauge_is_named_first() -> None:
    gauges = [river(4, value=9.0), river(4, trend=1, name="上"), river(5, trend=-1, name="氾")]
    assert [gauge["name"] for gauge in summary.rivers(gauges)["top"]] == ["氾", "上", "橋"]


def test_people_nobody_counted_are_not_zero() -> None:
    standing = [
        {"opening": "open", "headcount": None, "capacity": 50, "crowding": None},
        {"opening": "not_open", "headcount": 9, "capacity": 50, "crowding": "full"},
    ]
    told = summary.shelters(standing, NOW)
    assert told["open"] == 1
    assert told["people"] is None
    assert told["people_unknown"] == 1
    assert told["crowding"] == {
        "empty": 0, "slightly": 0, "crowded": 0, "full": 0, "unknown": 1,
    }  # fmt: skip


def test_room_is_what_is_left_where_both_are_known() -> None:
    standing = [
        {"opening": "open", "headcount": 30, "capacity": 50, "opened_at": EARLIER["m10"]},
        {"opening": "permanent", "headcount": 70, "capacity": 50, "opened_at": EARLIER["m90"]},
        {"opening": "open", "headcount": 5, "capacity": None},
    ]
    told = summary.shelters(standing, NOW)
    assert told["people"] == 105
    assert told["room"] == 20
    assert told["opened_1h"] == 1


def test_closures_by_what_they_forbid() -> None:
    told = summary.closures(
        [
            {"id": "1", "kind": "closed", "started_at": EARLIER["m10"], "road_name": "新"},
            {"id": "2", "kind": "closed_large", "started_at": EARLIER["m90"], "road_name": "旧"},
            {"id": "3", "kind": "lane", "started_at": EARLIER["m10"]},
            {"id": "4", "kind": "unknown", "started_at": None},
        ],
        NOW,
    )
    counts = {name: told[name] for name in ("count", "restricted", "unknown", "begun_1h")}
    assert counts == {"count": 2, "restricted": 1, "unknown": 1, "begun_1h": 1}
    assert [one["road_name"] for one in told["newest"]] == ["新", "旧"]


@pytest.mark.parametrize(
    ("told", "households", "qualifier"),
    [
        ([], 0, "exact"),
        ([{"name": "甲", "households": None}], None, "exact"),
        ([{"name": "甲", "households": 8, "qualifier": "under"}], 8, "under"),
        ([{"name": "甲", "households": 8, "qualifier": "exact"},
          {"name": "乙", "households": 60, "qualifier": "about"}], 68, "about"),
    ],
)  # fmt: skip
def test_households_keep_their_qualifier(
    told: list[dict[str, Any]], households: int | None, qualifier: str
) -> None:
    numbers = summary.outages(told)
    assert numbers["households"] == households
    assert numbers["qualifier"] == qualifier


def test_rain_of_silent_gauges_is_not_the_heaviest() -> None:
    gauges = [
        {"id": "1", "name": "甲", "value": 80.0, "state": "silent"},
        {"id": "2", "name": "乙", "value": 31.5, "state": "live"},
        {"id": "3", "name": "丙", "value": None, "state": "live"},
    ]
    assert summary.rain(gauges) == {
        "value": 31.5, "name": "乙", "id": "2", "heavy": 1, "silent": 1, "total": 3,
    }  # fmt: skip


def source(name: str, state: str, age_s: int | None = 60) -> dict[str, Any]:
    at = None if age_s is None else (NOW - timedelta(seconds=age_s)).isoformat()
    return {"source": name, "state": state, "age_s": age_s, "last_success_at": at}


@pytest.mark.parametrize(
    ("sources", "state"),
    [
        ([], "never"),
        ([source("levels", "off", None)], "off"),
        ([source("levels", "off", 60)], "off"),
        ([source("levels", "never", None)], "never"),
        ([source("levels", "failing", None)], "never"),
        ([source("levels", "failing")], "failing"),
        ([source("levels", "silent")], "silent"),
        ([source("levels", "silent"), source("other", "late", 900)], "late"),
        ([source("levels", "off", None), source("other", "ok")], "ok"),
        ([source("levels", "off", None), source("other", "never", None)], "never"),
        ([source("elsewhere", "ok")], "never"),
    ],
)
def test_a_card_knows_whether_anybody_tells_its_number(
    sources: list[dict[str, Any]], state: str
) -> None:
    told = summary.cards({"rivers": ("levels", "other")}, sources)
    assert told.keys() == {"alerts", "shelters", "closures", "rivers", "outages", "rain"}
    assert told["rivers"]["state"] == state
    assert (told["rivers"]["last_success_at"] is None) == (state in {"off", "never"})
    assert told["rain"] == {"state": "never", "last_success_at": None}


def test_the_freshest_of_equals_speaks_for_a_card() -> None:
    old, new = source("levels", "ok", 500), source("other", "ok", 5)
    told = summary.cards({"rivers": ("levels", "other")}, [old, new])
    assert told["rivers"]["last_success_at"] == new["last_success_at"]


def test_a_register_of_places_keeps_no_card_alive() -> None:
    feeds = {"shelters": ("shelter_register", "shelter_status")}
    register = source("shelter_register", "ok")
    told = summary.cards(feeds, [register, source("shelter_status", "off", None)])
    assert told["shelters"]["state"] == "off"
    assert summary.cards(feeds, [register])["shelters"]["state"] == "never"


def test_a_worker_that_stopped_beating() -> None:
    assert summary.worker(None, NOW) == {"state": "never", "age_s": None}
    assert summary.worker(NOW - timedelta(seconds=4), NOW) == {"state": "ok", "age_s": 4}
    assert summary.worker(NOW - timedelta(minutes=2), NOW) == {"state": "silent", "age_s": 120}

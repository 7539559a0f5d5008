"""Age is data: states of sources and of what they told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from layers.freshness import (
    Freshness,
    SourceCondition,
    SourceStatus,
    age_s,
    conditions,
    reports,
    statuses,
)


def status(now: datetime, heard_s: float | None, **more: Any) -> SourceStatus:
    values: dict[str, Any] = {
        "source": "rain", "title": "雨量", "title_en": "Rain", "short": "雨量", "credit": "試験",
        "enabled": True, "late_after_s": 600, "silent_after_s": 3600,
        "station_silent_after_s": None, "newest_observed_at": None, "failures": 0,
        "last_error": None,
        "last_success_at": None if heard_s is None else now - timedelta(seconds=heard_s),
    }  # fmt: skip
    return SourceStatus(**{**values, **more})


@pytest.mark.parametrize(
    ("heard_s", "more", "condition"),
    [
        (600, {}, SourceCondition.OK),
        (601, {}, SourceCondition.LATE),
        (3600, {}, SourceCondition.LATE),
        (3601, {}, SourceCondition.SILENT),
        (10, {"failures": 3}, SourceCondition.FAILING),
        (10, {"failures": 2}, SourceCondition.OK),
        (700, {"failures": 9}, SourceCondition.LATE),
        (None, {}, SourceCondition.NEVER),
        (None, {"failures": 3}, SourceCondition.FAILING),
        (10, {"enabled": False}, SourceCondition.OFF),
        (-60, {}, SourceCondition.OK),
    ],
)
def test_a_source_is_judged_by_its_last_success(
    now: datetime, heard_s: float | None, more: dict[str, Any], condition: SourceCondition
) -> None:
    assert status(now, heard_s, **more).condition(now) == condition


@pytest.mark.parametrize(
    ("age", "state"), [(600, "live"), (601, "late"), (1800, "late"), (1801, "silent")]
)
def test_a_station_is_judged_by_its_own_value(now: datetime, age: int, state: str) -> None:
    source = status(now, 1, station_silent_after_s=1800)
    assert source.station(now - timedelta(seconds=age), now).value == state


def test_a_station_that_never_spoke_is_no_silent_one(now: datetime) -> None:
    assert status(now, 1).station(None, now) is Freshness.NEVER


def test_a_station_may_be_allowed_less_than_its_source(now: datetime) -> None:
    source = status(now, 1, station_silent_after_s=300)
    assert source.station(now - timedelta(seconds=301), now) is Freshness.SILENT
    assert source.station(now - timedelta(seconds=300), now) is Freshness.LIVE


@pytest.mark.parametrize(
    ("heard_s", "more", "state"),
    [
        (10, {}, "live"), (10, {"failures": 3}, "live"), (700, {}, "late"), (4000, {}, "silent"),
        (10, {"enabled": False}, "silent"),
    ],
)  # fmt: skip
def test_what_was_told_stands_while_its_source_is_heard(
    now: datetime, heard_s: float, more: dict[str, Any], state: str
) -> None:
    yesterday = now - timedelta(days=1)
    assert status(now, heard_s, **more).told(yesterday, now).value == state


def test_an_age_is_never_negative(now: datetime) -> None:
    assert age_s(now + timedelta(minutes=3), now) == 0


def test_the_row_of_sources(session: Session, scene: Any, now: datetime) -> None:
    scene.source("rivers", heard=70)
    scene.source("amedas", heard=None)
    assert list(statuses(session)) == ["amedas", "rivers"]
    never, silent = reports(session, now)
    assert (never["state"], never["age_s"], never["last_success_at"]) == ("never", None, None)
    assert (silent["state"], silent["age_s"]) == ("silent", 4200)
    assert silent["last_success_at"] == "2026-07-03T03:55:00Z"


def test_conditions_move_with_what_states_depend_on_and_not_with_every_asking(
    now: datetime,
) -> None:
    def of(heard_s: float, **more: Any) -> tuple[object, ...]:
        return conditions({"rain": status(now, heard_s, **more)}, now)

    assert of(30) == of(31, last_error="x", failures=1)
    assert len({of(30), of(1000), of(30, enabled=False), of(30, late_after_s=700)}) == 4

"""Levels against thresholds, and the moment one is crossed."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from ingest import observations, repository
from ingest.happenings import Happening
from ingest.records import Observation, Station
from ingest.rivers import FRESH, crossings, level_of
from tests.town import NOON

THRESHOLDS = {"standby": 1.0, "caution": 2.0, "evacuation": 3.0, "danger": 4.0, "flood": 5.0}
STEP = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("value", "level"),
    [(None, 0), (0.99, 0), (1.0, 1), (2.5, 2), (3.0, 3), (4.99, 4), (5.0, 5), (99, 5)],
)
def test_levels(value: float | None, level: int) -> None:
    assert level_of(value, THRESHOLDS) == level


def test_thresholds_that_are_not_told_are_passed_over() -> None:
    assert level_of(4.5, {"caution": 2.0, "flood": 6.0}) == 2
    assert level_of(99, {}) == 0
    assert level_of(99, {"observation_start": 1.0}) == 0


class Gauge:
    """One gauge whose levels come in one after the other."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.payload = 0
        station = Station(key="a", name="架空橋", kind="river", lon=140.0, lat=30.0,
                          thresholds=THRESHOLDS)  # fmt: skip
        repository.upsert_stations(session, "x", [station], NOON)

    def tell(self, value: float, at: datetime, now: datetime | None = None) -> list[Happening]:
        """Take one level in; return what it means to people."""
        told = [Observation("a", "water_level", at, value)]
        batch = observations.collect(
            told, {}, lambda wanted: repository.resolve_series(self.session, "x", wanted)
        )
        observations.stage(self.session, batch)
        found = crossings(self.session, "x", now or at)
        self.payload += 1
        observations.merge(self.session, batch, self.payload, at)
        return found


@pytest.fixture
def gauge(session: Session) -> Gauge:
    return Gauge(session)


def test_rising_and_falling_are_told_once(gauge: Gauge) -> None:
    assert gauge.tell(1.5, NOON) == [], "below caution is no news"
    (up,) = gauge.tell(4.2, NOON + STEP)
    assert "氾濫危険水位を超過 4.20m" in up.text_ja
    assert (up.severity, up.layer, up.feature, up.at) == (3, "rivers", "x:a", NOON + STEP)
    assert gauge.tell(4.3, NOON + 2 * STEP) == []
    (down,) = gauge.tell(0.5, NOON + 3 * STEP)
    assert "氾濫危険水位を下回る" in down.text_ja
    assert down.severity == 1
    assert down.dedup != up.dedup


def test_an_old_level_tells_no_story(gauge: Gauge) -> None:
    gauge.tell(0.5, NOON)
    weeks = NOON + timedelta(days=21)
    assert gauge.tell(9.0, NOON + STEP, now=weeks) == []
    (up,) = gauge.tell(9.0, weeks)
    assert "氾濫開始水位を超過" in up.text_ja, "after a long silence it counts from nothing"
    assert timedelta(hours=1) < FRESH < timedelta(days=1)


def test_a_replayed_level_is_no_news(gauge: Gauge) -> None:
    gauge.tell(0.5, NOON)
    assert len(gauge.tell(3.5, NOON + STEP)) == 1
    assert gauge.tell(3.5, NOON + STEP) == []
    assert gauge.tell(0.5, NOON) == []

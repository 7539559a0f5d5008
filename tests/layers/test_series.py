"""A station's last hours."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from layers.series import BadHoursError, UnknownStationError, station_series


def test_values_come_oldest_first_with_gaps_kept(
    session: Session, scene: Any, now: datetime
) -> None:
    scene.source("rivers")
    gauge = scene.station("rivers", "橋", thresholds={"danger": 3.0}, attributes={"river": "川"})
    scene.measure(gauge, "water_level", (1500, 9.0), (30, 1.0), (20, None), (10, 1.2))
    scene.measure(gauge, "weather", (10, 1))
    told = station_series(session, gauge.id, now).wire()
    level = told["elements"]["water_level"]
    assert level["value"] == [1.0, None, 1.2]
    assert level["at"][0] == "2026-07-03T04:35:00Z"
    assert level["unit"] == "m"
    assert set(told["elements"]) == {"water_level"}
    assert told["station"]["thresholds"] == {"danger": 3.0}
    assert (told["station"]["river"], told["station"]["state"]) == ("川", "live")
    assert (told["from"], told["to"]) == ("2026-07-02T05:05:00Z", "2026-07-03T05:05:00Z")
    assert station_series(session, gauge.id, now, 48).elements["water_level"]["value"][0] == 9.0


def test_a_value_not_to_be_used_is_none(session: Session, scene: Any, now: datetime) -> None:
    scene.source("amedas")
    gauge = scene.station("amedas", "山", kind="weather")
    scene.measure(gauge, "precipitation_1h", (20, 5.0))
    session.connection().exec_driver_sql("UPDATE observation SET quality = 4")
    session.expire_all()
    found = station_series(session, gauge.id, now)
    assert found.elements["precipitation_1h"]["value"] == [None]


def test_a_station_that_never_spoke(session: Session, scene: Any, now: datetime) -> None:
    scene.source("rivers")
    found = station_series(session, scene.station("rivers", "橋").id, now)
    assert (found.elements, found.station["state"]) == ({}, "never")


def test_no_such_station(session: Session, now: datetime) -> None:
    with pytest.raises(UnknownStationError):
        station_series(session, 999_999, now)


@pytest.mark.parametrize("hours", [0, 73, -1])
def test_hours_outside_the_kept_past(session: Session, now: datetime, hours: int) -> None:
    with pytest.raises(BadHoursError):
        station_series(session, 1, now, hours)

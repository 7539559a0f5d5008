"""World time from real time."""

from datetime import UTC, datetime, timedelta

import pytest

from drill.island.timeline import START
from drill.player import SpeedError, paused, resumed, seeked, started, with_speed, world_time

REAL = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_world_time_runs_as_fast_as_asked() -> None:
    state = started(START, REAL, 60)
    assert world_time(state, REAL) == START
    assert world_time(state, REAL + MINUTE) == START + timedelta(hours=1)


def test_a_pause_stops_and_goes_on_where_it_was() -> None:
    state = paused(started(START, REAL, 60), REAL + MINUTE)
    assert world_time(state, REAL + 9 * MINUTE) == START + timedelta(hours=1)
    state = resumed(state, REAL + 10 * MINUTE)
    assert world_time(state, REAL + 11 * MINUTE) == START + timedelta(hours=2)


def test_a_new_speed_does_not_jump() -> None:
    state = with_speed(started(START, REAL, 1), REAL + MINUTE, 600)
    assert world_time(state, REAL + MINUTE) == START + MINUTE
    assert world_time(state, REAL + 2 * MINUTE) == START + MINUTE + timedelta(hours=10)


def test_seeking_keeps_running_or_paused() -> None:
    there = START + timedelta(hours=14)
    running = seeked(started(START, REAL, 60), REAL, there)
    assert world_time(running, REAL + MINUTE) == there + timedelta(hours=1)
    still = seeked(paused(running, REAL), REAL, START)
    assert world_time(still, REAL + MINUTE) == START


@pytest.mark.parametrize("speed", [0, 0.5, 601, -1, float("nan")])
def test_speeds_outside_are_refused(speed: float) -> None:
    with pytest.raises(SpeedError):
        started(START, REAL, speed)

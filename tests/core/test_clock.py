"""World time and real time."""

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from core.clock import Anchor, WorldClock

REAL = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)
WORLD = datetime(2024, 1, 1, 7, 10, tzinfo=UTC)


@pytest.mark.parametrize(("speed", "seconds"), [(1.0, 60), (60.0, 3600), (600.0, 36_000), (0.0, 0)])
def test_an_anchor_runs_at_its_speed(speed: float, seconds: int) -> None:
    anchor = Anchor(REAL, WORLD, speed)
    assert anchor.at(REAL) == WORLD
    assert anchor.at(REAL + timedelta(minutes=1)) == WORLD + timedelta(seconds=seconds)


def test_in_operation_world_time_is_real_time() -> None:
    ours = WorldClock()
    before = clock.real()
    now = ours.now()
    assert before <= now <= clock.real()
    assert now.tzinfo is UTC
    assert ours.speed == 1.0
    assert ours.anchor is None


def test_a_clock_follows_the_anchor_it_is_given_and_lets_go_of_it() -> None:
    ours = WorldClock()
    ours.set(Anchor(clock.real(), WORLD, 600.0))
    assert ours.speed == 600.0
    assert WORLD <= ours.now() < WORLD + timedelta(days=1)
    ours.set(None)
    assert ours.now() - clock.real() < timedelta(seconds=1)


def test_a_paused_world_stands_still() -> None:
    ours = WorldClock(Anchor(REAL, WORLD, 0.0))
    assert ours.now() == ours.now() == WORLD


def test_world_is_the_clock_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "WORLD", WorldClock(Anchor(REAL, WORLD, 0.0)))
    assert clock.world() == WORLD


def test_tokyo_is_nine_hours_ahead() -> None:
    assert clock.tokyo(REAL).isoformat() == "2026-07-03T12:00:00+09:00"
    assert clock.tokyo(REAL) == REAL

"""The time axis."""

from datetime import UTC, timedelta

import numpy as np

from drill.island.timeline import (
    BEFORE,
    START,
    STEPS,
    floor_time,
    hours,
    running_sum,
    step_at,
    time_of,
)


def test_steps_and_times() -> None:
    assert time_of(step_at(START)) == START
    assert step_at(START + timedelta(minutes=9, seconds=59)) == step_at(START)
    assert step_at(START + timedelta(minutes=10)) == step_at(START) + 1
    assert time_of(0) == START - BEFORE
    assert hours()[step_at(START)] == 0


def test_times_off_the_axis_are_held_to_it() -> None:
    assert step_at(START - timedelta(days=99)) == 0
    assert step_at(START + timedelta(days=99)) == STEPS - 1


def test_whole_ten_minutes_in_japan_time() -> None:
    at = (START + timedelta(minutes=19, seconds=3)).astimezone(UTC)
    assert floor_time(at) == START + timedelta(minutes=10)
    assert floor_time(at).utcoffset() == timedelta(hours=9)


def test_running_sums() -> None:
    values = np.arange(5.0)[:, None]
    assert running_sum(values, 2).ravel().tolist() == [0, 1, 3, 5, 7]

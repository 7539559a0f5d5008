"""The island's time axis: steps of ten minutes from a day before the drill to three days after."""

from datetime import datetime, timedelta, timezone

import numpy as np

from drill.island.grid import Floats

JST = timezone(timedelta(hours=9), "JST")
START = datetime(2026, 7, 3, 12, 0, tzinfo=JST)
"""World time at which a drill on the island begins."""
STEP = timedelta(minutes=10)
BEFORE = timedelta(hours=24)
AFTER = timedelta(hours=72)
STEPS = int((BEFORE + AFTER) / STEP) + 1
STEPS_PER_HOUR = 6
PEAK_H = 14.0
"""Hours after the start at which the storm is heaviest."""


def hours() -> Floats:
    """Return the hours after `START` of every step (STEPS)."""
    return np.arange(STEPS) / STEPS_PER_HOUR - BEFORE / timedelta(hours=1)


def step_at(at: datetime) -> int:
    """Return the newest step not after a time, held to the axis.

    Before it the first (a quiet day), after it the last (the storm is long over).
    """
    return int(np.clip((at - START + BEFORE) // STEP, 0, STEPS - 1))


def floor_time(at: datetime) -> datetime:
    """Return the newest whole ten minutes not after a time, in Japan time; also off the axis."""
    local = at.astimezone(JST)
    return local.replace(minute=local.minute // 10 * 10, second=0, microsecond=0)


def time_of(step: int) -> datetime:
    """Return the time of a step."""
    return START - BEFORE + step * STEP


def running_sum(values: Floats, steps: int) -> Floats:
    """Return sums over the last `steps` steps of the first axis."""
    total = np.cumsum(values, axis=0)
    result = total.copy()
    result[steps:] -= total[:-steps]
    return result

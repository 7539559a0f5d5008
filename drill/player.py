"""World time from real time: anchored, at ×1 to ×600, paused, moved.

Pure values; the table `world_clock` keeps one for all processes.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from core.errors import InvalidError

SLOWEST, FASTEST = 1.0, 600.0


class SpeedError(InvalidError):
    """The speed must lie between 1 and 600."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerState:
    """World time runs from `anchor_world` at `anchor_real`, `speed` times as fast."""

    anchor_real: datetime
    anchor_world: datetime
    speed: float = 1.0
    running: bool = True


def started(world: datetime, real: datetime, speed: float = 1.0) -> PlayerState:
    """Return a player that starts at a world time now.

    Raises
    ------
    SpeedError
        When the speed is not 1 to 600.
    """
    return PlayerState(anchor_real=real, anchor_world=world, speed=checked_speed(speed))


def checked_speed(speed: float) -> float:
    """Return the speed, or raise SpeedError."""
    if not SLOWEST <= speed <= FASTEST:
        message = f"速さ {speed:g} は {SLOWEST:g}〜{FASTEST:g} の外です"
        raise SpeedError(message)
    return float(speed)


def world_time(state: PlayerState, real: datetime) -> datetime:
    """Return the world time at a real time."""
    if not state.running:
        return state.anchor_world
    return state.anchor_world + (real - state.anchor_real) * state.speed


def _moved(state: PlayerState, real: datetime) -> PlayerState:
    """Return the same player anchored at this moment."""
    return replace(state, anchor_real=real, anchor_world=world_time(state, real))


def paused(state: PlayerState, real: datetime) -> PlayerState:
    """Return the player stopped at this moment."""
    return replace(_moved(state, real), running=False)


def resumed(state: PlayerState, real: datetime) -> PlayerState:
    """Return the player running on from where it stopped."""
    return replace(_moved(state, real), running=True)


def seeked(state: PlayerState, real: datetime, world: datetime) -> PlayerState:
    """Return the player at another world time, running or paused as before."""
    return replace(state, anchor_real=real, anchor_world=world)


def with_speed(state: PlayerState, real: datetime, speed: float) -> PlayerState:
    """Return the player at another speed from this moment on; raises SpeedError."""
    return replace(_moved(state, real), speed=checked_speed(speed))

"""Two times: world time (of what is observed; a drill moves it) and real time (sessions, audit).

UTC inside, Asia/Tokyo at the edge. All processes of a drill share one anchor, kept in the table
`world_clock` and handed to `WorldClock.set`; in operation world time is real time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def real() -> datetime:
    """Return real time, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Anchor:
    """World time runs at `speed` from `world` since `real`; speed 0 is a pause."""

    real: datetime
    world: datetime
    speed: float

    def at(self, now: datetime) -> datetime:
        """Return the world time at a real time."""
        return self.world + timedelta(seconds=(now - self.real).total_seconds() * self.speed)


class WorldClock:
    """The world time of this process; follows the shared anchor it is given."""

    def __init__(self, anchor: Anchor | None = None) -> None:
        self._anchor = anchor
        self._lock = Lock()

    @property
    def anchor(self) -> Anchor | None:
        """Return the anchor in force, None in operation."""
        with self._lock:
            return self._anchor

    def set(self, anchor: Anchor | None) -> None:
        """Follow another anchor (None: real time)."""
        with self._lock:
            self._anchor = anchor

    @property
    def speed(self) -> float:
        """Return world seconds per real second."""
        anchor = self.anchor
        return 1.0 if anchor is None else anchor.speed

    def now(self) -> datetime:
        """Return world time, UTC."""
        anchor = self.anchor
        now = real()
        return now if anchor is None else anchor.at(now)


WORLD = WorldClock()


def world() -> datetime:
    """Return this process's world time, UTC."""
    return WORLD.now()


def tokyo(moment: datetime) -> datetime:
    """Return a moment in Japan time, for the edge."""
    return moment.astimezone(TOKYO)

"""How often something may fail before it must wait: counts in memory, bounded, per process."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock

MAX_KEYS = 10_000


class Failures:
    """Failures per key within a sliding window of seconds."""

    def __init__(
        self, limit: int, window_s: float, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._window_s = window_s
        self._now = now
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, key: str) -> int:
        """Return the seconds until another try is welcome, 0 when it is now."""
        with self._lock:
            times = self._recent(key)
            if times is None or len(times) < self._limit:
                return 0
            return max(1, int(times[-self._limit] + self._window_s - self._now() + 0.999))

    def add(self, key: str) -> None:
        """Count a failure; beyond `MAX_KEYS` keys the one that failed longest ago is forgotten."""
        with self._lock:
            times = self._recent(key) or self._times.setdefault(key, deque(maxlen=self._limit))
            times.append(self._now())
            self._times.move_to_end(key)
            if len(self._times) > MAX_KEYS:
                self._times.popitem(last=False)

    def clear(self, key: str) -> None:
        """Forget the failures of a key."""
        with self._lock:
            self._times.pop(key, None)

    def _recent(self, key: str) -> deque[float] | None:
        times = self._times.get(key)
        if times is None:
            return None
        oldest = self._now() - self._window_s
        while times and times[0] <= oldest:
            times.popleft()
        if not times:
            del self._times[key]
            return None
        return times


def address_key(address: str | None) -> str:
    """Return what an address is counted under: itself, or its /64 for IPv6, where one has many."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)

"""Natural keys for restrictions that carry none: by road and stretch, else by where they lie.

A key begins with its feed (`mlit:`, `pref:` …), so that one feed's complete list says nothing about
another's. The same stretch of the same road keeps its key from one snapshot to the next, however
its reason, length or drawing changes.
"""

import hashlib
from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from ingest.sources.road_restrictions.vocabulary import place_of, route_of


def _digest(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


def stretch_key(
    feed: str, road: tuple[str | None, str | None], start: str | None, end: str | None
) -> str | None:
    """Return the key of a stretch of a road (name, class) between two named places, or None."""
    route = route_of(*road)
    ends = sorted((place_of(start), place_of(end)))
    if not route or not any(ends):
        return None
    return f"{feed}:{route[:40]}:{_digest(*ends)}"


def geometry_key(feed: str, geometry: BaseGeometry | None, name: str | None) -> str | None:
    """Return the key of a line by its two ends to about 10 m and its name otherwise, or None."""
    if geometry is not None and not geometry.is_empty:
        points = shapely.get_coordinates(geometry)
        ends = sorted(f"{x:.4f},{y:.4f}" for x, y in (points[0], points[-1]))
        return f"{feed}:at:{_digest(*ends, str(round(geometry.length, 3)))}"
    return f"{feed}:named:{name}" if name else None


class KeyDesk:
    """Hands out keys within one payload: a key told twice gets `#2`, `#3` … behind it."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def take(self, *candidates: str | None) -> str | None:
        """Return the first key there is, numbered when it was given before."""
        key = next(self._present(candidates), None)
        if key is None:
            return None
        self._seen[key] = self._seen.get(key, 0) + 1
        return key if self._seen[key] == 1 else f"{key}#{self._seen[key]}"

    @staticmethod
    def _present(candidates: tuple[str | None, ...]) -> Iterator[str]:
        return (candidate for candidate in candidates if candidate)

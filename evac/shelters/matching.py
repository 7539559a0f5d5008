"""Which report speaks of which shelter: by key, by name and place, by place; else a new shelter.

The list is wrong on the first day of every disaster, and shelters that nobody registered open by
themselves; therefore a report that fits nowhere makes a shelter of its own and is never dropped.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import cos, hypot, radians

# A register and a status feed put the same building some way apart; schools are that large.
SAME_NAME_M = 1_500.0
SAME_PLACE_M = 60.0
_METRES_PER_DEGREE = 111_320.0

_NOISE = re.compile(r"[\s・･,，、。.\-‐－―ー~〜()（）「」『』]|（旧[^）]*）")
_PREFIX = re.compile(r"^(市立|町立|村立|県立|公立|私立|旧)")


@dataclass(frozen=True, slots=True)
class Place:
    """A name at a position (degrees, EPSG:4326), in a municipality."""

    name: str
    lon: float | None
    lat: float | None
    municipality: str | None = None


def normal_name(name: str) -> str:
    """Return a name without width, spaces, dashes, brackets and legal prefixes, for comparison."""
    plain = unicodedata.normalize("NFKC", name)
    return _PREFIX.sub("", _NOISE.sub("", plain)).lower()


def distance_m(one: Place, other: Place) -> float | None:
    """Return metres between two places, None without positions; good to 0.5 % below 50 km."""
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    north = (one.lat - other.lat) * _METRES_PER_DEGREE
    east = (one.lon - other.lon) * _METRES_PER_DEGREE * cos(radians(one.lat))
    return hypot(north, east)


@dataclass(frozen=True, slots=True)
class Match:
    """Which shelter a report speaks of, and how that was found."""

    shelter_id: int
    method: str


@dataclass(slots=True)
class Index:
    """Known shelters by name and by rough place."""

    places: dict[int, Place] = field(default_factory=dict)
    _names: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _cells: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, shelter_id: int, place: Place) -> None:
        """Know one shelter."""
        self.places[shelter_id] = place
        self._names[normal_name(place.name)].append(shelter_id)
        if place.lon is not None and place.lat is not None:
            self._cells[_cell(place.lon, place.lat)].append(shelter_id)

    def find(self, place: Place) -> Match | None:
        """Return the shelter a place speaks of, if one is near enough or bears the name alone."""
        same_name = self._names.get(normal_name(place.name), ())
        found = self._nearest(place, same_name, SAME_NAME_M)
        if found is not None:
            return Match(found, "name_and_place")
        if place.lon is None:
            return self._only(place, same_name)
        found = self._nearest(place, self._around(place), SAME_PLACE_M)
        if found is not None and _alike(place.name, self.places[found].name):
            return Match(found, "place")
        return None

    def _nearest(self, place: Place, candidates: Iterable[int], limit: float) -> int | None:
        best, best_distance = None, limit
        for shelter_id in candidates:
            distance = distance_m(place, self.places[shelter_id])
            if distance is not None and distance <= best_distance:
                best, best_distance = shelter_id, distance
        return best

    def _only(self, place: Place, candidates: Iterable[int]) -> Match | None:
        """Without a position, a name counts when one shelter alone bears it in the municipality."""
        fitting = [
            shelter_id
            for shelter_id in candidates
            if place.municipality is None
            or self.places[shelter_id].municipality in {None, place.municipality}
        ]
        return Match(fitting[0], "name") if len(fitting) == 1 else None

    def _around(self, place: Place) -> Iterable[int]:
        if place.lon is None or place.lat is None:
            return
        column, row = _cell(place.lon, place.lat)
        for x in (column - 1, column, column + 1):
            for y in (row - 1, row, row + 1):
                yield from self._cells.get((x, y), ())


def _cell(lon: float, lat: float) -> tuple[int, int]:
    return int(lon * 1000), int(lat * 1000)


def _alike(one: str, other: str) -> bool:
    """Tell whether two names share their beginning or one holds the other."""
    a, b = normal_name(one), normal_name(other)
    return a in b or b in a or (len(a) > 3 and a[:4] == b[:4])  # noqa: PLR2004 - 三島小学 …

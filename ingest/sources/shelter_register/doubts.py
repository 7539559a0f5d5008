"""Registers carry mistakes; a shelter with one is kept and flagged for a person to look at."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from ingest.records import ShelterRegister
from ingest.sources.shelter_register.capacity import IMPLAUSIBLE

ALONE_KM = 15.0
"""Farther than this from every other shelter of its municipality: probably not in it. In the
registers of 45 municipalities of Kumamoto the honest ones lie within 9 km of another."""
ENOUGH = 5
EARTH_KM = 6371.0


def flagged(shelters: Sequence[ShelterRegister]) -> list[ShelterRegister]:
    """Return the shelters in their order, each with the flags it earns.

    `no_position`, `implausible_capacity`, and `outside_area`: alone by more than 15 km among at
    least five of its municipality.
    """
    far = _far_from_its_town(shelters)
    result = []
    for index, shelter in enumerate(shelters):
        flags = (
            *(("outside_area",) if index in far else ()),
            *(("implausible_capacity",) if (shelter.capacity or 0) > IMPLAUSIBLE else ()),
            *(("no_position",) if shelter.lon is None else ()),
        )
        result.append(replace(shelter, flags=flags) if flags else shelter)
    return result


def _far_from_its_town(shelters: Sequence[ShelterRegister]) -> set[int]:
    towns: dict[str | None, list[int]] = defaultdict(list)
    for index, shelter in enumerate(shelters):
        if shelter.lon is not None and shelter.lat is not None:
            towns[shelter.municipality_code or shelter.municipality_name].append(index)
    far: set[int] = set()
    for members in towns.values():
        if len(members) < ENOUGH:
            continue
        degrees = [(shelters[index].lon, shelters[index].lat) for index in members]
        lon, lat = np.radians(np.array(degrees, dtype=np.float64)).T
        ball = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        chords = cKDTree(ball).query(ball, k=2)[0][:, 1]
        kilometres = 2 * EARTH_KM * np.arcsin(np.clip(chords / 2, 0, 1))
        far.update(members[place] for place in np.flatnonzero(kilometres > ALONE_KM))
    return far

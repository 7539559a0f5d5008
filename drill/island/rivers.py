"""Rivers as named lines along the drainage, and the points on them where gauges can stand."""

from dataclasses import dataclass

import numpy as np

from drill.island.drainage import flow_levels
from drill.island.grid import Floats, Ints, Lines, Texts, lines_of
from drill.island.names import PlaceNames
from drill.island.smooth import smoothed
from drill.island.terrain import Terrain

RIVER_KM2 = 2.5
NAMED_KM2 = 12.0


@dataclass(frozen=True, slots=True)
class Rivers:
    """Reaches from confluence to confluence; each cell of a river knows its river's number."""

    lines: Lines
    """Degrees, in the direction of flow."""
    river: Ints
    """Per reach: number of its river."""
    area_km2: Floats
    """Per reach: catchment at its lower end."""
    name: Texts
    """Per river."""
    kana: Texts
    cell_river: Ints
    """Flat, by cell: number of the river that flows there, -1 elsewhere."""


def _stems(terrain: Terrain, wet: Ints) -> Ints:
    """Return per wet cell (flat array) the mouth or confluence where its main stem ends.

    Of the cells that drain into one, the largest continues the stem.
    """
    receivers, area = terrain.receivers, terrain.area_km2
    order = wet[np.argsort(area[wet], kind="stable")]
    main_donor = np.full(len(receivers), -1)
    main_donor[receivers[order]] = order  # the last, largest one stays
    stem = np.full(len(receivers), -1)
    for cell in wet[np.argsort(-area[wet], kind="stable")]:
        below = receivers[cell]
        continues = stem[below] >= 0 and main_donor[below] == cell
        stem[cell] = stem[below] if continues else cell
    return stem


def make_rivers(rng: np.random.Generator, terrain: Terrain) -> Rivers:
    """Return the rivers of the island: stems larger than `NAMED_KM2` get names of their own."""
    receivers, area = terrain.receivers, terrain.area_km2
    land = terrain.land.ravel()
    wet = np.flatnonzero(land & (area > RIVER_KM2))
    is_wet = np.zeros(len(receivers), dtype=bool)
    is_wet[wet] = True
    stem = _stems(terrain, wet)
    donors = np.bincount(receivers[wet], minlength=len(receivers))
    stems, number = np.unique(stem[wet], return_inverse=True)
    cell_river = np.full(len(receivers), -1)
    cell_river[wet] = number
    starts = wet[(donors[wet] != 1)]
    parts, river, sizes = [], [], []
    for start in starts:
        cells = [int(start)]
        below = int(receivers[start])
        while is_wet[below] and donors[below] == 1:
            cells.append(below)
            below = int(receivers[below])
        cells.append(below)
        xy = terrain.grid.centres(np.asarray(cells))
        parts.append(terrain.grid.lonlat(smoothed(xy, 3)))
        river.append(int(cell_river[start]))
        sizes.append(float(area[cells[-2]]))
    names = PlaceNames(rng)
    given = [names.river() if area[cell] > NAMED_KM2 else None for cell in stems]
    return Rivers(
        lines=lines_of(parts),
        river=np.asarray(river, dtype=np.int64),
        area_km2=np.asarray(sizes),
        name=np.array([n.kanji if n else "" for n in given]),
        kana=np.array([n.kana if n else "" for n in given]),
        cell_river=cell_river,
    )


def upstream_first(terrain: Terrain) -> Ints:
    """Return land cells from the divides to the sea."""
    return np.concatenate(flow_levels(terrain.receivers)[:0:-1])

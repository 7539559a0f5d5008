"""Alert levels per municipality and flood forecasts per river, from rain, soil water and levels.

Levels as since 2026-05-28: 2 注意報, 3 警報, 4 危険警報, 5 特別警報
(reference/C-levels-colours-tiles.md C1). A forecaster looks ahead: a level stands from before its
threshold is passed until after it is no longer reached.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from drill.island.gauges import RiverGauges
from drill.island.grid import Bools, Floats, Ints, block_mean
from drill.island.storm import FACTOR, Storm
from drill.island.terrain import Terrain
from drill.island.timeline import STEPS_PER_HOUR, running_sum
from drill.island.towns import COARSE, Municipalities
from drill.island.water import Levels

RAIN_1H = (15.0, 32.0, 54.0, 98.0)
RAIN_3H = (32.0, 65.0, 110.0, 205.0)
SOIL = (85.0, 122.0, 172.0, 292.0)
"""Thresholds of level 2, 3, 4, 5 in mm; the real ones differ by place but lie in this range."""
STEEP = 0.12
AHEAD_H, AFTER_H = 1.5, 1.5
BLOCK = 3
"""Levels change on the half hour at most."""
DRY_MM_3H = 3.0
DRY_H = 5
FORECAST_RIVERS = 8
THUNDER_MM_H = 4.0


@dataclass(frozen=True, slots=True)
class Alerts:
    """Levels by step; 0 none."""

    heavy_rain: Ints
    """(steps, municipalities) 0, 2 … 5."""
    landslide: Ints
    """(steps, municipalities) 0, 2 … 5."""
    thunder: Ints
    """(steps, municipalities) 0 or 2."""
    flood: Ints
    """(steps, forecast rivers) 0, 2 … 5."""
    river: Ints
    """Number of each forecast river."""
    gauge: Ints
    """Lead gauge of each forecast river."""

    def by_municipality(self, gauges: RiverGauges) -> Ints:
        """Return the highest level (steps, municipalities), floods counted at their gauges."""
        level = np.maximum(self.heavy_rain, self.landslide)
        for number, gauge in enumerate(self.gauge):
            towns = np.unique(gauges.municipality[gauges.river == gauges.river[gauge]])
            level[:, towns] = np.maximum(level[:, towns], self.flood[:, number, None])
        return level


def _graded(values: Floats, thresholds: tuple[float, ...]) -> Ints:
    """Return 0 below the first threshold, then 2, 3, 4, 5."""
    grade = np.searchsorted(np.asarray(thresholds), values, side="right")
    return np.where(grade > 0, grade + 1, 0)


def _issued(level: Ints) -> Ints:
    """Return levels as issued: ahead of time, held on a little, changing on the half hour."""
    ahead, after = int(AHEAD_H * STEPS_PER_HOUR), int(AFTER_H * STEPS_PER_HOUR)
    size = ahead + after + 1
    origin = (after - ahead) // 2
    wide = ndimage.maximum_filter1d(level, size, axis=0, origin=origin, mode="nearest")
    count = -(-len(wide) // BLOCK)
    padded = np.pad(wide, ((0, count * BLOCK - len(wide)), (0, 0)), mode="edge")
    blocks = padded.reshape(count, BLOCK, -1).max(axis=1)
    return np.repeat(blocks, BLOCK, axis=0)[: len(level)]


def cells_of(municipalities: Municipalities, shape: tuple[int, int]) -> Bools:
    """Return which rain cells (municipalities, cells) touch each municipality by a fifth."""
    ratio = FACTOR // COARSE
    area = municipalities.area[: shape[0] * ratio, : shape[1] * ratio]
    parts = np.stack(
        [
            block_mean((area == number).astype(np.float64), ratio).ravel()
            for number in range(len(municipalities.code))
        ]
    )
    touched = parts > 0.2  # noqa: PLR2004 - a fifth
    touched[np.arange(len(parts)), parts.argmax(axis=1)] = True
    return np.asarray(touched)


def _highest(values: Floats, cells: Bools) -> Floats:
    """Return the highest value (steps, municipalities) over each municipality's cells."""
    flat = values.reshape(len(values), -1)
    return np.stack([flat[:, own].max(axis=1) for own in cells], axis=1)


def make_alerts(
    terrain: Terrain,
    municipalities: Municipalities,
    weather: tuple[Storm, Floats],
    gauges: RiverGauges,
    levels: Levels,
) -> Alerts:
    """Return the alerts of the whole storm; `weather` is the storm and its soil-water index."""
    storm, soil = weather
    cells = cells_of(municipalities, storm.grid.shape)
    hour = _highest(running_sum(storm.rain, 6) / 6, cells)
    three = _highest(running_sum(storm.rain, 18) / 6, cells)
    heavy = np.maximum(_graded(hour, RAIN_1H), _graded(three, RAIN_3H))
    steep = block_mean(np.where(terrain.land, terrain.slope, 0), FACTOR).ravel() > STEEP
    hills = cells & steep
    hills[~hills.any(axis=1)] = cells[~hills.any(axis=1)]
    slides = _graded(_highest(soil, hills), SOIL)
    wet = ndimage.maximum_filter1d(
        three, DRY_H * STEPS_PER_HOUR * 2 + 1, axis=0, origin=DRY_H * STEPS_PER_HOUR - 1
    )
    slides = np.where(wet < DRY_MM_3H, 0, slides)
    river, gauge, flood = _floods(gauges, levels)
    thunder = np.where(hour > THUNDER_MM_H, 2, 0)
    return Alerts(_issued(heavy), _issued(slides), _issued(thunder), flood, river, gauge)


def _floods(gauges: RiverGauges, levels: Levels) -> tuple[Ints, Ints, Ints]:
    """Return the forecast rivers, their lead gauges and levels: those with the largest basins."""
    order = np.argsort(-gauges.area_km2, kind="stable")
    _, first = np.unique(gauges.river[order], return_index=True)
    lead = order[np.sort(first)][:FORECAST_RIVERS]
    found = []
    for gauge in lead:
        own = np.flatnonzero((gauges.river == gauges.river[gauge]) & (gauges.dead == 0))
        own = own if len(own) else np.array([gauge])
        steps = np.stack(
            [levels.caution, (levels.caution + levels.danger) / 2, levels.danger, levels.flood]
        )[:, own]
        above = levels.level[:, None, own] >= steps[None]
        grade = above.sum(axis=1).max(axis=1)
        found.append(np.where(grade > 0, grade + 1, 0))
    return gauges.river[lead], lead, _issued(np.stack(found, axis=1))

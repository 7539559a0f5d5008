"""What the rain does: water in the ground (土壌雨量指数) and in the rivers.

The soil-water index is the sum of three tanks in series with the parameters the Japan
Meteorological Agency uses everywhere (Ishihara and Kobatake 1979), stepped every ten minutes.
A gauge's discharge is the catchment's rain through a quick and a slow linear reservoir.
"""

from dataclasses import dataclass

import numpy as np

from drill.island.gauges import RiverGauges
from drill.island.grid import Floats
from drill.island.storm import Storm
from drill.island.timeline import STEPS_PER_HOUR

HOUR = 1.0 / STEPS_PER_HOUR
OUTLETS = ((15.0, 0.10), (60.0, 0.15)), ((15.0, 0.05),), ((15.0, 0.01),)
"""Per tank: height of each side outlet (mm) and its rate (per hour)."""
SEEPAGE = (0.12, 0.05, 0.01)
"""Per tank: rate through its floor (per hour)."""
FIRST_MM = (2.0, 8.0, 30.0)
"""Tanks on a day of the rainy season, before the storm."""
RUNOFF = 0.62
QUICK_SHARE = 0.7
SPARED = 0.64
"""Share of gauges at which the storm brings less than what the river was built for."""


@dataclass(frozen=True, slots=True)
class Levels:
    """River levels above the gauge's zero, metres."""

    level: Floats
    """(steps, gauges)."""
    start: Floats
    """Reporting threshold (観測開始水位) per gauge."""
    caution: Floats
    """warnLevel: 氾濫注意水位 and the like."""
    danger: Floats
    """氾濫危険水位."""
    flood: Floats
    """fladLevel: 氾濫開始相当水位."""


def soil_water(storm: Storm) -> Floats:
    """Return the soil-water index (steps, rows, columns) in mm."""
    tanks = [np.full(storm.rain.shape[1:], mm) for mm in FIRST_MM]
    index = np.empty_like(storm.rain)
    for step, rain in enumerate(storm.rain):
        inflow = rain * HOUR
        for number, tank in enumerate(tanks):
            out = sum(rate * np.maximum(tank - height, 0) for height, rate in OUTLETS[number])
            down = SEEPAGE[number] * tank
            tanks[number] = np.maximum(tank + inflow - (out + down) * HOUR, 0)
            inflow = down * HOUR
        index[step] = tanks[0] + tanks[1] + tanks[2]
    return index


def _reservoir(inflow: Floats, constant_h: Floats) -> Floats:
    """Return the outflow (steps, gauges) of linear reservoirs."""
    keep = np.exp(-HOUR / constant_h)
    out = np.empty_like(inflow)
    state = inflow[0].copy()
    for step, now in enumerate(inflow):
        state = keep * state + (1 - keep) * now
        out[step] = state
    return out


def discharge(rain: Floats, area_km2: Floats) -> Floats:
    """Return discharge (steps, gauges) in m³/s of catchment rain (steps, gauges) in mm/h."""
    lag_h = 0.35 + 0.22 * area_km2**0.45
    quick = _reservoir(_reservoir(rain, lag_h), lag_h)
    slow = _reservoir(rain, np.full(len(area_km2), 16.0))
    depth = RUNOFF * (QUICK_SHARE * quick + (1 - QUICK_SHARE) * slow)
    return np.asarray(depth * area_km2 / 3.6 + 0.04 * area_km2)


def river_levels(rng: np.random.Generator, storm: Storm, gauges: RiverGauges) -> Levels:
    """Return levels and thresholds of all gauges.

    Thresholds stand where a storm of the same water, spread evenly over the island, would bring
    the river: what lies under the band passes them, what lies beside it does not.
    """
    flat = storm.rain.reshape(len(storm.rain), -1)
    own = discharge(flat @ gauges.share.T, gauges.area_km2)
    wet = np.repeat(flat.mean(axis=1)[:, None], len(gauges.area_km2), axis=1)
    even = discharge(wet, gauges.area_km2).max(axis=0)
    design = even * float(np.quantile(own.max(axis=0) / even, SPARED))
    rise = rng.uniform(2.2, 4.2, len(design)) * (gauges.area_km2 / 40) ** 0.12
    design = design * np.exp(rng.normal(0, 0.16, len(design)))
    zero = np.round(rng.uniform(0.2, 0.9, len(design)), 2)
    level = zero + rise * (own / design) ** 0.55
    at_rest = zero + rise * (0.04 * gauges.area_km2 / design) ** 0.55
    high = rng.random(len(design)) < 0.12  # noqa: PLR2004 - a few report only when it rises
    start: Floats = np.where(
        high, zero + 0.42 * rise, at_rest - rng.uniform(0.05, 0.3, len(design))
    )
    start = np.asarray(np.round(start, 2), dtype=np.float64)
    flood = zero + rise * 1.2
    return Levels(
        level=np.round(level + rng.normal(0, 0.006, level.shape), 2),
        start=start,
        caution=np.round(zero + rise * 0.68, 2),
        danger=np.round(zero + rise * 0.94, 2),
        flood=np.round(flood, 2),
    )

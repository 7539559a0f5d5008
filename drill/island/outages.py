"""Power that fails by feeder, and so by groups of neighbouring settlements, and is restored."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from drill.island.grid import Ints, Texts
from drill.island.terrain import Terrain
from drill.island.timeline import BEFORE, PEAK_H, STEPS_PER_HOUR
from drill.island.towns import Settlements

FEEDERS = 46
CAUSES = ("倒木", "土砂崩れ", "飛来物", "調査中", "浸水", "落雷")


@dataclass(frozen=True, slots=True)
class Outages:
    """Households without power, one row per settlement and failure; times are steps."""

    settlement: Ints
    households: Ints
    start: Ints
    crew: Ints
    """From here on the cause is known and a crew is at work."""
    end: Ints
    cause: Texts


def make_outages(
    rng: np.random.Generator, terrain: Terrain, settlements: Settlements, scale: float
) -> Outages:
    """Return the outages of the storm: steep and remote feeders first, most near its height."""
    count = max(4, round(FEEDERS * scale**0.8))
    steep = terrain.slope.ravel()[terrain.grid.cells(settlements.xy)]
    chance = (0.15 + steep) * np.exp(rng.normal(0, 0.5, len(steep)))
    heads = rng.choice(len(steep), min(count, len(steep)), replace=False, p=chance / chance.sum())
    tree = cKDTree(settlements.xy)
    rows: dict[int, tuple[int, int, int, int, str]] = {}
    before = int(BEFORE.total_seconds() // 3600)
    for head in heads:
        size = int(np.clip(rng.lognormal(1.5, 0.7), 1, min(26, len(steep))))
        group = np.atleast_1d(tree.query(settlements.xy[head], size)[1])
        hour = before + float(np.clip(rng.normal(PEAK_H, 3.2), 5, 30))
        start = int(hour * STEPS_PER_HOUR)
        crew = start + int(rng.integers(4, 24))
        cause = CAUSES[int(rng.integers(len(CAUSES)))]
        restored = float(np.clip(rng.lognormal(1.9, 0.8), 1.5, 60))
        for settlement in group:
            total = int(settlements.households[settlement])
            out = max(1, int(total * rng.uniform(0.35, 1.0)))
            end = start + int(restored * rng.uniform(0.6, 1.0) * STEPS_PER_HOUR)
            rows.setdefault(int(settlement), (out, start, crew, max(end, crew + 3), cause))
    order = sorted(rows)
    return Outages(
        settlement=np.array(order, dtype=np.int64),
        households=np.array([rows[s][0] for s in order], dtype=np.int64),
        start=np.array([rows[s][1] for s in order], dtype=np.int64),
        crew=np.array([rows[s][2] for s in order], dtype=np.int64),
        end=np.array([rows[s][3] for s in order], dtype=np.int64),
        cause=np.array([rows[s][4] for s in order]),
    )

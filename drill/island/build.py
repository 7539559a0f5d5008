"""The whole island from a seed, and its cache: one npz file per seed, scale and code version."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from drill.island.alerts import Alerts, make_alerts
from drill.island.boundaries import Areas, make_areas
from drill.island.cameras import Cameras, make_cameras
from drill.island.closures import Closures, make_closures
from drill.island.frozen import load, save
from drill.island.gauges import RainGauges, RiverGauges, make_rain_gauges, make_river_gauges
from drill.island.grid import Bools, Floats, Grid
from drill.island.outages import Outages, make_outages
from drill.island.refuges import Refuges, make_refuges
from drill.island.rivers import Rivers, make_rivers
from drill.island.roads import Roads, make_roads
from drill.island.storm import make_storm
from drill.island.terrain import make_terrain
from drill.island.towns import Municipalities, Settlements, make_towns
from drill.island.water import Levels, river_levels, soil_water

SEED = 20260703
OLDEST_KEPT = 3


@dataclass(frozen=True, slots=True)
class Island:
    """A generated prefecture and everything that will happen to it."""

    seed: int
    scale: float
    grid: Grid
    heights: Floats
    """(rows, columns) metres, row 0 in the south; the sea is negative."""
    land: Bools
    settlements: Settlements
    municipalities: Municipalities
    areas: Areas
    rivers: Rivers
    roads: Roads
    rain_gauges: RainGauges
    rain: Floats
    """(steps, rain gauges) mm/h over the ten minutes that end at the step."""
    river_gauges: RiverGauges
    levels: Levels
    alerts: Alerts
    closures: Closures
    outages: Outages
    refuges: Refuges
    cameras: Cameras
    seconds: float
    """How long generation took."""


def generate(seed: int = SEED, scale: float = 1.0) -> Island:
    """Return an island; the same seed and scale give the same island.

    `scale` 1 has about 150,000 people and 30,000 road edges, 10 has 1.2 million and 300,000.
    """
    began = time.perf_counter()
    rng = np.random.default_rng(seed)
    terrain = make_terrain(rng, scale)
    towns = make_towns(rng, terrain, scale)
    rivers = make_rivers(rng, terrain)
    roads = make_roads(rng, terrain, towns, rivers, scale)
    storm = make_storm(rng, terrain)
    rain_gauges = make_rain_gauges(rng, terrain, towns, scale)
    river_gauges = make_river_gauges(rng, terrain, towns, rivers, scale)
    weather = (storm, soil_water(storm))
    levels = river_levels(rng, storm, river_gauges)
    alerts = make_alerts(terrain, towns[1], weather, river_gauges, levels)
    highest = alerts.by_municipality(river_gauges)
    return Island(
        seed=seed,
        scale=scale,
        grid=terrain.grid,
        heights=terrain.heights.astype(np.float32),
        land=terrain.land,
        settlements=towns[0],
        municipalities=towns[1],
        areas=make_areas(terrain, towns[1]),
        rivers=rivers,
        roads=roads,
        rain_gauges=rain_gauges,
        rain=storm.at(rain_gauges.xy),
        river_gauges=river_gauges,
        levels=levels,
        alerts=alerts,
        closures=make_closures(rng, terrain, towns, roads, weather, (river_gauges, levels)),
        outages=make_outages(rng, terrain, towns[0], scale),
        refuges=make_refuges(rng, terrain, towns, highest, scale),
        cameras=make_cameras(rng, terrain, roads, scale),
        seconds=time.perf_counter() - began,
    )


def code_version() -> str:
    """Return a short hash of the code that makes islands: other code, another island."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def cache_path(folder: Path, seed: int, scale: float) -> Path:
    """Return where an island is kept in a folder."""
    return folder / f"island-{seed}-{scale:g}-{code_version()}.npz"


def open_island(folder: Path, seed: int = SEED, scale: float = 1.0) -> Island:
    """Return an island from the cache, generated first where it is not there or cannot be read."""
    path = cache_path(folder, seed, scale)
    if path.is_file():
        try:
            return load(Island, path)
        except (OSError, KeyError, ValueError, BadZipFile):
            path.unlink(missing_ok=True)  # cut off or written by other code: made again below
    island = generate(seed, scale)
    save(island, path)
    for old in sorted(
        folder.glob(f"island-{seed}-{scale:g}-*.npz"), key=lambda p: p.stat().st_mtime
    )[:-OLDEST_KEPT]:
        old.unlink(missing_ok=True)
    return island

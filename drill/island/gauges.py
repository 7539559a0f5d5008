"""Rain gauges and river gauges: where they stand and what drains past them."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from drill.island.grid import Floats, Ints, Texts
from drill.island.rivers import Rivers, upstream_first
from drill.island.storm import FACTOR
from drill.island.terrain import Terrain
from drill.island.towns import Municipalities, Settlements, coarse_grid

RAIN_GAUGES = 150
RIVER_GAUGES = 120
GAUGE_KM2 = 3.0
DEAD = 4
"""Gauges that stopped weeks ago and are still listed."""
FULL_STATION = 6
"""Every so many stations one also measures temperature and wind."""


@dataclass(frozen=True, slots=True)
class RainGauges:
    """Rain gauges, positions in metres."""

    code: Texts
    name: Texts
    kana: Texts
    xy: Floats
    altitude: Floats
    full: Ints
    """1 where temperature, wind, humidity and pressure are measured too."""


@dataclass(frozen=True, slots=True)
class RiverGauges:
    """River gauges, positions in metres; `share` says which rain cells drain past each."""

    code: Texts
    name: Texts
    kana: Texts
    xy: Floats
    cell: Ints
    river: Ints
    area_km2: Floats
    municipality: Ints
    downstream: Ints
    """Next gauge below, -1 where none."""
    share: Floats
    """(gauges, rain cells): part of the catchment in each cell; rows add up to 1."""
    dead: Ints


def _spread(rng: np.random.Generator, xy: Floats, count: int, first: int) -> Ints:
    """Return indices of points that lie far from one another (farthest-point order)."""
    chosen = [first]
    gap = np.hypot(*(xy - xy[first]).T)
    noise = rng.uniform(0.85, 1.15, len(xy))
    while len(chosen) < min(count, len(xy)):
        nxt = int(np.argmax(gap * noise))
        chosen.append(nxt)
        gap = np.minimum(gap, np.hypot(*(xy - xy[nxt]).T))
    return np.asarray(chosen, dtype=np.int64)


def make_rain_gauges(
    rng: np.random.Generator,
    terrain: Terrain,
    towns: tuple[Settlements, Municipalities],
    scale: float,
) -> RainGauges:
    """Return rain gauges: at the seats, at settlements and on the mountains."""
    settlements, municipalities = towns
    count = max(12, round(RAIN_GAUGES * scale**0.5))
    peaks = np.flatnonzero(terrain.main.ravel() & (terrain.heights.ravel() > 350))  # noqa: PLR2004
    hills = terrain.grid.centres(rng.choice(peaks, min(len(peaks), count), replace=False))
    points = np.concatenate([settlements.xy, hills])
    chosen = _spread(rng, points, count, int(municipalities.seat[0]))
    names, kana = [], []
    nearest = cKDTree(settlements.xy).query(points)[1]
    for index in chosen:
        home = int(nearest[index])
        high = index >= len(settlements.xy)
        names.append(str(settlements.name[home]) + ("岳" if high else ""))
        kana.append(str(settlements.kana[home]) + ("だけ" if high else ""))
    cells = terrain.grid.cells(points[chosen])
    return RainGauges(
        code=np.array([f"99{number:03d}" for number in range(1, len(chosen) + 1)]),
        name=np.array(names),
        kana=np.array(kana),
        xy=points[chosen],
        altitude=terrain.heights.ravel()[cells],
        full=(np.arange(len(chosen)) % FULL_STATION == 0).astype(np.int64),
    )


def _catchments(terrain: Terrain, cells: Ints) -> tuple[Ints, Floats]:
    """Return for each gauge the next one below, and its part of each rain cell (gauges, cells)."""
    receivers = terrain.receivers
    label = np.full(len(receivers), -1)
    label[cells] = np.arange(len(cells))
    below = np.full(len(cells), -1)
    for cell in upstream_first(terrain)[::-1]:
        if label[cell] < 0:
            label[cell] = label[receivers[cell]]
        else:
            below[label[cell]] = label[receivers[cell]]
    rain_grid = terrain.grid.coarser(FACTOR)
    inside = np.flatnonzero(label >= 0)
    row, column = np.divmod(inside, terrain.grid.columns)
    rain_cell = np.minimum(row // FACTOR, rain_grid.rows - 1) * rain_grid.columns
    rain_cell += np.minimum(column // FACTOR, rain_grid.columns - 1)
    own = sparse.coo_array(
        (np.ones(len(inside)), (label[inside], rain_cell)),
        shape=(len(cells), rain_grid.rows * rain_grid.columns),
    ).toarray()
    for gauge in np.argsort(terrain.area_km2[cells], kind="stable"):
        if below[gauge] >= 0:
            own[below[gauge]] += own[gauge]
    return below, own / np.maximum(own.sum(axis=1, keepdims=True), 1)


def _numbered(settlements: Settlements, home: Ints) -> tuple[list[str], list[str]]:
    """Return names and readings of places, with 第二, 第三 … where a place comes again."""
    seen: dict[int, int] = {}
    names, kana = [], []
    for place in home.tolist():
        seen[place] = seen.get(place, 0) + 1
        again = f"第{seen[place]}" if seen[place] > 1 else ""
        names.append(f"{settlements.name[place]}{again}")
        kana.append(f"{settlements.kana[place]}{again.replace('第', 'だい')}")
    return names, kana


def make_river_gauges(
    rng: np.random.Generator,
    terrain: Terrain,
    towns: tuple[Settlements, Municipalities],
    rivers: Rivers,
    scale: float,
) -> RiverGauges:
    """Return river gauges, on the larger rivers first, named after river and nearest place."""
    settlements, municipalities = towns
    count = max(10, round(RIVER_GAUGES * scale**0.5))
    named = rivers.name[rivers.cell_river] != ""
    wet = np.flatnonzero(
        (rivers.cell_river >= 0) & (terrain.area_km2 > GAUGE_KM2) & named & terrain.main.ravel()
    )
    points = terrain.grid.centres(wet)
    largest = int(np.argmax(terrain.area_km2[wet]))
    chosen = wet[_spread(rng, points, count, largest)]
    chosen = chosen[np.argsort(-terrain.area_km2[chosen], kind="stable")]
    below, share = _catchments(terrain, chosen)
    xy = terrain.grid.centres(chosen)
    home = cKDTree(settlements.xy).query(xy)[1]
    river = rivers.cell_river[chosen]
    area = municipalities.area.ravel()[coarse_grid(terrain).cells(xy)]
    names, kana = _numbered(settlements, home)
    dead = np.zeros(len(chosen), dtype=np.int64)
    dead[rng.choice(len(chosen), min(DEAD, len(chosen) // 4), replace=False)] = 1
    return RiverGauges(
        code=np.array([f"99{number:08d}" for number in range(1, len(chosen) + 1)]),
        name=np.array(
            [f"{rivers.name[r]}（{place}）" for r, place in zip(river, names, strict=True)]
        ),
        kana=np.array(
            [f"{rivers.kana[r]}（{place}）" for r, place in zip(river, kana, strict=True)]
        ),
        xy=xy,
        cell=chosen,
        river=river,
        area_km2=terrain.area_km2[chosen],
        municipality=np.where(area < 0, settlements.municipality[home], area),
        downstream=below,
        share=share,
        dead=dead,
    )

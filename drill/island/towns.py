"""Where people live: settlements on the habitable land, and municipalities around their seats."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from drill.island.drainage import pairs
from drill.island.grid import Floats, Grid, Ints, Texts, block_mean
from drill.island.names import MUNICIPALITIES, PlaceNames
from drill.island.terrain import Terrain

PREFECTURE = "火見県"
PREFECTURE_CODE = "99"
PEOPLE = 150_000
SETTLEMENTS = 1200
MUNICIPALITY_COUNT = 25
HOUSEHOLD = 2.3
COARSE = 2
"""Towns and roads are laid out on cells of 200 m."""
COASTAL_M = 700.0
LEAST_GAP_M = 380.0
SEAT_GAP_M = 6000.0
CITY_SHARE, TOWN_SHARE = 0.32, 0.84


@dataclass(frozen=True, slots=True)
class Municipalities:
    """Cities, towns and villages; `area` gives each coarse cell its municipality, -1 at sea."""

    code: Texts
    """JIS-like code of five digits, prefecture number 99 (not in use)."""
    name: Texts
    kana: Texts
    county: Texts
    """郡, empty for cities."""
    seat: Ints
    """Settlement of the seat."""
    people: Ints
    area: Ints


@dataclass(frozen=True, slots=True)
class Settlements:
    """Hamlets, villages and quarters of towns; positions in metres of the frame."""

    xy: Floats
    name: Texts
    kana: Texts
    people: Ints
    households: Ints
    municipality: Ints
    coastal: Ints


def _sites(rng: np.random.Generator, terrain: Terrain, count: int) -> tuple[Floats, Floats]:
    """Return positions (n, 2) and how good each is to live at."""
    coarse = terrain.grid.coarser(COARSE)
    slope = block_mean(terrain.slope, COARSE)
    main = block_mean(terrain.main.astype(np.float64), COARSE) > 0.99  # noqa: PLR2004
    heights = block_mean(terrain.heights, COARSE)
    river = block_mean(terrain.river_m, COARSE)
    coast = block_mean(terrain.coast_m, COARSE)
    score = np.exp(-slope / 0.10 - np.maximum(heights, 0) / 260)
    score *= 0.25 + 1.6 * np.exp(-river / 1200) + 1.2 * np.exp(-coast / 900)
    wild = np.where(main & (slope < 0.4), score, 0) + 0.004 * (main & (slope < 0.25))  # noqa: PLR2004
    chance = (wild**0.75).ravel()
    many = min(int((chance > 0).sum()), count * 9)
    cells = rng.choice(chance.size, many, replace=False, p=chance / chance.sum())
    xy = coarse.centres(cells) + rng.uniform(-60, 60, (many, 2))
    good = _spaced(xy, LEAST_GAP_M, count)
    return xy[good], score.ravel()[cells[good]]


def _spaced(xy: Floats, gap: float, count: int) -> Ints:
    """Return the first positions, in order, that keep a distance from those before them."""
    near = cKDTree(xy).query_ball_point(xy, gap)
    blocked = np.zeros(len(xy), dtype=bool)
    kept: list[int] = []
    for index in range(len(xy)):
        if blocked[index]:
            continue
        kept.append(index)
        blocked[near[index]] = True
        if len(kept) == count:
            break
    return np.asarray(kept, dtype=np.int64)


def _seats(xy: Floats, score: Floats, count: int) -> Ints:
    """Return the settlements that become seats: in the largest habitable hinterlands, apart."""
    tree = cKDTree(xy)
    hinterland = np.array([score[near].sum() for near in tree.query_ball_point(xy, 3500)])
    order = np.argsort(-hinterland, kind="stable")
    gap = SEAT_GAP_M
    while True:
        seats = order[_spaced(xy[order], gap, count)]
        if len(seats) == count:
            return seats
        gap *= 0.93


def _partition(terrain: Terrain, seats_xy: Floats, weight: Floats) -> Ints:
    """Return the municipality of each coarse cell: the seat reached with least climbing.

    So borders follow the ridges; islets go to the nearest.
    """
    coarse = terrain.grid.coarser(COARSE)
    heights = block_mean(terrain.heights, COARSE).ravel()
    land = block_mean(terrain.land.astype(np.float64), COARSE).ravel() > 0
    first, second, distance = pairs(coarse.shape)
    use = land[first] & land[second]
    first, second, distance = first[use], second[use], distance[use]
    cost = distance * (1 + np.abs(heights[first] - heights[second]) / 12.0)
    graph = sparse.coo_array((cost, (first, second)), shape=(land.size, land.size)).tocsr()
    reach = csgraph.dijkstra(graph, directed=False, indices=coarse.cells(seats_xy))
    area = np.argmin(reach / weight[:, None], axis=0)
    lost = land & ~np.isfinite(reach.min(axis=0))
    area[~land] = -1
    if lost.any():
        cells = np.flatnonzero(lost)
        area[cells] = cKDTree(seats_xy).query(coarse.centres(cells))[1]
    return np.asarray(_tidy(area.reshape(coarse.shape)), dtype=np.int64)


def _tidy(area: Ints) -> Ints:
    """Return the partition with its borders smoothed by a majority of neighbours."""
    counts = np.stack(
        [ndimage.uniform_filter((area == k).astype(float), 5) for k in range(int(area.max()) + 1)]
    )
    return np.where(area >= 0, np.argmax(counts, axis=0), -1)


def _codes(count: int) -> tuple[list[str], list[str], list[str]]:
    """Return codes, kinds (市 町 村) and counties in order of size (reference/D-formats.md D12)."""
    codes, kinds, counties = [], [], []
    county_names = ("東火見郡", "西火見郡", "南火見郡", "北火見郡", "中火見郡", "奥火見郡")
    for rank in range(count):
        share = rank / count
        if share < CITY_SHARE:
            codes.append(f"{PREFECTURE_CODE}{201 + rank}")
            kinds.append("市")
            counties.append("")
            continue
        order = rank - int(np.ceil(count * CITY_SHARE))
        county = order % len(county_names)
        codes.append(f"{PREFECTURE_CODE}{301 + 20 * county + order // len(county_names)}")
        kinds.append("町" if share < TOWN_SHARE else "村")
        counties.append(county_names[county])
    return codes, kinds, counties


def _people(
    rng: np.random.Generator, xy: Floats, score: Floats, seats: Ints, member: Ints, total: int
) -> Ints:
    """Return people per settlement: seats large, neighbours of large seats next."""
    rank = np.arange(1, len(seats) + 1, dtype=np.float64)
    shares = rank**-0.85
    shares /= shares.sum()
    people = np.zeros(len(xy))
    for number, seat in enumerate(seats):
        inside = np.flatnonzero(member == number)
        distance = np.hypot(*(xy[inside] - xy[seat]).T)
        weight = (score[inside] ** 0.6 + 0.02) * np.exp(-distance / 2200.0) * 4 + 0.03
        weight *= np.exp(rng.normal(0, 0.75, len(inside)))
        weight[inside == seat] += 0.14 * weight.sum()
        people[inside] = total * shares[number] * weight / weight.sum()
    return np.maximum(np.round(people), rng.integers(6, 22, len(xy))).astype(np.int64)


def make_towns(
    rng: np.random.Generator, terrain: Terrain, scale: float
) -> tuple[Settlements, Municipalities]:
    """Return settlements and municipalities for a scale."""
    count = max(30, round(SETTLEMENTS * scale))
    seats_wanted = max(4, round(MUNICIPALITY_COUNT * scale**0.35))
    xy, score = _sites(rng, terrain, count)
    seats = _seats(xy, score, min(seats_wanted, len(MUNICIPALITIES)))
    weight = np.linspace(1.45, 0.8, len(seats))
    area = _partition(terrain, xy[seats], weight)
    coarse = terrain.grid.coarser(COARSE)
    member = area.ravel()[coarse.cells(xy)]
    member = np.where(member < 0, cKDTree(xy[seats]).query(xy)[1], member)
    member[seats] = np.arange(len(seats))
    people = _people(rng, xy, score, seats, member, round(PEOPLE * scale**0.903))
    coastal = terrain.coast_m.ravel()[terrain.grid.cells(xy)] < COASTAL_M
    names = PlaceNames(rng)
    given = [names.settlement(coastal=bool(c)) for c in coastal]
    codes, kinds, counties = _codes(len(seats))
    settlements = Settlements(
        xy=xy,
        name=np.array([n.kanji for n in given]),
        kana=np.array([n.kana for n in given]),
        people=people,
        households=np.maximum(1, np.round(people / HOUSEHOLD)).astype(np.int64),
        municipality=member,
        coastal=coastal.astype(np.int64),
    )
    readings = {"市": "し", "町": "ちょう", "村": "むら"}
    chosen = MUNICIPALITIES[: len(seats)]
    return settlements, Municipalities(
        code=np.array(codes),
        name=np.array([k[0] + kind for k, kind in zip(chosen, kinds, strict=True)]),
        kana=np.array([k[1] + readings[kind] for k, kind in zip(chosen, kinds, strict=True)]),
        county=np.array(counties),
        seat=seats,
        people=np.bincount(member, weights=people, minlength=len(seats)).astype(np.int64),
        area=area,
    )


def coarse_grid(terrain: Terrain) -> Grid:
    """Return the frame of `Municipalities.area` and of the road search."""
    return terrain.grid.coarser(COARSE)

"""Shelters: where they stand, what they hold, when they open, how they fill and empty."""

from dataclasses import dataclass

import numpy as np

from drill.island.grid import Bools, Floats, Ints, Texts
from drill.island.terrain import Terrain
from drill.island.timeline import STEPS_PER_HOUR
from drill.island.towns import Municipalities, Settlements

SHELTERS = 400
KINDS = (
    ("小学校", "しょうがっこう", 320), ("中学校", "ちゅうがっこう", 420),
    ("公民館", "こうみんかん", 110),
    ("地区集会所", "ちくしゅうかいじょ", 45), ("コミュニティセンター", "こみゅにてぃせんたー", 150),
    ("体育館", "たいいくかん", 260), ("高等学校", "こうとうがっこう", 480),
)  # fmt: skip
UNKNOWN_CAPACITY = 0.05
OPEN_LEVEL, ALL_LEVEL = 3, 4
FIRST_SHARE = 0.45
"""Share of shelters that open with level 3 already."""
LEAVING = {0: 0.0, 2: 0.001, 3: 0.012, 4: 0.05, 5: 0.11}
"""Share of the people who are in shelters when a level stands long (reference/E: few leave)."""
ARRIVE_H, DEPART_H = 2.2, 5.0
CLOSE_BELOW = 0.6
SAFE_ABOVE_M = 4.0
STEEP = 0.22


@dataclass(frozen=True, slots=True)
class Refuges:
    """Shelters with their register and their fate."""

    code: Texts
    """Common id (共通ID)."""
    name: Texts
    kana: Texts
    xy: Floats
    settlement: Ints
    municipality: Ints
    capacity: Ints
    """People; 0 where the register does not know it."""
    flood_safe: Bools
    landslide_safe: Bools
    surge_safe: Bools
    opened: Ints
    """First step open, -1 where it never opens."""
    closed: Ints
    """First step closed again."""
    heads: Floats
    """(steps, shelters) people inside."""


def _allocated(rng: np.random.Generator, settlements: Settlements, towns: int, count: int) -> Ints:
    """Return the settlement of each shelter: three per municipality, the rest where people live."""
    chosen: list[int] = []
    for town in range(towns):
        inside = np.flatnonzero(settlements.municipality == town)
        largest = inside[np.argsort(-settlements.people[inside], kind="stable")]
        chosen += np.resize(largest, 3).tolist()
    weight = settlements.people.astype(np.float64) ** 0.72
    rest = rng.choice(len(weight), max(0, count - len(chosen)), p=weight / weight.sum())
    return np.asarray([*chosen, *rest.tolist()][:count], dtype=np.int64)


def _kinds(rng: np.random.Generator, people: Ints, repeat: Ints) -> Ints:
    """Return the kind of each: schools in larger places, halls in small ones, none twice in one."""
    large = people > 400  # noqa: PLR2004 - people enough for a school
    first = np.where(large, 0, 3)
    order = np.array([0, 4, 1, 2, 5, 6, 3])
    later = order[(repeat + rng.integers(0, 2, len(people))) % len(order)]
    small = np.array([3, 2, 4])[np.minimum(repeat, 2)]
    return np.where(repeat == 0, first, np.where(large, later, small))


def _occurrence(values: Ints) -> Ints:
    """Return how often each value has stood before."""
    seen: dict[int, int] = {}
    result = []
    for value in values.tolist():
        result.append(seen.get(value, 0))
        seen[value] = result[-1] + 1
    return np.asarray(result, dtype=np.int64)


def _openings(rng: np.random.Generator, level: Ints, first: Bools) -> tuple[Ints, Ints]:
    """Return first open and first closed step of shelters from their municipality's level."""
    count = level.shape[1]
    opened, closed = np.full(count, -1), np.full(count, len(level) + 10_000)
    for shelter in range(count):
        wanted = level[:, shelter] >= (OPEN_LEVEL if first[shelter] else ALL_LEVEL)
        if not wanted.any():
            continue
        opened[shelter] = int(np.argmax(wanted)) + int(rng.integers(1, 6))
        last = len(level) - 1 - int(np.argmax(level[::-1, shelter] >= OPEN_LEVEL))
        closed[shelter] = last + int(rng.integers(24, 84))
    return opened, closed


def _filling(level: Ints, demand: Floats, opened: Ints, closed: Ints) -> Floats:
    """Return people inside (steps, shelters): they come within hours and leave more slowly."""
    heads = np.zeros(level.shape)
    now = np.zeros(level.shape[1])
    share = np.array([LEAVING.get(grade, 0.0) for grade in range(6)])
    for step in range(len(level)):
        is_open = (opened >= 0) & (opened <= step) & (step < closed)
        target = np.where(is_open, demand * share[level[step]], 0.0)
        hours = np.where(target > now, ARRIVE_H, DEPART_H)
        now = now + (target - now) / (hours * STEPS_PER_HOUR)
        now = np.where(is_open, now, 0.0)
        heads[step] = now
    return np.round(heads)


def make_refuges(
    rng: np.random.Generator,
    terrain: Terrain,
    towns: tuple[Settlements, Municipalities],
    level: Ints,
    scale: float,
) -> Refuges:
    """Return shelters; `level` is the highest alert (steps, municipalities)."""
    settlements, municipalities = towns
    count = max(3 * len(municipalities.code), round(SHELTERS * scale))
    home = _allocated(rng, settlements, len(municipalities.code), count)
    home = home[np.argsort(settlements.municipality[home], kind="stable")]
    repeat = _occurrence(home)
    kind = _kinds(rng, settlements.people[home], repeat)
    xy = _positions(rng, terrain, settlements.xy[home])
    cells = terrain.grid.cells(xy)
    town = settlements.municipality[home]
    size = np.array([KINDS[k][2] for k in kind]) * np.exp(rng.normal(0, 0.35, len(home)))
    capacity = np.maximum(15, np.round(size / 5) * 5).astype(np.int64)
    unknown = rng.random(len(home)) < UNKNOWN_CAPACITY
    first = rng.random(len(home)) < FIRST_SHARE
    opened, closed = _openings(rng, level[:, town], first)
    total = np.bincount(town, weights=capacity * (opened >= 0), minlength=len(municipalities.code))
    demand = capacity * municipalities.people[town] / np.maximum(total[town], 1)
    demand = demand * np.exp(rng.normal(0, 0.85, len(home)))
    numbered = [_label(settlements, h, k, r) for h, k, r in zip(home, kind, repeat, strict=True)]
    above = terrain.above_river_m.ravel()[cells]
    flood_safe = (above > SAFE_ABOVE_M) | (terrain.river_m.ravel()[cells] > 900)  # noqa: PLR2004
    return Refuges(
        code=np.array([f"E{municipalities.code[t]}{n:05d}111" for n, t in enumerate(town, 1)]),
        name=np.array([name for name, _ in numbered]),
        kana=np.array([kana for _, kana in numbered]),
        xy=xy,
        settlement=home,
        municipality=town,
        capacity=np.where(unknown, 0, capacity),
        flood_safe=flood_safe,
        landslide_safe=terrain.slope.ravel()[cells] < STEEP,
        surge_safe=terrain.heights.ravel()[cells] > SAFE_ABOVE_M,
        opened=opened,
        closed=closed,
        heads=_filling(level[:, town], demand, opened, closed).astype(np.float32),
    )


def _positions(rng: np.random.Generator, terrain: Terrain, centres: Floats) -> Floats:
    """Return places near the centres; where that would be water or a cliff, the centre itself."""
    moved = centres + rng.normal(0, 130, centres.shape)
    cells = terrain.grid.cells(moved)
    good = terrain.main.ravel()[cells] & (terrain.slope.ravel()[cells] < 0.3)  # noqa: PLR2004
    return np.where(good[:, None], moved, centres)


def _label(settlements: Settlements, home: int, kind: int, repeat: int) -> tuple[str, str]:
    """Return name and reading of a shelter; a second of a kind in one place gets 第二."""
    word, kana, _ = KINDS[kind]
    later = repeat >= len(KINDS)
    return (
        f"{settlements.name[home]}{'第二' if later else ''}{word}",
        f"{settlements.kana[home]}{'だいに' if later else ''}{kana}",
    )

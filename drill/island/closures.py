"""Roads that close: slopes that fail, water over the road, bridges lost, precautionary closures."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from drill.island.gauges import RiverGauges
from drill.island.grid import Floats, Ints, Lines, Texts, lines_of
from drill.island.roads import Roads
from drill.island.storm import Storm
from drill.island.terrain import Terrain
from drill.island.timeline import STEPS, STEPS_PER_HOUR, running_sum
from drill.island.towns import Municipalities, Settlements, coarse_grid
from drill.island.water import Levels

SLIDES, PRECAUTIONS, FLOODED, LOST_BRIDGES = 36, 12, 24, 3
STEEP = 0.20
PRECAUTION_MM = 110.0
NEVER = STEPS + 10_000
NEAR_GAUGE_M = 1500.0
LOW_M = 8.0
REASONS_SLIDE = ("土砂流出", "落石", "のり面崩壊", "路肩決壊", "倒木")


@dataclass(frozen=True, slots=True)
class Closures:
    """Stretches of road and when they are closed; times are steps."""

    lines: Lines
    """Degrees."""
    edge: Ints
    """The road edge where the cause lies."""
    reason: Texts
    start: Ints
    """First step at which the road manager has told of it."""
    partly: Ints
    """From here on one lane is open (片側交互通行)."""
    end: Ints
    """From here on lifted."""
    place_from: Texts
    place_to: Texts
    municipality: Ints


@dataclass(frozen=True, slots=True)
class _Case:
    """One closure before its stretch is drawn."""

    edge: int
    reason: str
    start: int
    partly: int
    end: int
    reach: int
    """How many edges on either side are closed with it."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """Per road edge: the rain cell it lies in and how steep it is there."""

    cell: Ints
    steep: Floats


def _slides(
    rng: np.random.Generator, roads: Roads, ground: _Ground, soil: Floats, count: int
) -> list[_Case]:
    """Return slope failures: where it is steep and the ground wettest, when it gets so wet."""
    usable = np.flatnonzero(roads.main & ~roads.bridge & ~roads.tunnel & (ground.steep > STEEP))
    if not len(usable):
        return []
    steep = ground.steep
    peak = soil.max(axis=0)[ground.cell[usable]]
    rank = peak * (0.55 + steep[usable]) * np.exp(rng.normal(0, 0.35, len(usable)))
    cases = []
    for index in np.argsort(-rank, kind="stable")[:count]:
        edge = usable[index]
        failed = int(np.argmax(soil[:, ground.cell[edge]] > peak[index] * rng.uniform(0.72, 0.98)))
        start = failed + int(rng.integers(2, 6))
        lasting = rng.random() < 0.55  # noqa: PLR2004 - more than half outlast the drill
        partly = NEVER if lasting else start + int(rng.integers(8, 22)) * STEPS_PER_HOUR
        end = NEVER if lasting else partly + int(rng.integers(4, 14)) * STEPS_PER_HOUR
        reason = REASONS_SLIDE[int(rng.integers(len(REASONS_SLIDE)))]
        cases.append(_Case(int(edge), reason, start, partly, end, int(rng.integers(0, 2))))
    return cases


def _precautions(
    rng: np.random.Generator, roads: Roads, ground: _Ground, rain: Floats, count: int
) -> list[_Case]:
    """Return stretches that are closed beforehand when so much rain has fallen (事前通行規制)."""
    major = np.isin(roads.road_class, ["trunk", "primary", "secondary", "tertiary"])
    usable = np.flatnonzero(major & ~roads.bridge & (ground.steep > STEEP * 0.8))
    total = np.cumsum(rain, axis=0) / STEPS_PER_HOUR
    recent = running_sum(rain, 2 * STEPS_PER_HOUR)
    cases = []
    for edge in rng.permutation(usable):
        cell = ground.cell[edge]
        closed = int(np.argmax(total[:, cell] > PRECAUTION_MM))
        if closed == 0:
            continue
        dry = np.flatnonzero(recent[closed + 36 :, cell] < 2 * STEPS_PER_HOUR)
        end = closed + 36 + int(dry[0]) + 18 if len(dry) else NEVER
        cases.append(_Case(int(edge), "異常気象時通行規制", closed, NEVER, end, 4))
        if len(cases) == count:
            break
    return cases


def _flooded(
    rng: np.random.Generator, terrain: Terrain, roads: Roads, rivers: tuple[RiverGauges, Levels]
) -> list[_Case]:
    """Return roads under water beside gauges that pass their danger level."""
    gauges, levels = rivers
    usable = np.flatnonzero(roads.main & ~roads.bridge & ~roads.tunnel)
    tree = cKDTree(roads.middle[usable])
    above = terrain.above_river_m.ravel()
    cases = []
    for gauge in np.flatnonzero((levels.level > levels.danger).any(axis=0) & (gauges.dead == 0)):
        over = np.flatnonzero(levels.level[:, gauge] > levels.danger[gauge])
        near = tree.query_ball_point(gauges.xy[gauge], NEAR_GAUGE_M)
        low = above[terrain.grid.cells(roads.middle[usable[near]])] if near else np.zeros(0)
        if not len(low) or low.min() > LOW_M:
            continue
        edge = int(usable[near[int(np.argmin(low))]])
        start = int(over[0]) + int(rng.integers(1, 4))
        end = int(over[-1]) + int(rng.integers(10, 30))
        cases.append(_Case(edge, "冠水", start, NEVER, end, 0))
    return cases


def _bridges(roads: Roads, rivers: tuple[RiverGauges, Levels], count: int) -> list[_Case]:
    """Return bridges damaged where a river rose farthest above its flood level."""
    gauges, levels = rivers
    excess = (levels.level - levels.flood).max(axis=0)
    usable = np.flatnonzero(roads.main & roads.bridge)
    if not len(usable):
        return []
    tree = cKDTree(roads.middle[usable])
    cases: list[_Case] = []
    for gauge in np.argsort(-excess, kind="stable"):
        gap, index = tree.query(gauges.xy[gauge])
        if excess[gauge] <= 0 or gap > NEAR_GAUGE_M or len(cases) == count:
            continue
        when = int(np.argmax(levels.level[:, gauge]))
        cases.append(_Case(int(usable[index]), "橋梁流失", when + 5, NEVER, NEVER, 0))
    return cases


def _stretch(roads: Roads, edge: int, reach: int) -> list[int]:
    """Return edges in a row around an edge: the same road, each beginning where the last ended."""
    row = [edge]
    for _ in range(reach):
        before, after = row[0] - 1, row[-1] + 1
        if before >= 0 and _follows(roads, before, row[0]):
            row.insert(0, before)
        if after < len(roads.end) and _follows(roads, row[-1], after):
            row.append(after)
    return row


def _follows(roads: Roads, first: int, second: int) -> bool:
    same = (
        roads.ref[first] == roads.ref[second]
        and roads.road_class[first] == roads.road_class[second]
    )
    return bool(roads.end[first] == roads.start[second] and same)


def make_closures(
    rng: np.random.Generator,
    terrain: Terrain,
    towns: tuple[Settlements, Municipalities],
    roads: Roads,
    weather: tuple[Storm, Floats],
    rivers: tuple[RiverGauges, Levels],
) -> Closures:
    """Return every closure of the storm, in the order in which they become known."""
    storm, soil = weather
    ground = _Ground(
        storm.grid.cells(roads.middle), terrain.slope.ravel()[terrain.grid.cells(roads.middle)]
    )
    scale = max(0.2, len(roads.start) / 30_000) ** 0.7
    rain = storm.rain.reshape(STEPS, -1)
    cases = [
        *_slides(rng, roads, ground, soil.reshape(STEPS, -1), round(SLIDES * scale)),
        *_precautions(rng, roads, ground, rain, round(PRECAUTIONS * scale)),
        *_flooded(rng, terrain, roads, rivers)[: round(FLOODED * scale)],
        *_bridges(roads, rivers, LOST_BRIDGES),
    ]
    seen: set[int] = set()
    kept, stretches = [], []
    for case in sorted(cases, key=lambda case: (case.start, case.edge)):
        row = _stretch(roads, case.edge, case.reach)
        if seen.isdisjoint(row):
            seen.update(row)
            kept.append(case)
            stretches.append(row)
    return _drawn(terrain, towns, roads, kept, stretches)


def _drawn(
    terrain: Terrain,
    towns: tuple[Settlements, Municipalities],
    roads: Roads,
    cases: list[_Case],
    stretches: list[list[int]],
) -> Closures:
    settlements, municipalities = towns
    lines = []
    for row in stretches:
        parts = [roads.lines.line(edge) for edge in row]
        lines.append(np.concatenate([parts[0], *[part[1:] for part in parts[1:]]]))
    ends = np.array([terrain.grid.xy(line[[0, -1]]) for line in lines]).reshape(-1, 2)
    home = cKDTree(settlements.xy).query(ends)[1].reshape(-1, 2)
    edges = np.array([case.edge for case in cases], dtype=np.int64)
    area = municipalities.area.ravel()[coarse_grid(terrain).cells(roads.middle[edges])]
    names = [
        _ends(str(settlements.name[a]), str(settlements.name[b]), number)
        for number, (a, b) in enumerate(home)
    ]
    return Closures(
        lines=lines_of(lines),
        edge=edges,
        reason=np.array([case.reason for case in cases]),
        start=np.array([case.start for case in cases], dtype=np.int64),
        partly=np.array([case.partly for case in cases], dtype=np.int64),
        end=np.array([case.end for case in cases], dtype=np.int64),
        place_from=np.array([name[0] for name in names]),
        place_to=np.array([name[1] for name in names]),
        municipality=np.where(area < 0, settlements.municipality[home[:, 0]], area),
    )


def _ends(first: str, second: str, number: int) -> tuple[str, str]:
    """Return names of both ends with a house number, so that no two stretches share them."""
    return f"{first}{101 + 7 * number}", f"{second}{104 + 7 * number}"

"""The roads between settlements: least-cost paths over the terrain, so along valleys and coast."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse import csgraph

from drill.island.drainage import pairs
from drill.island.grid import Floats, Ints, block_mean
from drill.island.smooth import smoothed
from drill.island.terrain import Terrain
from drill.island.towns import COARSE, Settlements, coarse_grid

GRADE = 0.055
"""Grade at which a path costs twice as much as on the level."""
RIVER_KM2 = 5.0
CROSSING_M = 700.0
"""What crossing or following a river cell costs, as metres of level road."""
DETOUR = 0.93
JITTER_M = 55.0


@dataclass(frozen=True, slots=True)
class Chain:
    """A road between two junctions: the metres of its points; ends are coarse cell numbers."""

    start: int
    end: int
    xy: Floats


def _travel(terrain: Terrain) -> tuple[sparse.csr_array, Ints, Ints, Floats]:
    """Return the graph of coarse cells and its pairs with their cost."""
    coarse = coarse_grid(terrain)
    heights = block_mean(terrain.heights, COARSE).ravel()
    land = (block_mean(terrain.main.astype(np.float64), COARSE) > 0.7).ravel()  # noqa: PLR2004
    side = block_mean(terrain.slope, COARSE).ravel()
    largest = ndimage.maximum_filter(terrain.area_km2.reshape(terrain.grid.shape), 2)
    wet = largest[1::COARSE, 1::COARSE].ravel() > RIVER_KM2
    first, second, distance = pairs(coarse.shape)
    use = land[first] & land[second]
    first, second, length = first[use], second[use], distance[use] * coarse.cell_m
    grade = np.abs(heights[first] - heights[second]) / length
    steep = (side[first] + side[second]) / 2
    cost = length * (1 + (grade / GRADE) ** 1.6 + 1.6 * steep)
    cost += CROSSING_M * (wet[first].astype(float) + wet[second]) / 2
    size = coarse.rows * coarse.columns
    graph = sparse.coo_array((cost, (first, second)), shape=(size, size)).tocsr()
    return graph, first, second, cost


def _links(source: Ints, total: Floats, first: Ints, second: Ints) -> tuple[Ints, Floats]:
    """Return, for each pair of neighbouring settlements, the best crossing (index into pairs)."""
    a, b = source[first], source[second]
    use = np.flatnonzero((a != b) & np.isfinite(total))
    low, high = np.minimum(a, b)[use], np.maximum(a, b)[use]
    order = np.lexsort((total[use], high, low))
    low, high, use = low[order], high[order], use[order]
    head = np.concatenate([[True], (np.diff(low) != 0) | (np.diff(high) != 0)])
    return use[head], total[use[head]]


def _without_detours(a: Ints, b: Ints, cost: Floats) -> Ints:
    """Return the links kept: those for which no third place offers two clearly shorter ones."""
    near: dict[int, dict[int, float]] = {}
    for one, other, price in zip(a.tolist(), b.tolist(), cost.tolist(), strict=True):
        near.setdefault(one, {})[other] = price
        near.setdefault(other, {})[one] = price
    kept = []
    for index, (one, other) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        limit = DETOUR * float(cost[index])
        here, there = near[one], near[other]
        if not any(
            price < limit and there.get(third, np.inf) < limit for third, price in here.items()
        ):
            kept.append(index)
    return np.asarray(kept, dtype=np.int64)


def _trace(previous: Ints, cell: int) -> list[tuple[int, int]]:
    """Return the pairs of cells from a cell back to its settlement."""
    steps = []
    while previous[cell] >= 0:
        steps.append((int(previous[cell]), cell))
        cell = int(previous[cell])
    return steps


def _used_pairs(terrain: Terrain, homes: Ints) -> set[tuple[int, int]]:
    """Return the pairs of coarse cells that carry a road."""
    graph, first, second, cost = _travel(terrain)
    reach, previous, source = csgraph.dijkstra(
        graph, directed=False, indices=np.unique(homes), min_only=True, return_predecessors=True
    )
    total = reach[first] + cost + reach[second]
    crossing, price = _links(source, total, first, second)
    kept = crossing[_without_detours(source[first[crossing]], source[second[crossing]], price)]
    used: set[tuple[int, int]] = set()
    for one, other in zip(first[kept].tolist(), second[kept].tolist(), strict=True):
        steps = [(one, other), *_trace(previous, one), *_trace(previous, other)]
        used.update((min(pair), max(pair)) for pair in steps)
    return used


def _walk(neighbours: dict[int, list[int]], start: int, onward: int, ends: set[int]) -> list[int]:
    """Return the cells from a junction to the next one."""
    path = [start, onward]
    while path[-1] not in ends:
        here, before = path[-1], path[-2]
        path.append(next(cell for cell in neighbours[here] if cell != before))
    return path


def make_chains(
    rng: np.random.Generator, terrain: Terrain, settlements: Settlements
) -> list[Chain]:
    """Return the roads between settlements and junctions, one connected network."""
    coarse = coarse_grid(terrain)
    homes = coarse.cells(settlements.xy)
    neighbours: dict[int, list[int]] = {}
    for one, other in sorted(_used_pairs(terrain, homes)):
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    cells = np.arange(coarse.rows * coarse.columns)
    points = coarse.centres(cells) + rng.uniform(-JITTER_M, JITTER_M, (len(cells), 2))
    points[homes[::-1]] = settlements.xy[::-1]
    straight = 2
    ends = {cell for cell, near in neighbours.items() if len(near) != straight}
    ends |= set(homes.tolist()) & set(neighbours)
    chains = []
    for start in sorted(ends):
        for onward in neighbours[start]:
            path = _walk(neighbours, start, onward, ends)
            if (start, onward) <= (path[-1], path[-2]):
                xy = smoothed(points[path], 3)
                chains.append(Chain(start, path[-1], xy))
    return chains

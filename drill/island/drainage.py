"""Where water goes: receivers, flow order and catchment area on a raster.

Cells are numbered row · columns + column. Sea cells receive themselves.
"""

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from drill.island.grid import Bools, Floats, Ints

STEPS = tuple((dr, dc) for dr in (-1, 0, 1) for dc in (-1, 0, 1) if (dr, dc) != (0, 0))
FORWARD = ((0, 1), (1, 0), (1, 1), (1, -1))
"""Half of the eight neighbours: each pair of cells once."""


def pairs(shape: tuple[int, int]) -> tuple[Ints, Ints, Floats]:
    """Return both cells and the distance in cells of every pair of neighbours."""
    numbers = np.arange(shape[0] * shape[1]).reshape(shape)
    first, second, distance = [], [], []
    for dr, dc in FORWARD:
        here = numbers[: shape[0] - dr, max(0, -dc) : shape[1] - max(0, dc)]
        there = numbers[dr:, max(0, dc) : shape[1] - max(0, -dc)]
        first.append(here.ravel())
        second.append(there.ravel())
        distance.append(np.full(here.size, np.hypot(dr, dc)))
    return np.concatenate(first), np.concatenate(second), np.concatenate(distance)


def random_receivers(rng: np.random.Generator, land: Bools, weight: Floats) -> Ints:
    """Return receivers of a tree that reaches every land cell from the sea.

    `weight` (rows, columns) is the cost of a cell: water avoids what is dear.
    """
    first, second, distance = pairs(land.shape)
    flat = weight.ravel()
    cost = distance * (flat[first] + flat[second]) * rng.uniform(0.6, 1.4, len(first))
    use = land.ravel()[first] | land.ravel()[second]
    graph = sparse.coo_array(
        (cost[use], (first[use], second[use])), shape=(land.size, land.size)
    ).tocsr()
    sea = np.flatnonzero(~land.ravel())
    shore = sea[np.isin(sea, np.concatenate([first[use], second[use]]))]
    _, previous, _ = csgraph.dijkstra(
        graph, directed=False, indices=shore, min_only=True, return_predecessors=True
    )
    receivers = np.arange(land.size)
    reached = land.ravel() & (previous >= 0)
    receivers[reached] = previous[reached]
    return receivers


def steepest_receivers(heights: Floats, land: Bools) -> Ints:
    """Return for each land cell the neighbour of steepest descent, itself where it is a pit."""
    rows, columns = heights.shape
    padded = np.pad(heights, 1, constant_values=np.inf)
    best = np.zeros(heights.shape)
    receivers = np.arange(heights.size).reshape(heights.shape)
    numbers = receivers.copy()
    for dr, dc in STEPS:
        there = padded[1 + dr : 1 + dr + rows, 1 + dc : 1 + dc + columns]
        slope = (heights - there) / np.hypot(dr, dc)
        better = land & (slope > best)
        best[better] = slope[better]
        receivers[better] = (numbers + dr * columns + dc)[better]
    return receivers.ravel()


def flow_levels(receivers: Ints) -> list[Ints]:
    """Return cells by their number of steps to the sea; level 0 drains nowhere."""
    depth = (receivers != np.arange(len(receivers))).astype(np.int64)
    jump = receivers.copy()
    while True:
        ahead = depth[jump]
        if not ahead.any():
            break
        depth = depth + ahead
        jump = jump[jump]
    order = np.argsort(depth, kind="stable")
    borders = np.searchsorted(depth[order], np.arange(1, int(depth.max()) + 1))
    return np.split(order, borders)


def accumulate(receivers: Ints, levels: list[Ints], own: Floats) -> Floats:
    """Return for each cell its own amount plus all that flows through it."""
    total = own.astype(np.float64).copy()
    for cells in reversed(levels[1:]):
        np.add.at(total, receivers[cells], total[cells])
    return total

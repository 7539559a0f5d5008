"""Town streets: small lattices around each settlement, joined to the roads and to one another."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from drill.island.grid import Bools, Floats, Ints
from drill.island.noise import lattice
from drill.island.rivers import Rivers
from drill.island.terrain import Terrain
from drill.island.towns import Settlements

SPACING_M = 105.0
JOIN_M = 85.0
STEEPEST = 0.28
MISSING = 0.13
"""Share of the lattice's edges that were never built."""
SPARE = 2.4


@dataclass(frozen=True, slots=True)
class Streets:
    """Street edges; node numbers continue those of the main roads."""

    lines: list[Floats]
    """Metres, two points each."""
    start: Ints
    end: Ints
    nodes: Floats
    """Metres of the new nodes."""


def _buildable(terrain: Terrain, rivers: Rivers) -> Bools:
    """Return where a street can be: on land, not too steep, not in a river's bed."""
    bed = (rivers.cell_river >= 0).reshape(terrain.grid.shape)
    inland: Bools = ndimage.binary_erosion(terrain.main)
    return inland & (terrain.slope < STEEPEST) & ~bed


def _lattice(
    centre: Floats, angle: float, edges: float, rng: np.random.Generator
) -> tuple[Floats, Ints]:
    """Return points and edges of one settlement's lattice."""
    side = max(2, int(np.ceil(np.sqrt(SPARE * edges / 1.75))) + 1)
    i, j = (axis.ravel() for axis in np.mgrid[0:side, 0:side])
    local = (np.column_stack([i, j]) - (side - 1) / 2) * SPACING_M
    local += rng.uniform(-14, 14, local.shape)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    number = i * side + j
    along = np.column_stack([number[i < side - 1], number[i < side - 1] + side])
    across = np.column_stack([number[j < side - 1], number[j < side - 1] + 1])
    return centre + local @ turn, np.concatenate([along, across])


def _all_lattices(
    rng: np.random.Generator, terrain: Terrain, settlements: Settlements, budget: int
) -> tuple[Floats, Ints, Ints, Floats]:
    """Return points, their settlement, edges and each point's rank (small: near a centre)."""
    weight = settlements.people.astype(np.float64) ** 0.72
    share = np.maximum(3.0, budget * weight / weight.sum())
    turn = lattice(rng, terrain.grid.shape, 60.0).ravel()[terrain.grid.cells(settlements.xy)]
    points, owners, edges, rank = [], [], [], []
    count = 0
    for number, centre in enumerate(settlements.xy):
        xy, pairs = _lattice(centre, float(turn[number]), float(share[number]), rng)
        radius = SPACING_M * np.sqrt(share[number])
        points.append(xy)
        owners.append(np.full(len(xy), number))
        edges.append(pairs + count)
        rank.append(np.hypot(*(xy - centre).T) / radius)
        count += len(xy)
    return (
        np.concatenate(points),
        np.concatenate(owners),
        np.concatenate(edges),
        np.concatenate(rank),
    )


def _clear(xy: Floats, edges: Ints, terrain: Terrain, allowed: Bools) -> Bools:
    """Return which edges stay on buildable ground from end to end."""
    good = np.ones(len(edges), dtype=bool)
    flat = allowed.ravel()
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        where = xy[edges[:, 0]] * (1 - part) + xy[edges[:, 1]] * part
        good &= flat[terrain.grid.cells(where)]
    return good


def _joins(xy: Floats, owners: Ints, roads: Floats) -> Ints:
    """Return edges between streets of different settlements, and from streets to the roads.

    Road nodes are numbered after the street points.
    """
    tree = cKDTree(xy)
    near = tree.query_pairs(JOIN_M, output_type="ndarray")
    near = near[owners[near[:, 0]] != owners[near[:, 1]]]
    gap, street = tree.query(roads, distance_upper_bound=JOIN_M)
    hit = np.flatnonzero(np.isfinite(gap))
    to_road = np.column_stack([street[hit], hit + len(xy)])
    return np.concatenate([near, to_road])


def _connected(edges: Ints, size: int, anchors: Ints) -> Bools:
    """Return which edges hang together with an anchor."""
    graph = sparse.coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(size, size))
    _, label = csgraph.connected_components(graph, directed=False)
    held = np.unique(label[anchors])
    return np.isin(label[edges[:, 0]], held)


def make_streets(
    rng: np.random.Generator,
    terrain: Terrain,
    settlements: Settlements,
    rivers: Rivers,
    roads: tuple[Floats, int],
) -> Streets:
    """Return about as many street edges as the budget allows; `roads` is nodes and budget."""
    road_nodes, budget = roads
    xy, owners, edges, rank = _all_lattices(rng, terrain, settlements, budget)
    allowed = _buildable(terrain, rivers)
    own = cKDTree(settlements.xy).query(xy)[1] == owners
    good = own[edges].all(axis=1) & (rng.random(len(edges)) > MISSING)
    edges = edges[good]
    used = np.flatnonzero(own)
    renumber = np.full(len(xy), -1)
    renumber[used] = np.arange(len(used))
    xy, owners, edges = xy[used], owners[used], renumber[edges]
    edges = np.concatenate([edges, _joins(xy, owners, road_nodes)])
    rank = np.concatenate([rank[used], np.zeros(len(road_nodes))])[edges].max(axis=1)
    places = np.concatenate([xy, road_nodes])
    good = _clear(places, edges, terrain, allowed)
    edges, rank = edges[good], rank[good]
    anchors = np.arange(len(xy), len(places))
    for wanted in (round(budget * 1.04), budget):
        held = _connected(edges, len(places), anchors)
        edges, rank = edges[held], rank[held]
        nearest = np.sort(np.argsort(rank, kind="stable")[:wanted])
        edges, rank = edges[nearest], rank[nearest]
    edges = edges[_connected(edges, len(places), anchors)]
    return _numbered(xy, edges, road_nodes)


def _numbered(xy: Floats, edges: Ints, road_nodes: Floats) -> Streets:
    """Return the streets with road nodes first and only street nodes that are used after them."""
    places = np.concatenate([xy, road_nodes])
    number = np.full(len(places), -1)
    number[len(xy) :] = np.arange(len(road_nodes))
    used = np.unique(edges[edges < len(xy)])
    number[used] = len(road_nodes) + np.arange(len(used))
    return Streets(
        lines=[places[edge] for edge in edges],
        start=number[edges[:, 0]],
        end=number[edges[:, 1]],
        nodes=xy[used],
    )

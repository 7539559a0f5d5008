"""Which road is a national route, a prefectural road or a municipal one, and what it is called."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from drill.island.grid import Floats, Ints
from drill.island.network import Chain
from drill.island.smooth import measure
from drill.island.terrain import Terrain
from drill.island.towns import Municipalities, Settlements, coarse_grid

ROAD_CLASSES = ("trunk", "primary", "secondary", "tertiary", "unclassified")
SECONDARY = ROAD_CLASSES.index("secondary")
NATIONAL = 901
"""Route numbers above all that exist."""
TRUNK_SEATS = 15
VILLAGE = 90
"""A settlement of so many people is joined to its seat by a prefectural road."""


@dataclass(frozen=True, slots=True)
class Classes:
    """Per chain: index into `ROAD_CLASSES`, name and route number."""

    rank: Ints
    name: list[str]
    ref: list[str]


class _Paths:
    """Shortest paths over chains, by their end cells."""

    def __init__(self, chains: list[Chain]) -> None:
        ends = np.array([(c.start, c.end) for c in chains])
        self.cells, index = np.unique(ends, return_inverse=True)
        self.ends = index.reshape(-1, 2)
        length = np.array([float(measure(c.xy)[-1]) for c in chains])
        self._length = length
        self._of: dict[tuple[int, int], int] = {}
        for number in np.argsort(-length, kind="stable").tolist():
            a, b = self.ends[number]
            self._of[int(min(a, b)), int(max(a, b))] = number

    def tree(self, start: int, factor: Floats) -> tuple[Floats, Ints]:
        """Return distances and predecessors from a node; `factor` makes better roads shorter."""
        size = len(self.cells)
        keep = np.fromiter(self._of.values(), dtype=np.int64)
        graph = sparse.coo_array(
            ((self._length * factor)[keep], (self.ends[keep, 0], self.ends[keep, 1])),
            shape=(size, size),
        ).tocsr()
        distance, previous = csgraph.dijkstra(
            graph, directed=False, indices=start, return_predecessors=True
        )
        return distance, previous

    def chains_to(self, previous: Ints, node: int) -> list[int]:
        """Return the chains from a node back to the start of a tree."""
        path = []
        while previous[node] >= 0:
            before = int(previous[node])
            path.append(self._of[min(node, before), max(node, before)])
            node = before
        return path


def _seat_links(positions: Floats, count: int) -> list[tuple[int, int]]:
    """Return pairs of the first seats to join: a tree and each one's nearest two."""
    gap = np.hypot(*(positions[:count, None] - positions[None, :count]).transpose(2, 0, 1))
    tree = csgraph.minimum_spanning_tree(gap).tocoo()
    pairs = {
        (min(a, b), max(a, b)) for a, b in zip(tree.row.tolist(), tree.col.tolist(), strict=True)
    }
    for seat in range(count):
        nearest = np.argsort(gap[seat], kind="stable")[1:3].tolist()
        pairs |= {(min(seat, other), max(seat, other)) for other in nearest}
    return sorted(pairs)


def _settlement_names(settlements: Settlements, cells: Ints) -> dict[int, str]:
    return {
        int(cell): str(name) for cell, name in zip(cells[::-1], settlements.name[::-1], strict=True)
    }


def classify(
    chains: list[Chain], terrain: Terrain, settlements: Settlements, towns: Municipalities
) -> Classes:
    """Return classes and names: routes between seats first, then from villages to their seat."""
    paths = _Paths(chains)
    homes = coarse_grid(terrain).cells(settlements.xy)
    node = {int(cell): i for i, cell in enumerate(paths.cells)}
    rank = np.full(len(chains), len(ROAD_CLASSES) - 1)
    name, ref = [""] * len(chains), [""] * len(chains)
    seats = settlements.xy[towns.seat]
    trunk = min(TRUNK_SEATS, len(seats))
    jobs = [(link, 0) for link in _seat_links(seats, trunk)]
    jobs += [(link, 1 if max(link) < 2 * trunk else 2) for link in _seat_links(seats, len(seats))]
    number = {0: NATIONAL, 1: 1}
    for (a, b), level in jobs:
        factor = np.where(rank == 0, 0.6, np.where(rank <= SECONDARY, 0.75, 1.0))
        _, previous = paths.tree(node[int(homes[towns.seat[a]])], factor)
        label = f"{str(towns.name[a])[:-1]}{str(towns.name[b])[:-1]}線"
        road = f"国道{number[0]}号" if level == 0 else f"県道{number[1]}号{label}"
        way = paths.chains_to(previous, node[int(homes[towns.seat[b]])])
        taken = [chain for chain in way if rank[chain] > SECONDARY]
        for chain in taken:
            rank[chain], name[chain] = level, road
            ref[chain] = str(number[0] if level == 0 else number[1])
        number[0 if level == 0 else 1] += 1 if taken else 0
    _villages(paths, settlements, towns, (homes, node), (rank, name, ref, number[1]))
    _municipal(paths, _settlement_names(settlements, homes), rank, name)
    return Classes(rank, name, ref)


def _villages(
    paths: _Paths,
    settlements: Settlements,
    towns: Municipalities,
    places: tuple[Ints, dict[int, int]],
    found: tuple[Ints, list[str], list[str], int],
) -> None:
    """Give the roads from larger villages to their seat their class and names."""
    homes, node = places
    rank, name, ref, number = found
    tertiary = ROAD_CLASSES.index("tertiary")
    for town, seat in enumerate(towns.seat):
        _, previous = paths.tree(node[int(homes[seat])], np.where(rank < tertiary, 0.75, 1.0))
        inside = np.flatnonzero((settlements.municipality == town) & (settlements.people > VILLAGE))
        for village in inside[np.argsort(-settlements.people[inside], kind="stable")]:
            taken = [
                c
                for c in paths.chains_to(previous, node[int(homes[village])])
                if rank[c] > tertiary
            ]
            for chain in taken:
                rank[chain] = tertiary
                name[chain] = f"県道{number}号{settlements.name[village]}{towns.name[town][:-1]}線"
                ref[chain] = str(number)
            number += 1 if taken else 0


def _municipal(paths: _Paths, names: dict[int, str], rank: Ints, name: list[str]) -> None:
    """Name the rest after the places at their ends."""
    for chain in np.flatnonzero(rank == len(ROAD_CLASSES) - 1):
        ends = [names.get(int(paths.cells[end]), "") for end in paths.ends[chain]]
        name[chain] = f"市町村道{''.join(ends)}線" if any(ends) else "市町村道"

"""Roads between settlements."""

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from drill.island.network import make_chains
from drill.island.terrain import Terrain
from drill.island.towns import Municipalities, Settlements, coarse_grid

Towns = tuple[Settlements, Municipalities]


def test_every_settlement_is_reached(terrain: Terrain, towns: Towns) -> None:
    chains = make_chains(np.random.default_rng(1), terrain, towns[0])
    ends = np.array([(chain.start, chain.end) for chain in chains])
    size = int(ends.max()) + 1
    graph = sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    label = csgraph.connected_components(graph, directed=False)[1]
    assert len(set(label[np.unique(ends)])) == 1
    homes = np.unique(coarse_grid(terrain).cells(towns[0].xy))
    assert np.isin(homes, ends).mean() > 0.97


def test_roads_avoid_steep_ground(terrain: Terrain, towns: Towns) -> None:
    chains = make_chains(np.random.default_rng(1), terrain, towns[0])
    points = np.concatenate([chain.xy for chain in chains])
    slope = terrain.slope.ravel()[terrain.grid.cells(points)]
    assert slope.mean() < 0.8 * terrain.slope[terrain.main].mean()

"""Classes and names of roads."""

import numpy as np

from drill.island.classes import ROAD_CLASSES, classify
from drill.island.network import make_chains
from drill.island.terrain import Terrain
from drill.island.towns import Municipalities, Settlements


def test_national_routes_join_seats_and_have_numbers_of_their_own(
    terrain: Terrain, towns: tuple[Settlements, Municipalities]
) -> None:
    chains = make_chains(np.random.default_rng(1), terrain, towns[0])
    classes = classify(chains, terrain, *towns)
    assert len(classes.rank) == len(classes.name) == len(chains)
    trunk = np.flatnonzero(classes.rank == 0)
    assert 0 < len(trunk) < len(chains)
    for chain in trunk:
        assert classes.name[chain] == f"国道{classes.ref[chain]}号"
        assert int(classes.ref[chain]) >= 901
    last = len(ROAD_CLASSES) - 1
    assert all(classes.name[c].startswith("市町村道") for c in np.flatnonzero(classes.rank == last))

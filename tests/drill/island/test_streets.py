"""Town streets."""

import numpy as np

from drill.island.build import Island
from drill.island.rivers import make_rivers
from drill.island.streets import make_streets
from drill.island.terrain import Terrain
from drill.island.towns import Municipalities, Settlements


def test_streets_keep_to_their_budget_and_to_dry_land(
    terrain: Terrain, towns: tuple[Settlements, Municipalities]
) -> None:
    rng = np.random.default_rng(1)
    rivers = make_rivers(rng, terrain)
    streets = make_streets(rng, terrain, towns[0], rivers, (towns[0].xy, 800))
    assert 500 < len(streets.start) <= 800
    assert len(streets.lines) == len(streets.start) == len(streets.end)
    cells = terrain.grid.cells(streets.nodes)
    assert terrain.land.ravel()[cells].all()
    assert (rivers.cell_river[cells] < 0).all()


def test_every_street_hangs_on_a_road(island: Island) -> None:
    roads = island.roads
    reached = set(roads.start[roads.main]) | set(roads.end[roads.main])
    left = [(int(a), int(b)) for a, b in zip(roads.start, roads.end, strict=True)]
    while True:
        more = {n for pair in left for n in pair if reached & set(pair)} - reached
        if not more:
            break
        reached |= more
    assert {node for pair in left for node in pair} <= reached

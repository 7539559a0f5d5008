"""One small island, made once, for all tests of the drill."""

from pathlib import Path

import numpy as np
import pytest

from drill.island.build import SEED, Island, generate
from drill.island.terrain import Terrain, make_terrain
from drill.island.towns import Municipalities, Settlements, make_towns
from drill.island_world import IslandWorld

SCALE = 0.05


@pytest.fixture(scope="session")
def island() -> Island:
    """Return an island of 60 settlements."""
    return generate(SEED, SCALE)


@pytest.fixture(scope="session")
def terrain() -> Terrain:
    """Return the land of that island."""
    return make_terrain(np.random.default_rng(SEED), SCALE)


@pytest.fixture(scope="session")
def towns() -> tuple[Settlements, Municipalities]:
    """Return the towns of that island, drawn from the same seed."""
    rng = np.random.default_rng(SEED)
    return make_towns(rng, make_terrain(rng, SCALE), SCALE)


@pytest.fixture(scope="session")
def world(island: Island) -> IslandWorld:
    """Return the island as a world."""
    return IslandWorld(island)


@pytest.fixture(scope="session")
def indexes() -> Path:
    """Return the folder of the recordings' indexes."""
    return Path(__file__).resolve().parents[2] / "data" / "recordings"

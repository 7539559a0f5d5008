"""Opening a world: the island or a recording."""

from pathlib import Path

from core.errors import NotFoundError
from drill.answer import World
from drill.island.build import SEED, open_island
from drill.island_world import IslandWorld

ISLAND = "island"


class UnknownWorldError(NotFoundError):
    """There is no such drill or recording."""


def open_world(kind: str, *, cache: Path, seed: int = SEED, scale: float = 1.0) -> World:
    """Return the world called `kind`: `island`, or the name of a recording.

    `cache` is a folder that may be written: the island is kept there.
    """
    if kind == ISLAND:
        return IslandWorld(open_island(cache, seed, scale))
    raise UnknownWorldError

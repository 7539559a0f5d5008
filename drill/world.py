"""Opening a world: the island or a recording."""

import os
from pathlib import Path

from drill.answer import World
from drill.island.build import SEED, open_island
from drill.island_world import IslandWorld
from drill.recording import open_recording, recordings

ISLAND = "island"
ROOT = Path(__file__).resolve().parent.parent
RECORDINGS = ROOT / "data" / "recordings"


def payload_folder() -> Path:
    """Return where the real records lie: `HINOMI_SHARED_DATA`, else `../shared/data`."""
    return Path(os.environ.get("HINOMI_SHARED_DATA") or ROOT / ".." / "shared" / "data").resolve()


def worlds(indexes: Path = RECORDINGS) -> dict[str, str]:
    """Return the worlds that can be opened and their titles, the island first."""
    return {ISLAND: IslandWorld.title, **recordings(indexes)}


def open_world(
    kind: str,
    *,
    cache: Path,
    seed: int = SEED,
    scale: float = 1.0,
    payloads: Path | None = None,
    indexes: Path = RECORDINGS,
) -> World:
    """Return the world called `kind`: `island`, or the name of a recording.

    `cache` is a folder that may be written: the island is kept there. `payloads` is where the real
    records lie, `indexes` where the recordings' indexes do.

    Raises
    ------
    drill.recording.UnknownRecordingError
        When there is no such recording.
    drill.recording.PayloadsMissingError
        When its payloads are not there; says which and where it looked.
    """
    if kind == ISLAND:
        return IslandWorld(open_island(cache, seed, scale))
    return open_recording(kind, indexes, payloads or payload_folder())

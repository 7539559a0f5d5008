"""Sites of roadside and river cameras: at bridges, on low ground by rivers, at passes."""

from dataclasses import dataclass

import numpy as np

from drill.island.grid import Floats, Ints, Texts
from drill.island.roads import Roads
from drill.island.terrain import Terrain

CAMERAS = 60
LOW_M = 5.0


@dataclass(frozen=True, slots=True)
class Cameras:
    """Camera sites; positions in metres of the frame."""

    code: Texts
    name: Texts
    xy: Floats
    edge: Ints
    """The road edge it looks at."""
    heading: Floats
    """Direction of view in degrees from north, along the road."""


def make_cameras(rng: np.random.Generator, terrain: Terrain, roads: Roads, scale: float) -> Cameras:
    """Return camera sites: half at bridges, a third on low ground, the rest high up."""
    count = max(6, round(CAMERAS * scale**0.5))
    cells = terrain.grid.cells(roads.middle)
    major = roads.main & (roads.road_class != "unclassified")
    low = major & ~roads.bridge & (terrain.above_river_m.ravel()[cells] < LOW_M)
    high = major & ~roads.bridge & ~low
    heights = terrain.heights.ravel()[cells]
    wanted = (
        (np.flatnonzero(major & roads.bridge), count // 2),
        (np.flatnonzero(low), count // 3),
        (np.flatnonzero(high)[np.argsort(-heights[high], kind="stable")[: count * 8]], count),
    )
    edges: list[int] = []
    for usable, share in wanted:
        some = min(share, count - len(edges), len(usable))
        edges += rng.choice(usable, some, replace=False).tolist()
    chosen = np.asarray(sorted(edges), dtype=np.int64)
    ends = np.array([roads.lines.line(edge)[[0, -1]] for edge in chosen])
    east, north = (ends[:, 1] - ends[:, 0]).T
    names = [str(roads.name[edge]) or "市町村道" for edge in chosen]
    return Cameras(
        code=np.array([f"CAM99{number:04d}" for number in range(1, len(chosen) + 1)]),
        name=np.array([f"{name}カメラ{n}" for n, name in enumerate(names, 1)]),
        xy=roads.middle[chosen],
        edge=chosen,
        heading=np.degrees(np.arctan2(east, north)) % 360,
    )

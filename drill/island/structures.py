"""Bridges where roads cross rivers and tunnels under passes, as cuts of a road's line."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely

from drill.island.classes import ROAD_CLASSES
from drill.island.grid import Floats, Ints
from drill.island.smooth import measure
from drill.island.terrain import Terrain

EDGE_M = 420.0
"""Longest edge of a main road: a closure names a stretch, not a whole valley."""
TUNNELS = 14
TUNNEL_M = 800.0
PASS_M = 32.0
"""A pass stands this much above the road on both sides of the tunnel."""


class Piece(NamedTuple):
    """A part of a road by distance from its start; kind is bridge, tunnel or empty."""

    start: float
    end: float
    kind: str


def _crossings(
    xy: Floats, tree: shapely.STRtree, area_km2: Floats, total: float
) -> list[tuple[float, float]]:
    """Return where a line crosses rivers, as spans wide enough for them, merged."""
    line = shapely.LineString(xy)
    spans = []
    for index in tree.query(line, predicate="intersects"):
        half = 14.0 + 5.5 * float(np.sqrt(area_km2[index]))
        where = shapely.intersection(line, tree.geometries[index])
        for point in shapely.get_parts(where):
            at = float(shapely.line_locate_point(line, shapely.centroid(point)))
            low, high = max(at - half, 0.0), min(at + half, total)
            spans.append((low, high))
    merged: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if merged and low < merged[-1][1] + 30:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def tunnel_spans(
    terrain: Terrain, lines: list[Floats], rank: Ints
) -> dict[int, tuple[float, float]]:
    """Return, for the most important passes, the span of the line that goes underground."""
    heights = terrain.heights.ravel()
    found = []
    major = ROAD_CLASSES.index("secondary")
    for number in np.flatnonzero(rank <= major):
        xy = lines[number]
        along = measure(xy)
        if along[-1] < TUNNEL_M:
            continue
        profile = heights[terrain.grid.cells(xy)]
        top = int(np.argmax(profile))
        low = max(0.0, along[top] - TUNNEL_M / 2)
        high = min(float(along[-1]), along[top] + TUNNEL_M / 2)
        sides = np.interp([low, high], along, profile)
        rise = float(profile[top] - sides.max())
        if rise > PASS_M and low > 0 and high < along[-1]:
            found.append((-rise, int(number), (low, high)))
    return {number: span for _, number, span in sorted(found)[:TUNNELS]}


def pieces_of(
    xy: Floats, tree: shapely.STRtree, area_km2: Floats, tunnel: tuple[float, float] | None
) -> list[Piece]:
    """Return a line's parts in order: structures, and the road between them in even lengths."""
    total = float(measure(xy)[-1])
    marks = [Piece(low, high, "bridge") for low, high in _crossings(xy, tree, area_km2, total)]
    if tunnel:
        marks = [m for m in marks if m.end < tunnel[0] or m.start > tunnel[1]]
        marks.append(Piece(*tunnel, "tunnel"))
    pieces: list[Piece] = []
    at = 0.0
    for mark in [*sorted(marks), Piece(total, total, "")]:
        gap = mark.start - at
        if gap > 1:
            borders = np.linspace(at, mark.start, int(np.ceil(gap / EDGE_M)) + 1)
            pieces += [Piece(float(a), float(b), "") for a, b in pairwise(borders)]
        if mark.end > mark.start:
            pieces.append(mark)
            at = mark.end
    return pieces or [Piece(0.0, total, "")]

"""The land: a coast, ranges and valleys in balance between uplift and rivers.

Heights solve the steady state of the stream-power law, slope = uplift / catchment area ** 0.45,
held below the angle at which slopes fail; solved again and again with the new drainage, this gives
dendritic valleys, ridges between them and passes, without a single pit.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from drill.island.drainage import accumulate, flow_levels, random_receivers, steepest_receivers
from drill.island.grid import Bools, Floats, Grid, Ints
from drill.island.noise import fractal

ROWS, COLUMNS = 500, 900
AREA_EXPONENT = 0.45
STEEPEST = 0.62
"""Tangent of the angle at which hillsides fail (32°)."""
SUMMIT_M = 1450.0
ROUNDS = 5
ISLET_CELLS = 60
FLOOR_KM2 = 6.0
"""Rivers with more catchment than this have a valley floor."""


@dataclass(frozen=True, slots=True)
class Terrain:
    """Heights in metres above the sea (sea: negative), flat arrays by cell for the drainage."""

    grid: Grid
    heights: Floats
    land: Bools
    main: Bools
    """The main island, without islets."""
    receivers: Ints
    area_km2: Floats
    """Catchment of each cell, flat."""
    above_river_m: Floats
    """Height above the nearest river's bed."""
    river_m: Floats
    """Distance to the nearest river with a valley floor, metres."""
    coast_m: Floats
    """Distance to the sea, metres."""
    slope: Floats
    """Tangent of the slope."""


def frame(scale: float) -> Grid:
    """Return the frame for a scale (1 is the default island; area grows with the square root)."""
    stretch = max(scale, 0.05) ** 0.25
    return Grid(int(ROWS * stretch) // 20 * 20, int(COLUMNS * stretch) // 20 * 20)


def _coast(rng: np.random.Generator, grid: Grid) -> Bools:
    """Return where the land is: a bent spine, roughened so that bays and headlands form."""
    rows, columns = grid.shape
    y, x = np.mgrid[0:rows, 0:columns]
    u, v = x / columns * 2 - 1, y / rows * 2 - 1
    spine = 0.22 * np.sin(2.1 * u + 0.4) + 0.10 * np.sin(5.3 * u + 1.0)
    width = 0.60 * np.sqrt(np.clip(1 - (u / 0.93) ** 2, 0, None)) + 0.001
    field = 1 - np.hypot((v - spine * 0.9) / width, u / 1.6)
    rough = fractal(rng, grid.shape, columns / 7, 7, 0.62)
    edge = np.minimum(np.minimum(x, columns - 1 - x), np.minimum(y, rows - 1 - y)) / 40.0
    land = np.minimum(field + 0.27 * rough, edge - 0.9 + 0.5 * rough) > 0
    land = ndimage.binary_fill_holes(ndimage.binary_opening(land, iterations=2))
    labels, count = ndimage.label(land)
    sizes = ndimage.sum_labels(land, labels, np.arange(count + 1))
    kept: Bools = (sizes[labels] > ISLET_CELLS) & land
    return kept


def _largest(land: Bools) -> Bools:
    labels, count = ndimage.label(land)
    sizes = ndimage.sum_labels(land, labels, np.arange(1, count + 1))
    return np.asarray(labels == 1 + int(np.argmax(sizes)))


def _uplift(rng: np.random.Generator, grid: Grid, coast_m: Floats) -> Floats:
    """Return how fast the land rises: two ranges, basins between, plains by the coast."""
    broad = fractal(rng, grid.shape, grid.columns / 5, 3, 0.5)
    ranges = np.exp(-((broad - 0.5) ** 2) / 0.5) + 0.8 * np.exp(-((broad + 0.9) ** 2) / 0.18)
    inland = 1 - np.exp(-((coast_m / 7000.0) ** 1.4))
    local = np.exp(0.35 * fractal(rng, grid.shape, 40, 4, 0.6))
    return np.asarray((0.05 + ranges * inland) * local)


def _solve(receivers: Ints, uplift: Floats, grid: Grid) -> tuple[Floats, Floats]:
    """Return heights and catchments (cells) in balance with a drainage."""
    levels = flow_levels(receivers)
    area = accumulate(receivers, levels, np.ones(len(receivers)))
    step = np.abs(receivers - np.arange(len(receivers)))
    length = np.where((step == 1) | (step == grid.columns), 1.0, np.sqrt(2.0)) * grid.cell_m
    slope = np.minimum(STEEPEST, 1.15 * uplift.ravel() * area**-AREA_EXPONENT)
    heights = np.zeros(len(receivers))
    for cells in levels[1:]:
        down = receivers[cells]
        heights[cells] = heights[down] + np.maximum(slope[cells], 2e-4) * length[cells]
    return heights, area


def _valley_floors(
    heights: Floats, area_km2: Floats, land: Bools, cell_m: float
) -> tuple[Floats, Floats, Floats]:
    """Return heights with flat floors beside larger rivers, height above them and distance."""
    river = land & (area_km2 > FLOOR_KM2)
    distance, (row, column) = ndimage.distance_transform_edt(~river, return_indices=True)
    bed = heights[row, column]
    width = 1.2 * area_km2[row, column] ** 0.42
    ratio = np.clip(distance / np.maximum(width, 1.0), 0, 1)
    above = heights - bed
    flattened = np.where(land & (above > 0), bed + above * (0.04 + 0.96 * ratio**1.6), heights)
    return flattened, np.maximum(flattened - bed, 0), distance * cell_m


def make_terrain(rng: np.random.Generator, scale: float) -> Terrain:
    """Return the land for a scale."""
    grid = frame(scale)
    land = _coast(rng, grid)
    coast_m = ndimage.distance_transform_edt(land) * grid.cell_m
    uplift = _uplift(rng, grid, coast_m)
    receivers = random_receivers(rng, land, np.exp(0.5 * fractal(rng, grid.shape, 30, 3)))
    heights, area = _solve(receivers, uplift, grid)
    for _ in range(ROUNDS):
        blurred = ndimage.gaussian_filter(heights.reshape(grid.shape), 1.0)
        mixed = 0.85 * heights.reshape(grid.shape) + 0.15 * blurred
        steepest = steepest_receivers(np.where(land, mixed, -1.0), land)
        pits = land.ravel() & (steepest == np.arange(land.size))
        receivers = np.where(pits, receivers, steepest)
        heights, area = _solve(
            _without_cycles(
                receivers,
                steepest_receivers(np.where(land, heights.reshape(grid.shape), -1.0), land),
            ),
            uplift,
            grid,
        )
    receivers = steepest_receivers(np.where(land, heights.reshape(grid.shape), -1.0), land)
    heights, area = _solve(receivers, uplift, grid)
    return _finish(grid, land, coast_m, receivers, heights.reshape(grid.shape), area)


def _without_cycles(receivers: Ints, fallback: Ints) -> Ints:
    """Return receivers, or the fallback where following them never ends."""
    jump = receivers.copy()
    for _ in range(14):
        jump = jump[jump]
    ends = jump == receivers[jump]
    return np.where(ends, receivers, fallback)


def _finish(
    grid: Grid, land: Bools, coast_m: Floats, receivers: Ints, heights: Floats, area: Floats
) -> Terrain:
    top = float(np.percentile(heights[land], 99.95))
    heights = heights * (SUMMIT_M * min(1.0, (grid.rows / ROWS) ** 0.5) / top)
    area_km2 = area * (grid.cell_m / 1000) ** 2
    heights, above, river_m = _valley_floors(
        heights, area_km2.reshape(grid.shape), land, grid.cell_m
    )
    heights = np.where(land, ndimage.gaussian_filter(heights, 0.7) + 1.5, heights)
    depth = ndimage.distance_transform_edt(~land) * grid.cell_m
    heights = np.where(land, heights, -np.minimum(depth * 0.02, 120.0) - 1.0)
    north, east = np.gradient(np.maximum(heights, 0), grid.cell_m)
    return Terrain(
        grid,
        heights,
        land,
        _largest(land),
        receivers,
        area_km2,
        above,
        river_m,
        coast_m,
        np.hypot(north, east),
    )

"""The storm: rain in mm/h on cells of 2 km, every ten minutes.

A quiet day, showers, a rain band that crosses the island and stalls over it (線状降水帯), a tail.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from drill.island.grid import Floats, Grid, block_mean
from drill.island.noise import fractal
from drill.island.terrain import Terrain
from drill.island.timeline import PEAK_H, hours

FACTOR = 20
"""Rain cells are so many terrain cells wide: 2 km."""
BAND_MM_H = 41.0
PASSING_H = PEAK_H - 1.2
"""The band stands over the middle of the island; rivers peak a little later."""
BAND_WIDTH_M = 9500.0
SHOWERS_MM_H = 3.2
SHOWERS_FROM_H = -8.0
DRIFT_M_S = (14.0, 5.0)
"""Cells inside the band move to the east-north-east."""


@dataclass(frozen=True, slots=True)
class Storm:
    """Rain by step and cell of the coarse frame, mm per hour."""

    grid: Grid
    rain: Floats
    """(steps, rows, columns)."""

    def at(self, xy: Floats) -> Floats:
        """Return the rain (steps, n) in mm/h at metres (n, 2), interpolated between cells."""
        column = xy[:, 0] / self.grid.cell_m - 0.5
        row = xy[:, 1] / self.grid.cell_m - 0.5
        where = np.stack([row, column])
        return np.stack(
            [ndimage.map_coordinates(field, where, order=1, mode="nearest") for field in self.rain]
        )


def _texture(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Return a field of rain cells with mean 1: most of it weak, some cores strong."""
    field = np.exp(0.6 * fractal(rng, shape, 7.0, 3, 0.6))
    return field / float(field.mean())


def _band(hour: float, grid: Grid) -> tuple[float, float]:
    """Return where the band's axis crosses the frame's middle row (metres) and its strength.

    It comes from the west, slows down over the island around the peak, then moves off.
    """
    width = grid.columns * grid.cell_m
    position = (hour - PASSING_H) / 9.0
    crossing = width * (0.52 + 0.24 * position + 0.11 * position**3)
    strength = float(np.exp(-(((hour - PASSING_H) / 4.6) ** 2)))
    return crossing, 0.22 * float(np.exp(-(((hour - PASSING_H) / 10.0) ** 2))) + 0.78 * strength


def _upslope(terrain: Terrain) -> Floats:
    """Return how much more rain falls where moist air from the south-west has to rise."""
    heights = ndimage.gaussian_filter(np.maximum(terrain.heights, 0), 12)
    north, east = np.gradient(heights, terrain.grid.cell_m)
    rise = np.clip(0.6 * east + 0.8 * north, -0.1, 0.16)
    return block_mean(1.0 + 3.2 * rise + 0.45 * heights / 1000.0, FACTOR)


def make_storm(rng: np.random.Generator, terrain: Terrain) -> Storm:
    """Return the storm over an island."""
    grid = terrain.grid.coarser(FACTOR)
    y, x = (np.mgrid[0 : grid.rows, 0 : grid.columns] + 0.5) * grid.cell_m
    texture = _texture(rng, (grid.rows * 3, grid.columns * 3))
    showers = _texture(rng, (grid.rows * 3, grid.columns * 3))
    lift = _upslope(terrain)
    middle = grid.rows * grid.cell_m / 2
    lean = 0.9 * np.sin(np.linspace(0, 3, grid.rows) + 0.4)[:, None] * 3000
    fields = []
    for hour in hours():
        crossing, strength = _band(float(hour), grid)
        distance = x - crossing - 0.75 * (y - middle) + lean
        band = (
            BAND_MM_H
            * strength
            * np.exp(-((distance / (BAND_WIDTH_M * (1 + grid.columns / 90))) ** 2))
        )
        wide = np.exp(-(((hour - PASSING_H) / 11.0) ** 2))
        light = SHOWERS_MM_H * (0.04 + wide)
        cells = _drifting(texture, float(hour), grid, 1.0)
        loose = np.maximum(_drifting(showers, float(hour), grid, 0.6) - 0.75, 0)
        fields.append((band * cells + light * loose * (hour > SHOWERS_FROM_H)) * lift)
    rain = np.stack(fields)
    rain[rain < 0.1] = 0.0  # noqa: PLR2004 - a gauge does not count less
    return Storm(grid, np.minimum(rain, 128.0))


def _drifting(texture: Floats, hour: float, grid: Grid, speed: float) -> Floats:
    """Return the part of a texture that lies over the frame at an hour, wrapped around."""
    east, north = (v * speed * 3600 * hour / grid.cell_m for v in DRIFT_M_S)
    rows = (np.arange(grid.rows) - north) % texture.shape[0]
    columns = (np.arange(grid.columns) - east) % texture.shape[1]
    where = np.meshgrid(rows, columns, indexing="ij")
    return np.asarray(
        ndimage.map_coordinates(texture, where, order=1, mode="grid-wrap"), dtype=np.float64
    )

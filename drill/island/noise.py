"""Smooth random fields: fractal noise by octaves of interpolated lattices."""

import numpy as np
from scipy import ndimage

from drill.island.grid import Floats


def lattice(rng: np.random.Generator, shape: tuple[int, int], wavelength: float) -> Floats:
    """Return one octave: a random lattice, cubic between its knots; mean 0, spread about 1.

    `wavelength` is in cells.
    """
    rows = int(shape[0] / wavelength) + 4
    columns = int(shape[1] / wavelength) + 4
    knots = rng.standard_normal((rows, columns))
    row = np.arange(shape[0]) / wavelength + 1
    column = np.arange(shape[1]) / wavelength + 1
    where = np.meshgrid(row, column, indexing="ij")
    field = ndimage.map_coordinates(knots, where, order=3, mode="nearest")
    return np.asarray(field, dtype=np.float64)


def fractal(
    rng: np.random.Generator,
    shape: tuple[int, int],
    wavelength: float,
    octaves: int = 4,
    persistence: float = 0.5,
) -> Floats:
    """Return a sum of octaves, each half the wavelength and `persistence` times the height."""
    total = np.zeros(shape)
    height = 1.0
    for _ in range(octaves):
        total += height * lattice(rng, shape, max(2.0, wavelength))
        wavelength /= 2
        height *= persistence
    return total / float(np.std(total))

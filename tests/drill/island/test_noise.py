"""Smooth random fields."""

import numpy as np

from drill.island.noise import fractal, lattice


def test_fields_are_smooth_and_reproducible() -> None:
    first = lattice(np.random.default_rng(1), (40, 60), 10)
    again = lattice(np.random.default_rng(1), (40, 60), 10)
    assert first.shape == (40, 60)
    assert np.array_equal(first, again)
    assert np.abs(np.diff(first, axis=1)).max() < np.ptp(first) / 3


def test_octaves_add_roughness_and_keep_the_spread() -> None:
    plain = fractal(np.random.default_rng(1), (60, 60), 30, 1)
    rough = fractal(np.random.default_rng(1), (60, 60), 30, 5, 0.7)
    assert abs(rough.std() - 1) < 1e-6
    assert np.abs(np.diff(rough)).mean() > np.abs(np.diff(plain)).mean()

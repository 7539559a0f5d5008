"""Where water goes."""

import numpy as np

from drill.island.drainage import (
    accumulate,
    flow_levels,
    pairs,
    random_receivers,
    steepest_receivers,
)

LAND = np.array([[0, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 1], [0, 0, 0, 0]], dtype=bool)


def test_each_pair_of_neighbours_once() -> None:
    first, second, distance = pairs((3, 3))
    assert len({frozenset(pair) for pair in zip(first, second, strict=True)}) == 20
    assert np.isclose(distance.max(), np.sqrt(2))


def test_all_land_drains_to_the_sea() -> None:
    receivers = random_receivers(np.random.default_rng(1), LAND, np.ones(LAND.shape))
    levels = flow_levels(receivers)
    area = accumulate(receivers, levels, LAND.ravel().astype(float))
    assert area[~LAND.ravel()].sum() == LAND.sum()
    assert (area[LAND.ravel()] >= 1).all()


def test_water_takes_the_steepest_way() -> None:
    heights = np.array([[9.0, 5.0, 1.0], [9.0, 6.0, 4.0], [9.0, 9.0, 9.0]])
    receivers = steepest_receivers(heights, np.ones((3, 3), dtype=bool))
    assert receivers[4] == 2
    assert receivers[2] == 2  # a pit keeps its water


def test_levels_come_after_what_they_flow_into() -> None:
    levels = flow_levels(np.array([0, 0, 1, 2, 2]))
    assert [sorted(level.tolist()) for level in levels] == [[0], [1], [2], [3, 4]]

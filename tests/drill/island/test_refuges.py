"""Shelters."""

import numpy as np

from drill.island.build import Island
from drill.island.timeline import STEPS, hours


def test_every_municipality_has_shelters_with_names_of_their_own(island: Island) -> None:
    refuges = island.refuges
    counts = np.bincount(refuges.municipality, minlength=len(island.municipalities.code))
    assert (counts >= 3).all()
    assert len(set(refuges.code)) == len(refuges.code)
    pairs = set(zip(refuges.municipality, refuges.name, strict=True))
    assert len(pairs) == len(refuges.name)


def test_they_open_from_level_three_and_close_again(island: Island) -> None:
    refuges = island.refuges
    level = island.alerts.by_municipality(island.river_gauges)[:, refuges.municipality]
    opened = refuges.opened >= 0
    assert opened.any()
    for shelter in np.flatnonzero(opened):
        assert level[: refuges.opened[shelter], shelter].max() >= 3
        assert refuges.opened[shelter] < refuges.closed[shelter]
    assert refuges.closed[opened].min() < STEPS


def test_they_fill_and_empty(island: Island) -> None:
    refuges = island.refuges
    total = refuges.heads.sum(axis=1)
    assert total[hours() < 0].max() == 0
    assert total.max() > 20
    assert total[-1] < 0.05 * total.max()
    assert (refuges.heads[:, refuges.opened < 0] == 0).all()


def test_some_capacities_are_not_known(island: Island) -> None:
    known = island.refuges.capacity > 0
    assert known.mean() > 0.7
    assert island.refuges.capacity[known].min() >= 15

"""Power."""

import numpy as np

from drill.island.build import Island
from drill.island.timeline import hours


def test_power_fails_near_the_peak_and_comes_back(island: Island) -> None:
    outages = island.outages
    assert len(outages.settlement) == len(set(outages.settlement.tolist())) > 3
    assert (outages.start < outages.crew).all()
    assert (outages.crew < outages.end).all()
    began = hours()[outages.start]
    assert began.min() > 4
    assert began.max() < 32
    assert (outages.households >= 1).all()
    assert (outages.households <= island.settlements.households[outages.settlement]).all()


def test_groups_fail_together(island: Island) -> None:
    assert len(np.unique(island.outages.start)) < len(island.outages.start)

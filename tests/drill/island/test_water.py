"""Soil water and rivers."""

import numpy as np

from drill.island.build import Island
from drill.island.grid import Grid
from drill.island.storm import Storm
from drill.island.timeline import STEPS, hours
from drill.island.water import discharge, soil_water


def steady(rate: float) -> Storm:
    rain = np.zeros((STEPS, 1, 1))
    rain[144:288] = rate
    return Storm(Grid(1, 1, 2000.0), rain)


def test_the_soil_fills_and_drains() -> None:
    index = soil_water(steady(10.0))[:, 0, 0]
    assert index[0] < 45
    assert 90 < index[287] < 240
    assert int(np.argmax(index)) in range(286, 290)
    assert index[-1] < 0.7 * index[287]
    assert soil_water(steady(30.0)).max() > index.max()


def test_no_water_is_made() -> None:
    assert (soil_water(steady(10.0))[287] < 40 + 240).all()


def test_small_rivers_answer_first() -> None:
    rain = np.zeros((STEPS, 2))
    rain[150:156] = 40
    flow = discharge(rain, np.array([4.0, 200.0]))
    peaks = flow.argmax(axis=0)
    assert 150 < peaks[0] < peaks[1]
    assert (flow > 0).all()


def test_levels_rise_with_the_storm_and_pass_some_thresholds(island: Island) -> None:
    levels = island.levels
    assert (levels.caution < levels.danger).all()
    assert (levels.danger < levels.flood).all()
    quiet = levels.level[hours() < 0]
    assert (quiet < levels.caution).all()
    over = (levels.level >= levels.danger).any(axis=0)
    assert 0.1 < over.mean() < 0.9
    assert (levels.level[hours() > 60] < levels.danger).all()
    assert (quiet[0] >= levels.start).mean() > 0.6

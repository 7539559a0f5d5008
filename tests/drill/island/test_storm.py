"""The storm."""

import numpy as np

from drill.island.storm import make_storm
from drill.island.terrain import Terrain
from drill.island.timeline import PEAK_H, STEPS, hours, running_sum


def test_quiet_then_heavy_then_quiet(terrain: Terrain) -> None:
    storm = make_storm(np.random.default_rng(1), terrain)
    assert len(storm.rain) == STEPS
    mean = storm.rain.mean(axis=(1, 2))
    hour = hours()
    assert mean[hour < -8].max() == 0
    assert abs(hour[int(np.argmax(running_sum(mean[:, None], 18)))] - PEAK_H) < 4
    assert mean[hour > 48].max() < 0.2
    assert 60 < storm.rain.max() <= 128


def test_the_band_moves_to_the_east(terrain: Terrain) -> None:
    storm = make_storm(np.random.default_rng(1), terrain)
    columns = np.arange(storm.grid.columns)

    def middle(hour: float) -> float:
        rain = storm.rain[np.abs(hours() - hour) < 1].sum(axis=(0, 1))
        return float((rain * columns).sum() / rain.sum())

    assert middle(7) < middle(13) < middle(19)


def test_gauges_read_the_rain_where_they_stand(terrain: Terrain) -> None:
    storm = make_storm(np.random.default_rng(1), terrain)
    cells = np.array([0, storm.grid.columns + 3])
    at = storm.at(storm.grid.centres(cells))
    assert np.allclose(at, storm.rain.reshape(STEPS, -1)[:, cells])

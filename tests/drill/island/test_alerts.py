"""Alert levels."""

import numpy as np

from drill.island.build import Island
from drill.island.timeline import hours


def test_levels_go_up_and_come_down(island: Island) -> None:
    level = island.alerts.by_municipality(island.river_gauges)
    assert set(np.unique(level)) <= {0, 2, 3, 4, 5}
    assert level[hours() < -2].max() == 0
    assert level.max() >= 4
    assert level[hours() > 66].max() == 0
    assert (level.max(axis=0) >= 3).mean() > 0.4


def test_levels_change_on_the_half_hour(island: Island) -> None:
    for level in (island.alerts.heavy_rain, island.alerts.landslide, island.alerts.flood):
        changes = np.flatnonzero((np.diff(level, axis=0) != 0).any(axis=1)) + 1
        assert len(changes)
        assert (changes % 3 == 0).all()


def test_warnings_come_before_the_water(island: Island) -> None:
    alerts, levels = island.alerts, island.levels
    for number, gauge in enumerate(alerts.gauge):
        over = np.flatnonzero(levels.level[:, gauge] >= levels.danger[gauge])
        if len(over) and not island.river_gauges.dead[gauge]:
            assert alerts.flood[over[0], number] >= 4


def test_thunder_is_an_advisory_only(island: Island) -> None:
    assert set(np.unique(island.alerts.thunder)) == {0, 2}

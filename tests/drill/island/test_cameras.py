"""Camera sites."""

import numpy as np

from drill.island.build import Island


def test_cameras_look_along_their_road(island: Island) -> None:
    cameras = island.cameras
    assert 6 <= len(cameras.code) <= 60
    assert len(set(cameras.code)) == len(cameras.code)
    assert ((cameras.heading >= 0) & (cameras.heading < 360)).all()
    assert np.array_equal(cameras.xy, island.roads.middle[cameras.edge])
    assert island.roads.bridge[cameras.edge].any()

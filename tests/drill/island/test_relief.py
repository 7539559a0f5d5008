"""The island's own maps."""

from pathlib import Path

import numpy as np
import rasterio

from drill.island.build import Island
from drill.island.relief import NO_DATA, SEA, relief_image, write_dem, write_relief


def test_the_relief_lies_where_the_island_lies(island: Island, tmp_path: Path) -> None:
    path = tmp_path / "relief.tif"
    write_relief(island, path)
    with rasterio.open(path) as raster:
        assert np.allclose(raster.bounds, island.grid.bounds)
        assert raster.count == 4
        assert raster.crs.to_epsg() == 4326
        assert raster.block_shapes[0] == (256, 256)
        assert "訓練" in raster.tags()["TITLE"]
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        corner = raster.read()[:3, 0, 0]
    assert np.abs(corner.astype(int) - SEA).max() <= 1


def test_north_is_up(island: Island) -> None:
    image = relief_image(island)
    green = np.hypot(*(image[:2] - np.array(SEA[:2])[:, None, None])) > 12
    rows = np.flatnonzero(island.land.any(axis=1))
    top = len(island.land) - 1 - rows[-1]
    assert abs(int(np.flatnonzero(green.any(axis=1))[0]) / 3 - top) < 3


def test_heights_have_no_value_at_sea(island: Island, tmp_path: Path) -> None:
    path = tmp_path / "dem.tif"
    write_dem(island, path)
    with rasterio.open(path) as raster:
        heights = raster.read(1)
        assert raster.nodata == NO_DATA
    assert (heights == NO_DATA).sum() == (~island.land).sum()
    assert np.isclose(heights.max(), island.heights.max())

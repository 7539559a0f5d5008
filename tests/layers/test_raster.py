"""Raster tiles from a cloud-optimised GeoTIFF made here."""

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio.enums import ColorInterp
from rasterio.transform import from_bounds

from layers.raster import SEA, NoRasterError, RasterStore, empty_tile, shaded
from layers.tiles import Address, BadTileError

INSIDE, OUTSIDE = Address(8, 236, 105), Address(8, 10, 10)


def written(path: Path, data: Any, **more: Any) -> Path:
    bands, rows, columns = data.shape
    profile = {
        "driver": "COG", "height": rows, "width": columns, "count": bands,
        "dtype": data.dtype.name, "crs": "EPSG:4326",
        "transform": from_bounds(152, 29.5, 154, 31.5, columns, rows), "blocksize": 256, **more,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(data)
        if bands == 4:
            raster.colorinterp = [ColorInterp[n] for n in ("red", "green", "blue", "alpha")]
    return path


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a raster of four bands: red everywhere, opaque in its western half."""
    data = np.zeros((4, 600, 600), np.uint8)
    data[0], data[3, :, :300] = 200, 255
    path: Path = tmp_path_factory.mktemp("raster") / "relief.tif"
    return written(path, data)


def pixels(png: bytes) -> Any:
    image = Image.open(io.BytesIO(png))
    assert image.size == (256, 256)
    return np.asarray(image.convert("RGBA"))


def test_a_coloured_raster_keeps_its_colours_and_its_holes(coloured: Path) -> None:
    store = RasterStore({"relief": coloured})
    found = pixels(store.tile("relief", store.version("relief"), INSIDE).content)
    west, _, east, _ = INSIDE.bounds()
    column = int((152.9 - west) / (east - west) * 256)
    assert tuple(found[128, column]) == (200, 0, 0, 255)
    beyond = int((153.1 - west) / (east - west) * 256)
    if beyond < 256:
        assert found[128, beyond, 3] == 0


def test_outside_the_raster_a_tile_is_transparent(coloured: Path) -> None:
    store = RasterStore({"relief": coloured})
    tile = store.tile("relief", store.version("relief"), OUTSIDE)
    assert tile.content == empty_tile()
    assert pixels(tile.content).max() == 0


def test_heights_are_drawn_as_a_relief(tmp_path: Path) -> None:
    heights = np.tile(np.linspace(-500, 1500, 600, dtype=np.float32), (600, 1))[None]
    store = RasterStore({"relief": written(tmp_path / "dem.tif", heights, nodata=-9999.0)})
    found = pixels(store.tile("relief", store.version("relief"), INSIDE).content)
    assert found[128, 128, 3] == 255
    assert len(np.unique(found[128, :, 0])) > 10


def test_light_comes_from_the_north_west() -> None:
    slope = np.tile(np.arange(64.0) * 20 + 10, (64, 1))  # rises to the east: faces west
    facing, averted = shaded(slope, 30.0), shaded(slope[:, ::-1], 30.0)
    assert facing[0, 32, 32] > averted[0, 32, 31]
    assert tuple(shaded(np.full((8, 8), -1.0), 30.0)[:, 4, 4]) == SEA


def test_a_tile_is_kept_under_its_version(coloured: Path) -> None:
    store = RasterStore({"relief": coloured})
    version = store.version("relief")
    first = store.tile("relief", version, INSIDE)
    assert first.current
    assert store.tile("relief", version, INSIDE) is first
    assert not store.tile("relief", version + 1, INSIDE).current


def test_another_file_is_another_version(tmp_path: Path) -> None:
    path = written(tmp_path / "relief.tif", np.zeros((3, 600, 600), np.uint8))
    store = RasterStore({"relief": path})
    before = store.version("relief")
    os.utime(path, (1, 1))
    assert store.version("relief") != before


def test_bounds(coloured: Path) -> None:
    assert RasterStore({"relief": coloured}).bounds("relief") == pytest.approx(
        (152, 29.5, 154, 31.5)
    )


def test_without_a_file_there_is_no_raster(tmp_path: Path, coloured: Path) -> None:
    store = RasterStore({"relief": tmp_path / "gone.tif"})
    assert "relief" not in store
    assert store.version("relief") == 0
    with pytest.raises(NoRasterError):
        store.tile("relief", 0, INSIDE)
    with pytest.raises(NoRasterError):
        store.bounds("other")
    with pytest.raises(BadTileError):
        RasterStore({"relief": coloured}).tile("relief", 0, Address(2, 9, 0))

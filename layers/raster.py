"""Raster tiles from cloud-optimised GeoTIFF: the built-in relief."""

import io
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
from PIL import Image
from rio_tiler.errors import TileOutsideBounds
from rio_tiler.io import Reader

from core.errors import NotFoundError
from layers.tiles import Address, Tile, TileCache

TILE = 256
COLOUR_BANDS = 3
# A muted hypsometric grey: low land light, mountains darker, the sea pale (look: base is grey).
SEA = (222, 228, 234)
LAND_LOW, LAND_HIGH = (243, 242, 238), (170, 168, 162)
HIGH_M = 1500.0
METRES_PER_PIXEL_AT_0 = 156_543.034


class NoRasterError(NotFoundError):
    """その地図画像はありません。"""  # noqa: D400


class RasterStore:
    """PNG tiles of the rasters of this installation, by layer id."""

    def __init__(self, files: Mapping[str, Path], cache: TileCache | None = None) -> None:
        self._files = dict(files)
        self._cache = cache or TileCache(64_000_000)
        self._lock = Lock()

    def __contains__(self, layer_id: object) -> bool:
        """Tell whether a raster of that id exists as a file."""
        path = self._files.get(str(layer_id))
        return path is not None and path.is_file()

    def version(self, layer_id: str) -> int:
        """Return the version of a raster: a mark of its file's size and time, 0 without a file."""
        if layer_id not in self:
            return 0
        state = self._files[layer_id].stat()
        return zlib.crc32(f"{state.st_size} {state.st_mtime_ns}".encode())

    def bounds(self, layer_id: str) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees.

        Raises
        ------
        NoRasterError
            When there is no such raster.
        """
        with Reader(str(self._path(layer_id))) as source:
            west, south, east, north = source.get_geographic_bounds("EPSG:4326")
        return float(west), float(south), float(east), float(north)

    def tile(self, layer_id: str, version: int, address: Address) -> Tile:
        """Return a PNG tile of 256 pixels; transparent where the raster has nothing.

        Raises
        ------
        NoRasterError, BadTileError
            When there is no such raster or tile.
        """
        path = self._path(layer_id)
        address.checked()
        current = self.version(layer_id) == version
        key = (layer_id, version, address)
        found = self._cache.get(key)
        if found is not None:
            return found
        with self._lock:  # GDAL's readers are heavy; one at a time keeps the web server alive
            content = _read(path, address)
        tile = Tile(content, current)
        if current:
            self._cache.put(key, tile)
        return tile

    def _path(self, layer_id: str) -> Path:
        if layer_id not in self:
            raise NoRasterError
        return self._files[layer_id]


def _read(path: Path, address: Address) -> bytes:
    with Reader(str(path)) as source:
        try:
            image = source.tile(address.x, address.y, address.z, tilesize=TILE)
        except TileOutsideBounds:
            return empty_tile()
    data = np.ma.getdata(image.array)
    alpha = np.where(np.ma.getmaskarray(image.array)[0], 0, 255).astype(np.uint8)
    if data.shape[0] >= COLOUR_BANDS:
        colours = data[:COLOUR_BANDS].astype(np.uint8)
    else:
        colours = shaded(data[0].astype(np.float64), METRES_PER_PIXEL_AT_0 / (1 << address.z))
    return _encoded(Image.fromarray(np.dstack([*colours, alpha]), "RGBA"))


def shaded(height: npt.NDArray[np.float64], pixel_m: float) -> npt.NDArray[np.uint8]:
    """Return red, green, blue (3, rows, columns) of a relief lit from the north-west.

    `height` in metres, row 0 in the north; `pixel_m` the width of a pixel in metres.
    """
    share = np.clip(height / HIGH_M, 0, 1)
    low, high = np.array(LAND_LOW, float), np.array(LAND_HIGH, float)
    land = low[:, None, None] + share[None] * (high - low)[:, None, None]
    south, east = np.gradient(height, pixel_m)
    # Light from azimuth 315°, 45° up; 1 is flat ground.
    light = (1 + (south + east) * 0.7) / np.sqrt(1 + south**2 + east**2)
    lit = land * np.clip(0.55 + 0.45 * light, 0.45, 1.12)[None]
    sea = np.array(SEA, float)[:, None, None]
    return np.clip(np.where((height <= 0)[None], sea, lit), 0, 255).astype(np.uint8)


def _encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


@lru_cache(maxsize=1)
def empty_tile() -> bytes:
    """Return a transparent tile."""
    return _encoded(Image.new("RGBA", (TILE, TILE), (0, 0, 0, 0)))

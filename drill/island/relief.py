"""The island's own maps as cloud-optimised GeoTIFF: shaded relief and heights (EPSG:4326)."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.io import MemoryFile
from rasterio.shutil import copy as write_copy
from rasterio.transform import from_bounds
from scipy import ndimage

from drill.island.build import Island
from drill.island.grid import Floats

FINER = 3
"""Relief cells per terrain cell and side: 33 m, 2,700 columns at the default scale."""
TINTS = (
    (0.0, (226, 232, 214)), (60.0, (219, 226, 200)), (200.0, (222, 220, 194)),
    (500.0, (214, 205, 182)), (900.0, (203, 193, 176)), (1500.0, (226, 223, 218)),
)  # fmt: skip
"""Muted, so that what lies on the map stands out."""
SEA = (205, 219, 229)
RIVER = (150, 182, 208)
NO_DATA = -9999.0


def _profile(
    rows: int, columns: int, bounds: tuple[float, float, float, float]
) -> dict[str, object]:
    return {
        "driver": "GTiff",
        "height": rows,
        "width": columns,
        "crs": "EPSG:4326",
        "transform": from_bounds(*bounds, columns, rows),
    }


def _write(
    path: Path, data: npt.NDArray[Any], profile: dict[str, object], tags: dict[str, str]
) -> None:
    """Write bands (bands, rows, columns) as a cloud-optimised GeoTIFF, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.draft")
    options = {**profile, "count": len(data), "dtype": data.dtype.name}
    with MemoryFile() as memory:
        with memory.open(**options) as raster:
            raster.write(data)
            raster.update_tags(**tags)
            if len(data) > 1:
                raster.colorinterp = [
                    rasterio.enums.ColorInterp[name] for name in ("red", "green", "blue", "alpha")
                ]
        with memory.open() as raster:
            write_copy(
                raster,
                draft,
                driver="COG",
                compress="DEFLATE",
                blocksize=256,
                overview_resampling="average",
            )
    draft.replace(path)


def write_dem(island: Island, path: Path) -> None:
    """Write heights in metres (float32, -9999 at sea), north up."""
    heights = np.where(island.land, island.heights, NO_DATA).astype(np.float32)[::-1]
    profile = _profile(*island.grid.shape, island.grid.bounds) | {"nodata": NO_DATA}
    _write(path, heights[None], profile, {"TITLE": "火見県 標高【訓練】"})


def _shade(heights: Floats, cell_m: float) -> Floats:
    """Return brightness around 1, lit from the north-west at 45°."""
    north, east = np.gradient(np.maximum(heights, 0), cell_m)
    steep = np.hypot(north, east) * 1.6
    facing = np.arctan2(north, east)
    light = np.cos(np.arctan(steep)) + np.sin(np.arctan(steep)) * np.cos(facing - np.radians(-45))
    return np.asarray(np.clip(0.62 + 0.38 * light, 0.45, 1.12))


def _wet(island: Island, rows: int, columns: int) -> Floats:
    """Return how much each relief cell is covered by rivers, wider where the catchment is."""
    west, south, east, north = island.grid.bounds
    cover = np.zeros((rows, columns))
    for index in range(len(island.rivers.lines)):
        line = island.rivers.lines.line(index)
        gap = np.hypot(*np.diff(line, axis=0).T) * columns / (east - west)
        count = max(2, int(gap.sum() * 2))
        along = np.concatenate([[0], np.cumsum(gap)])
        where = np.linspace(0, along[-1], count)
        column = (np.interp(where, along, line[:, 0]) - west) / (east - west) * columns
        row = (np.interp(where, along, line[:, 1]) - south) / (north - south) * rows
        strength = min(1.0, 0.35 + island.rivers.area_km2[index] ** 0.5 / 12)
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        cover[row[inside].astype(int), column[inside].astype(int)] = strength
    return np.asarray(np.clip(ndimage.gaussian_filter(cover, 0.7) * 2.2, 0, 1))


def relief_image(island: Island) -> Floats:
    """Return red, green, blue and alpha (4, rows, columns) as bytes, north up."""
    grid = island.grid
    heights = ndimage.zoom(
        island.heights.astype(np.float64), FINER, order=3, grid_mode=True, mode="nearest"
    )
    land = ndimage.zoom(
        ndimage.gaussian_filter(island.land.astype(np.float64), 0.6),
        FINER,
        order=1,
        grid_mode=True,
        mode="nearest",
    )
    levels = [level for level, _ in TINTS]
    colour = np.stack(
        [np.interp(heights, levels, [tint[band] for _, tint in TINTS]) for band in range(3)]
    )
    colour *= _shade(ndimage.gaussian_filter(heights, 1.0), grid.cell_m / FINER)
    wet = _wet(island, *heights.shape)
    shore = np.clip((land - 0.35) / 0.3, 0, 1)
    for band in range(3):
        colour[band] = colour[band] * (1 - wet) + RIVER[band] * wet
        colour[band] = colour[band] * shore + SEA[band] * (1 - shore)
    alpha = np.full(heights.shape, 255.0)
    image = np.concatenate([np.clip(colour, 0, 255), alpha[None]])
    return image[:, ::-1]


def write_relief(island: Island, path: Path) -> None:
    """Write the shaded relief (RGB and alpha, bytes), the island's base map without a network."""
    image = relief_image(island).astype(np.uint8)
    profile = _profile(image.shape[1], image.shape[2], island.grid.bounds)
    _write(path, image, profile, {"TITLE": "火見県 陰影起伏図【訓練】"})

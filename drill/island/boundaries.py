"""The outlines of the municipalities: polygons that share their borders exactly."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from rasterio import Affine, features
from scipy import ndimage

from drill.island.grid import Ints
from drill.island.terrain import Terrain
from drill.island.towns import COARSE, Municipalities

TOLERANCE_M = 130.0


@dataclass(frozen=True, slots=True)
class Areas:
    """Polygons as WKB in EPSG:4326; polygon i is `wkb[offsets[i]:offsets[i + 1]]`."""

    municipality: Ints
    wkb: npt.NDArray[np.uint8]
    offsets: Ints

    def polygon(self, index: int) -> shapely.Polygon:
        """Return one polygon, longitude and latitude in degrees."""
        part = self.wkb[self.offsets[index] : self.offsets[index + 1]]
        polygon = shapely.from_wkb(part.tobytes())
        assert isinstance(polygon, shapely.Polygon)  # noqa: S101 - written as such below
        return polygon


def make_areas(terrain: Terrain, municipalities: Municipalities) -> Areas:
    """Return one polygon per municipality and piece of land."""
    fine = np.kron(municipalities.area, np.ones((COARSE, COARSE), dtype=np.int64))
    row, column = ndimage.distance_transform_edt(
        fine < 0, return_distances=False, return_indices=True
    )
    fine = np.where(terrain.land, fine[row, column], -1).astype(np.int32)
    cell = terrain.grid.cell_m
    shapes = list(features.shapes(fine, mask=fine >= 0, transform=Affine(cell, 0, 0, 0, cell, 0)))
    polygons = np.array([shapely.geometry.shape(geometry) for geometry, _ in shapes])
    # A point at every cell's corner, so that neighbours meet in points both of them have.
    polygons = shapely.segmentize(polygons, cell)
    polygons = shapely.coverage_simplify(polygons, TOLERANCE_M)
    kept = [
        (int(value), shapely.transform(polygon, terrain.grid.lonlat))
        for polygon, (_, value) in zip(polygons, shapes, strict=True)
        if not polygon.is_empty
    ]
    parts = [np.frombuffer(shapely.to_wkb(polygon), dtype=np.uint8) for _, polygon in kept]
    return Areas(
        municipality=np.array([number for number, _ in kept], dtype=np.int64),
        wkb=np.concatenate(parts),
        offsets=np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64),
    )

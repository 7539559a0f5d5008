"""Outlines of municipalities."""

import numpy as np
import shapely

from core.geo import area_m2
from drill.island.build import Island


def test_polygons_cover_the_land_without_overlap(island: Island) -> None:
    polygons = [island.areas.polygon(i) for i in range(len(island.areas.municipality))]
    assert all(polygon.is_valid for polygon in polygons)
    land = float(island.land.sum()) * island.grid.cell_m**2
    assert abs(sum(area_m2(polygon) for polygon in polygons) / land - 1) < 0.05
    assert shapely.coverage_is_valid(np.array(polygons))


def test_every_municipality_has_an_area_with_its_seat(island: Island) -> None:
    towns = set(island.areas.municipality.tolist())
    assert towns == set(range(len(island.municipalities.code)))
    seats = island.grid.lonlat(island.settlements.xy[island.municipalities.seat])
    inside = [
        any(
            island.areas.polygon(i).contains(shapely.Point(seat))
            for i in np.flatnonzero(island.areas.municipality == town)
        )
        for town, seat in enumerate(seats)
    ]
    assert np.mean(inside) > 0.8

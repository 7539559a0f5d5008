"""The areas of municipalities as maps draw them: simplified once for each state of the table."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, TypeAlias

import orjson
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text
from sqlalchemy.orm import Session

from layers.versions import TableState

Shapes: TypeAlias = Mapping[str, Mapping[str, Any]]

TOLERANCE = 0.0008
"""Degrees, about 80 m: below a pixel up to zoom 11."""
ISLET = 1e-6
"""Square degrees, about a hectare: smaller parts beside a larger one are not drawn."""
DIGITS = 5
_KEPT = 4

_BOUNDARIES = text(
    "SELECT DISTINCT ON (key) key, ST_AsBinary(geom) AS geom FROM boundary ORDER BY key, id"
)


class ShapeCache:
    """Simplified areas by the state of the boundary table they were made from.

    A municipality is drawn with its warnings and outages far more often than its border moves,
    and simplifying a prefecture's official borders takes seconds.
    """

    def __init__(self) -> None:
        self._made: OrderedDict[TableState | None, Shapes] = OrderedDict()
        self._lock = Lock()

    def shapes(self, session: Session, state: TableState | None) -> Shapes:
        """Return GeoJSON geometry (EPSG:4326) by municipality code."""
        with self._lock:
            found = self._made.get(state)
            if found is None:
                found = _simplified(session)
                self._made[state] = found
                while len(self._made) > _KEPT:
                    self._made.popitem(last=False)
            return found


def _simplified(session: Session) -> Shapes:
    rows = session.execute(_BOUNDARIES).all()
    # Together, so that neighbours keep a common border.
    areas = shapely.coverage_simplify([_valid(bytes(row.geom)) for row in rows], TOLERANCE)
    shown = [shapely.set_precision(_without_islets(area), 10**-DIGITS) for area in areas]
    return {
        row.key: orjson.loads(shapely.to_geojson(area))
        for row, area in zip(rows, shown, strict=True)
    }


def _valid(raw: bytes) -> BaseGeometry:
    """Return an area whose rings do not cross; one that is valid stays as it is."""
    area: BaseGeometry = shapely.from_wkb(raw)
    return area if area.is_valid else area.buffer(0)


def _without_islets(area: BaseGeometry) -> BaseGeometry:
    parts = sorted(shapely.get_parts(area), key=shapely.area, reverse=True)
    kept = [part for part in parts if part.area >= ISLET] or parts[:1]
    whole: BaseGeometry = kept[0] if len(kept) == 1 else shapely.multipolygons(kept)
    return whole


MUNICIPALITIES = ShapeCache()

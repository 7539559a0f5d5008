"""GeoJSON from outside: features, their properties, and geometry that lies in Japan (EPSG:4326)."""

from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from core.geo import JAPAN_LAT, JAPAN_LON
from ingest.source import UnreadableError


class BadGeometryError(ValueError):
    """The geometry cannot be used; the message is a Japanese sentence."""


def features_of(document: object) -> list[Any]:
    """Return the features of a GeoJSON FeatureCollection (an empty list for `unavailable`).

    Raises
    ------
    UnreadableError
        When it is no FeatureCollection.
    """
    if isinstance(document, dict):
        features = document.get("features")
        if isinstance(features, list):
            return features
        if document.get("type") == "unavailable":
            return []
    message = "GeoJSON の FeatureCollection ではありません"
    raise UnreadableError(message)


def properties_of(feature: object) -> dict[str, Any] | None:
    """Return the properties of a GeoJSON feature, None when it is none."""
    if not isinstance(feature, dict):
        return None
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else ({} if properties is None else None)


def geometry_of(value: object) -> BaseGeometry:
    """Return the shapely geometry of a GeoJSON geometry (EPSG:4326), wholly in Japan.

    Raises
    ------
    BadGeometryError
        When it is none, is empty, not finite, or lies outside 20–46 °N, 122–154 °E.
    """
    if not isinstance(value, dict):
        message = "図形がありません"
        raise BadGeometryError(message)
    try:
        geometry = shape(value)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        message = "図形の書き方が壊れています"
        raise BadGeometryError(message) from error
    return in_japan_only(geometry)


# The longest coastline of one municipality in N03 has some 100,000 vertices; repairing a tangled
# shape of many more would hold the worker.
MOST_VERTICES = 1_000_000


def in_japan_only(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry, in two dimensions, that is not empty and lies wholly in Japan.

    Raises
    ------
    BadGeometryError
        When it does not.
    """
    if geometry.is_empty:
        message = "図形が空です"
        raise BadGeometryError(message)
    if shapely.get_num_coordinates(geometry) > MOST_VERTICES:
        message = f"図形の頂点が多すぎます（上限 {MOST_VERTICES:,}）"
        raise BadGeometryError(message)
    flat: BaseGeometry = shapely.force_2d(geometry)
    west, south, east, north = flat.bounds
    inside = (
        bool(np.isfinite(shapely.get_coordinates(flat)).all())
        and JAPAN_LON[0] <= west <= east <= JAPAN_LON[1]
        and JAPAN_LAT[0] <= south <= north <= JAPAN_LAT[1]
    )
    if not inside:
        message = "位置が日本の範囲の外です（経度と緯度が逆でないか確かめてください）"
        raise BadGeometryError(message)
    return flat

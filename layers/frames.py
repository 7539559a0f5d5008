"""Typed GeoDataFrames of what Hinomi knows, for analysis, exports and notebooks (EPSG:4326)."""

from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from core.geo import WGS84

_ROADS = text(
    "SELECT id, source, key, road_class, name, ref, oneway, bridge, tunnel, level, width_m, lanes,"
    " speed_kmh, length_m, passed_at, observed_at, ST_AsBinary(geom) AS geom"
    " FROM road_link ORDER BY id"
)
_SHELTERS = text(
    "SELECT sh.id, sh.name, sh.kind, sh.municipality_code, sh.municipality_name, sh.address,"
    " sh.capacity, ss.opening, ss.crowding, ss.headcount, ss.households, ss.opened_at,"
    " ss.closed_at, ss.observed_at, ss.source, ST_AsBinary(sh.geom) AS geom"
    " FROM shelter AS sh LEFT JOIN shelter_state AS ss ON ss.shelter_id = sh.id ORDER BY sh.id"
)
_RESTRICTIONS = text(
    "SELECT id, source, key, kind, road_name, road_class, place, reason, started_at, ended_at,"
    " observed_at, ST_AsBinary(geom) AS geom"
    " FROM restriction"
    " WHERE NOT lifted AND (ended_at IS NULL OR ended_at > :at)"
    " AND (started_at IS NULL OR started_at <= :at) ORDER BY id"
)
_TIMES = ("passed_at", "observed_at", "opened_at", "closed_at", "started_at", "ended_at")
_WHOLE = ("capacity", "headcount", "households", "lanes")


def roads(session: Session) -> gpd.GeoDataFrame:
    """Return every road link (LineString; length_m and width_m in metres, speed in km/h)."""
    return _frame(session, _ROADS, {})


def shelters(session: Session) -> gpd.GeoDataFrame:
    """Return every shelter (Point or None) with its present state; missing numbers are <NA>."""
    return _frame(session, _SHELTERS, {})


def restrictions(session: Session, at: datetime) -> gpd.GeoDataFrame:
    """Return the road restrictions in force at a world time, as far as they are told now."""
    return _frame(session, _RESTRICTIONS, {"at": at})


def _frame(
    session: Session, statement: TextClause, values: dict[str, datetime]
) -> gpd.GeoDataFrame:
    result = session.execute(statement, values)
    names = list(result.keys())
    table = pd.DataFrame(result.all(), columns=names)
    raw = [None if value is None else bytes(value) for value in table.pop("geom")]
    shapes = shapely.from_wkb(np.array(raw, dtype=object))
    for name in table.columns.intersection(list(_TIMES)):
        table[name] = pd.to_datetime(table[name], utc=True)
    for name in table.columns.intersection(list(_WHOLE)):
        table[name] = table[name].astype("Int64")
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=WGS84), crs=WGS84)

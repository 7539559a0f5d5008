"""A layer's features as GeoJSON, now or at a past time, and what changed between two of them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

import orjson
from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.orm import Session

from core.errors import InvalidError
from layers import wire
from layers.freshness import Freshness, SourceStatus, statuses
from layers.layer import Definition
from layers.shapes import MUNICIPALITIES
from layers.style import river_level, watching
from layers.versions import layer_version, table_states

Collection: TypeAlias = dict[str, Any]
Feature: TypeAlias = dict[str, Any]

HISTORY = timedelta(hours=72)
"""How far the time slider reaches back."""
TREND_STEP_M = 0.01
"""Gauges report centimetres: a smaller difference is none."""
TREND_WITHIN = timedelta(hours=2)
"""Two values further apart say nothing about rising or falling."""
COORDINATE_DIGITS = 6


class OutsideHistoryError(InvalidError):
    """その時刻の記録は表示できません。"""  # noqa: D400


def collection(
    session: Session, layer: Definition, now: datetime, at: datetime | None = None
) -> Collection:
    """Return a GeoJSON layer with its version; of the past when `at` is given.

    The version is read before the content, so the content is never older than its version.
    `historic` says whether the features are those of `at`: a layer that keeps no past answers
    with the present and `historic: false`.

    Raises
    ------
    OutsideHistoryError
        When `at` lies in the future or more than 72 hours back.
    """
    if at is not None and not now - HISTORY <= at <= now:
        raise OutsideHistoryError
    past = at is not None and layer.sql_at is not None
    tables = table_states(session)
    known = statuses(session)
    shapes = MUNICIPALITIES.shapes(session, tables.get("boundary")) if layer.shapes else None
    moment = at if at is not None and past else now
    rows = session.execute(
        _statement((layer.sql_at if past else layer.sql) or "", shapes is None),
        {"now": now, "at": at},
    ).mappings()
    result: Collection = {
        "version": layer_version(layer, tables),
        "type": "FeatureCollection",
        "at": wire.moment(moment),
        "features": [
            {
                "type": "Feature",
                "id": row["id"],
                "geometry": _geometry(row) if shapes is None else shapes.get(row["id"]),
                "properties": _properties(layer, row, known, moment),
            }
            for row in rows
        ],
    }
    if at is not None:
        result["historic"] = past
        result["history"] = layer.history
    return result


@lru_cache(maxsize=64)
def _statement(inner: str, placed: bool) -> TextClause:
    """Return a definition's query in the order of ids; its geometry, if any, as GeoJSON."""
    geometry = f", ST_AsGeoJSON(q.geom, {COORDINATE_DIGITS}) AS geometry" if placed else ""
    return text(
        f"SELECT q.*{geometry}"  # noqa: S608
        f" FROM ({inner}) AS q ORDER BY q.id"
    )


def _geometry(row: RowMapping) -> Any:  # noqa: ANN401 - GeoJSON
    return None if row["geometry"] is None else orjson.loads(row["geometry"])


def _properties(
    layer: Definition, row: RowMapping, known: Mapping[str, SourceStatus], moment: datetime
) -> dict[str, Any]:
    derived = DERIVATIONS[layer.derive](row) if layer.derive else {}
    properties = {
        name: derived[name] if name in derived else wire.plain(row.get(name))
        for name in layer.columns
    }
    state = _state(layer, row, known, moment)
    if state is not None:
        properties["state"] = state.value
    return {"id": row["id"], **properties}


def _state(
    layer: Definition, row: RowMapping, known: Mapping[str, SourceStatus], moment: datetime
) -> Freshness | None:
    """Return live, late, silent or never; a source nobody knows any more is silent."""
    if layer.staleness == "none":
        return None
    observed_at = row["observed_at"]
    if observed_at is None:
        return Freshness.NEVER
    status = known.get(row["source"])
    if status is None:
        return Freshness.SILENT
    if layer.staleness == "station":
        return status.station(observed_at, moment)
    return status.told(observed_at, moment)


def _river(row: RowMapping) -> dict[str, Any]:
    """Return level, trend and watching of a gauge; its level counts only while it reports."""
    value, thresholds = row["value"], row["thresholds"] or {}
    return {
        "level": river_level(value, thresholds),
        "trend": trend(value, row["observed_at"], row["previous_value"], row["previous_at"]),
        "watching": watching(value, thresholds),
    }


DERIVATIONS: Mapping[str, Callable[[RowMapping], dict[str, Any]]] = {"river": _river}


def trend(
    value: float | None,
    observed_at: datetime | None,
    previous: float | None,
    previous_at: datetime | None,
) -> int | None:
    """Return 1 rising, -1 falling, 0 steady (metres), None when it cannot be told."""
    if value is None or previous is None or observed_at is None or previous_at is None:
        return None
    if observed_at - previous_at > TREND_WITHIN:
        return None
    step = value - previous
    # Half a step of slack: 1.31 - 1.30 is a little less than 0.01 in binary.
    if abs(step) < TREND_STEP_M / 2:
        return 0
    return 1 if step > 0 else -1


def difference(old: Collection, new: Collection) -> dict[str, Any]:
    """Return what turns the features of `old` into those of `new`.

    `{from, to, upsert: [features], remove: [ids]}`; both lists empty when nothing changed.
    """
    if old["features"] is new["features"]:
        return {"from": old["version"], "to": new["version"], "upsert": [], "remove": []}
    before = {feature["id"]: feature for feature in _features(old)}
    upsert = [f for f in _features(new) if before.pop(f["id"], None) != f]
    return {
        "from": old["version"],
        "to": new["version"],
        "upsert": upsert,
        "remove": sorted(before),
    }


def _features(of: Collection) -> Iterator[Feature]:
    yield from of["features"]

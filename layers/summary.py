"""The wall's numbers: one dictionary from a handful of cheap queries.

Zero, none and unknown stay apart: a number nobody told is None, never 0.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from layers import wire
from layers.catalog import Catalog
from layers.features import collection
from layers.freshness import Freshness, reports

TOP_RIVERS = 8
_ALERTS = text(
    "SELECT level, count(*) AS count, array_agg(name ORDER BY code) AS names FROM ("
    "  SELECT w.municipality_code AS code, max(w.level) AS level,"
    "         coalesce(min(b.name), min(w.area_name)) AS name"
    "    FROM warning AS w LEFT JOIN boundary AS b ON b.key = w.municipality_code"
    "   WHERE w.active AND w.municipality_code IS NOT NULL AND w.level >= 2"
    "   GROUP BY w.municipality_code) AS places"
    " GROUP BY level"
)
_CLOSURES = text(
    "SELECT count(*) FILTER (WHERE standing AND kind = 'closed') AS count,"
    " count(*) FILTER (WHERE standing AND kind <> 'closed') AS restricted,"
    " count(*) FILTER (WHERE standing AND kind = 'closed'"
    "   AND started_at > :now - interval '1 hour') AS begun,"
    " count(*) FILTER (WHERE NOT standing AND kind = 'closed'"
    "   AND coalesce(ended_at, observed_at) > :now - interval '1 hour') AS ended"
    " FROM (SELECT kind, started_at, ended_at, observed_at,"
    "       NOT lifted AND (ended_at IS NULL OR ended_at > :now) AS standing"
    "       FROM restriction WHERE started_at IS NULL OR started_at <= :now) AS told"
)
_NEWEST_CLOSURES = text(
    "SELECT id::text AS id, road_name, place, reason, kind, started_at, observed_at"
    " FROM restriction WHERE NOT lifted AND (ended_at IS NULL OR ended_at > :now)"
    " AND (started_at IS NULL OR started_at <= :now)"
    " ORDER BY (kind = 'closed') DESC, coalesce(started_at, observed_at) DESC, id DESC LIMIT 5"
)
_SHELTERS = text(
    "SELECT count(*) FILTER (WHERE open) AS open, sum(headcount) FILTER (WHERE open) AS people,"
    " count(*) FILTER (WHERE open AND headcount IS NULL) AS people_unknown,"
    " count(*) FILTER (WHERE open AND crowding = 'empty') AS empty,"
    " count(*) FILTER (WHERE open AND crowding = 'slightly') AS slightly,"
    " count(*) FILTER (WHERE open AND crowding = 'crowded') AS crowded,"
    " count(*) FILTER (WHERE open AND crowding = 'full') AS full,"
    " count(*) FILTER (WHERE open AND crowding IS NULL) AS unknown,"
    " sum(greatest(capacity - headcount, 0)) FILTER (WHERE open) AS room,"
    " count(*) FILTER (WHERE open AND (capacity IS NULL OR headcount IS NULL)) AS room_unknown,"
    " count(*) FILTER (WHERE open AND opened_at > :now - interval '1 hour') AS opened_1h,"
    " count(*) FILTER (WHERE opening = 'closed'"
    "   AND closed_at BETWEEN :now - interval '1 hour' AND :now) AS closed_1h,"
    " max(observed_at) AS observed_at"
    " FROM (SELECT ss.*, sh.capacity, ss.opening = 'open' AS open"
    "       FROM shelter_state AS ss JOIN shelter AS sh ON sh.id = ss.shelter_id) AS told"
)
_OUTAGES = text(
    "SELECT sum(households) FILTER (WHERE NOT restored) AS households,"
    " count(*) FILTER (WHERE NOT restored) AS areas,"
    " count(*) FILTER (WHERE NOT restored AND households IS NULL) AS unknown_areas,"
    " count(DISTINCT coalesce(municipality_code, municipality_name))"
    "   FILTER (WHERE NOT restored) AS municipalities,"
    " count(*) FILTER (WHERE NOT restored AND municipality_code IS NULL"
    "   AND municipality_name IS NULL) AS unplaced_areas,"
    " bool_or(qualifier <> 'exact') FILTER (WHERE NOT restored) AS about,"
    " count(*) FILTER (WHERE restored AND observed_at > :now - interval '24 hours')"
    "   AS restored_24h,"
    " max(observed_at) AS observed_at FROM outage"
)
_RAIN = text(
    "SELECT st.id::text AS id, st.name, l.value, l.observed_at"
    " FROM latest AS l JOIN series AS se ON se.id = l.series_id"
    " JOIN station AS st ON st.id = se.station_id"
    " JOIN source_state AS so ON so.source = st.source"
    " WHERE se.element = 'precipitation_1h' AND l.value IS NOT NULL AND l.quality < 2"
    " AND l.observed_at >= :now - make_interval("
    "   secs => coalesce(so.station_silent_after_s, so.silent_after_s))"
    " ORDER BY l.value DESC, l.observed_at DESC, st.id LIMIT 1"
)
_EVENTS = text(
    "SELECT id, at, kind, severity, text_ja, text_en, layer, feature,"
    " ST_X(geom) AS lon, ST_Y(geom) AS lat"
    " FROM event WHERE at <= :now + interval '5 minutes' ORDER BY at DESC, id DESC LIMIT 30"
)
_INCIDENT = text(
    "SELECT id, name AS title, kind, began_at, headquarters_name, headquarters_level,"
    " headquarters_since, is_drill FROM incident WHERE ended_at IS NULL"
    " ORDER BY began_at DESC, id DESC LIMIT 1"
)


def summary(session: Session, catalog: Catalog, now: datetime) -> dict[str, Any]:
    """Return what the wall says in numbers at world time `now`.

    Keys: at, incident, alerts, rivers, closures, shelters, outages, rain, sources, events.
    """
    at = {"now": now}
    incident = _rows(session, _INCIDENT, {})
    rain = _rows(session, _RAIN, at)
    return {
        "at": wire.moment(now),
        "incident": incident[0] if incident else None,
        "alerts": _alerts(session),
        "rivers": _rivers(collection(session, catalog.get("rivers"), now)["features"]),
        "closures": _closures(session, at),
        "shelters": _shelters(_rows(session, _SHELTERS, at)[0]),
        "outages": _outages(_rows(session, _OUTAGES, at)[0]),
        "rain": rain[0] if rain else None,
        "sources": reports(session, now),
        "events": _rows(session, _EVENTS, at),
    }


def _rows(session: Session, query: TextClause, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = session.execute(query, values).mappings()
    return [{name: wire.plain(value) for name, value in row.items()} for row in rows]


def _alerts(session: Session) -> list[dict[str, Any]]:
    """Return levels 5 to 2, worst first, each with its municipalities."""
    told = {row["level"]: row for row in _rows(session, _ALERTS, {})}
    return [
        {
            "level": level,
            "count": told[level]["count"] if level in told else 0,
            "names": told[level]["names"] if level in told else [],
        }
        for level in (5, 4, 3, 2)
    ]


def _rivers(gauges: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Count gauges by level; a silent one counts as silent and over no threshold."""
    told = [gauge["properties"] for gauge in gauges]
    unheard = {Freshness.SILENT.value, Freshness.NEVER.value}
    heard = [gauge for gauge in told if gauge["state"] not in unheard]
    high = [gauge for gauge in heard if (gauge["level"] or 0) >= 1]
    high.sort(key=lambda gauge: (-gauge["level"], -(gauge["trend"] or 0), gauge["id"]))
    kept = ("id", "name", "river", "value", "level", "trend", "observed_at", "state")
    return {
        "levels": {str(n): sum(g["level"] == n for g in heard) for n in (5, 4, 3, 2, 1)},
        "watching": sum(gauge["watching"] for gauge in heard),
        "no_value": sum(gauge["value"] is None for gauge in heard),
        "silent": len(told) - len(heard),
        "total": len(told),
        "top": [{name: gauge[name] for name in kept} for gauge in high[:TOP_RIVERS]],
    }


def _closures(session: Session, at: Mapping[str, Any]) -> dict[str, Any]:
    row = _rows(session, _CLOSURES, at)[0]
    return {
        "count": row["count"],
        "restricted": row["restricted"],
        "begun_1h": row["begun"],
        "ended_1h": row["ended"],
        "change_1h": row["begun"] - row["ended"],
        "newest": _rows(session, _NEWEST_CLOSURES, at),
    }


def _shelters(row: dict[str, Any]) -> dict[str, Any]:
    crowding = {n: row.pop(n) for n in ("empty", "slightly", "crowded", "full", "unknown")}
    return {**row, "crowding": crowding, "change_1h": row["opened_1h"] - row["closed_1h"]}


def _outages(row: dict[str, Any]) -> dict[str, Any]:
    """Return households as told: None when areas are out and none said how many."""
    about = row.pop("about") or bool(row["unknown_areas"])
    if not row["areas"]:
        row["households"] = 0 if row["observed_at"] else None
    return {**row, "qualifier": "about" if about else "exact"}

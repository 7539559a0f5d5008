"""Finding things by name for the desk, and the event log of one thing."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.clock import world
from core.db.schema.reported import Event
from core.db.schema.system import QuarantineRow

MAX_TEXT = 60
MAX_HITS = 50
MAX_EVENTS = 500
MAX_IDS = 1_000

# Each branch is limited by itself, so that one kind with a thousand hits does not hide the others;
# names that begin with the text come first.
_PLACES = text(
    """
    WITH hit AS (
      (SELECT CASE kind WHEN 'river' THEN 'rivers' ELSE 'rain' END AS layer, id::text AS id, name,
              coalesce(attributes ->> 'river', '') AS detail, geom
         FROM station WHERE name ILIKE :like AND geom IS NOT NULL
        ORDER BY name NOT ILIKE :start, length(name), name LIMIT :limit)
      UNION ALL
      (SELECT 'shelters', id::text, name, coalesce(address, ''), geom
         FROM shelter WHERE (name ILIKE :like OR kana ILIKE :like) AND geom IS NOT NULL
        ORDER BY name NOT ILIKE :start, length(name), name LIMIT :limit)
      UNION ALL
      (SELECT NULL, key, name, prefecture, ST_PointOnSurface(geom)
         FROM boundary WHERE name ILIKE :like
        ORDER BY name NOT ILIKE :start, length(name), name LIMIT :limit)
      UNION ALL
      (SELECT 'closures', id::text, coalesce(road_name, place), coalesce(place, ''),
              ST_PointOnSurface(geom)
         FROM restriction
        WHERE (road_name ILIKE :like OR place ILIKE :like) AND NOT lifted AND geom IS NOT NULL
          AND (ended_at IS NULL OR ended_at > :now)
        ORDER BY coalesce(road_name, place) NOT ILIKE :start, id LIMIT :limit)
      UNION ALL
      (SELECT * FROM (
         SELECT DISTINCT ON (coalesce(name, ref)) NULL AS layer, id::text AS id,
                coalesce(name, ref) AS name, coalesce(ref, '') AS detail,
                ST_LineInterpolatePoint(geom, 0.5) AS geom
           FROM road_link WHERE name ILIKE :like OR ref ILIKE :like
          ORDER BY coalesce(name, ref), length_m DESC) AS road
        LIMIT :limit)
    )
    SELECT layer, id, name, detail, ST_X(geom) AS lon, ST_Y(geom) AS lat
      FROM hit ORDER BY name NOT ILIKE :start, length(name), name LIMIT :limit
    """
)


def places(session: Session, wanted: str, limit: int) -> Sequence[Mapping[str, Any]]:
    """Return things whose name holds a text: `{layer, id, name, detail, lon, lat}` (degrees)."""
    needle = "".join(c for c in wanted[:MAX_TEXT] if c.isprintable()).strip()
    if not needle:
        return []
    escaped = needle.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {
        "like": f"%{escaped}%",
        "start": f"{escaped}%",
        "limit": max(1, min(limit, MAX_HITS)),
        "now": world(),
    }
    return [dict(row) for row in session.execute(_PLACES, values).mappings()]


def events(session: Session, layer: str | None, feature: str | None, limit: int) -> Sequence[Event]:
    """Return the newest lines of the event log, of a layer, of a thing in it, or of everything."""
    statement = select(Event).order_by(Event.at.desc(), Event.id.desc())
    if layer is not None:
        statement = statement.where(Event.layer == layer)
    if feature is not None:
        statement = statement.where(Event.feature == feature)
    return session.scalars(statement.limit(max(1, min(limit, MAX_EVENTS)))).all()


def quarantine_sources(session: Session, ids: Sequence[int]) -> Sequence[tuple[int, str]]:
    """Return the source of each rejected row that exists."""
    statement = select(QuarantineRow.id, QuarantineRow.source).where(
        QuarantineRow.id.in_(list(ids)[:MAX_IDS])
    )
    return [(row.id, row.source) for row in session.execute(statement)]

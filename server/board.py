"""What the live line reads from the database: every method blocks and is called in a thread."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from core import clock
from core.clock_store import read_anchor
from core.db.schema.incident import Incident
from core.db.schema.reported import Event
from core.db.schema.system import Heartbeat
from core.db.session import Database
from layers import features, freshness, versions, wire
from layers.catalog import Catalog
from server import summary

READ_AGAIN_S = 5.0
"""Real seconds after which features are read again although nothing was written."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A layer as it was last read."""

    mark: tuple[object, ...]
    """What was in force just before it was read."""
    read_at: float
    content: features.Collection


class Board:
    """The operations database (or a drill's) as open screens see it.

    Every method raises `core.errors.UnavailableError` while the database is gone.
    """

    def __init__(self, database: Database, catalog: Catalog, *, drill: bool) -> None:
        self._database = database
        self._catalog = catalog
        self._drill = drill
        self._held: dict[str, _Held] = {}

    @property
    def small(self) -> frozenset[str]:
        """Return the layers sent as differences."""
        return frozenset(layer.id for layer in self._catalog if layer.kind == "geojson")

    def versions(self) -> dict[str, int]:
        """Return the version of every layer."""
        with self._database.transaction() as session:
            return versions.versions(session, self._catalog)

    def collection(self, layer: str) -> features.Collection:
        """Return a small layer as it is now.

        Sources write their state several times a second; features are read anew only when their
        own tables or the condition of a source changed, or after some seconds, as states move with
        age. Features not read anew are the same list as before.
        """
        definition = self._catalog.get(layer, "geojson")
        now = clock.world()
        with self._database.transaction() as session:
            tables = versions.table_states(session)
            conditions = freshness.conditions(freshness.statuses(session), now)
            mark = (versions.content_mark(definition, tables), conditions)
            held = self._held.get(layer)
            if held and held.mark == mark and time.monotonic() - held.read_at < READ_AGAIN_S:
                version = versions.layer_version(definition, tables)
                return {**held.content, "version": version, "at": wire.moment(now)}
            began = time.monotonic()
            content = features.collection(session, definition, now)
        self._held[layer] = _Held(mark, began, content)
        return content

    def summary(self, known: Mapping[str, features.Collection] | None = None) -> dict[str, Any]:
        """Return the wall's numbers with `sources`: how every source is doing.

        Layers the caller holds already are not read again, so map and numbers agree.
        """
        held = dict(known or {})
        for layer in self.small - held.keys():
            held[layer] = self.collection(layer)
        now = clock.world()
        numbers = summary.summary({name: of["features"] for name, of in held.items()}, now)
        standing = (
            select(Incident)
            .where(Incident.ended_at.is_(None))
            .order_by(Incident.began_at.desc(), Incident.id.desc())
        )
        newest = select(func.max(Heartbeat.at)).where(Heartbeat.kind == "worker")
        with self._database.transaction() as session:
            incident = session.scalars(standing.limit(1)).first()
            beat = session.scalar(newest)
            sources = freshness.reports(session, now)
        return {
            "at": wire.moment(now),
            "incident": None if incident is None else _incident(incident),
            **numbers,
            "cards": summary.cards({layer.id: layer.sources for layer in self._catalog}, sources),
            "worker": summary.worker(beat, clock.real()),
            "sources": sources,
        }

    def events(self, after: int | None, limit: int) -> list[dict[str, Any]]:
        """Return lines of the event log, oldest first: those after an id, or the newest."""
        statement = select(
            Event, func.ST_X(Event.geom).label("lon"), func.ST_Y(Event.geom).label("lat")
        )
        if after is not None:
            statement = statement.where(Event.id > after).order_by(Event.id).limit(limit)
        else:
            statement = statement.order_by(Event.id.desc()).limit(limit)
        with self._database.transaction() as session:
            rows = [_event(row.Event, row.lon, row.lat) for row in session.execute(statement)]
        return sorted(rows, key=lambda row: int(row["id"]))

    def world(self) -> dict[str, Any]:
        """Return world time, its speed, and what is played in a drill."""
        title = ""
        if self._drill:
            with self._database.transaction() as session:
                found = read_anchor(session)
            title = found[1] if found else ""
        return {**self.time(), "title": title}

    def time(self) -> dict[str, Any]:
        """Return world time without asking the database."""
        return {
            "at": clock.world().isoformat(timespec="milliseconds"),
            "speed": clock.WORLD.speed,
            "drill": self._drill,
        }


def _incident(row: Incident) -> dict[str, Any]:
    return {
        "title": row.name,
        "kind": row.kind,
        "began_at": wire.moment(row.began_at),
        "headquarters_name": row.headquarters_name,
        "headquarters_level": row.headquarters_level,
        "headquarters_since": wire.moment(row.headquarters_since),
        "is_drill": row.is_drill,
    }


def _event(row: Event, lon: float | None, lat: float | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": wire.moment(row.at),
        "kind": row.kind,
        "severity": row.severity,
        "text_ja": row.text_ja,
        "text_en": row.text_en,
        "layer": row.layer,
        "feature": row.feature,
        "lon": lon,
        "lat": lat,
    }

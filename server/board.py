"""What the live line reads from the database: every method blocks and is called in a thread."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from core import clock
from core.clock_store import read_anchor
from core.db.schema.reported import Event
from core.db.schema.system import Heartbeat
from core.db.session import Database
from layers import features, summary, versions, wire
from layers.catalog import Catalog

WORKER_SILENT_AFTER_S = 30
"""The worker beats far more often than this."""


class Board:
    """The operations database (or a drill's) as open screens see it.

    Every method raises `core.errors.UnavailableError` while the database is gone.
    """

    def __init__(self, database: Database, catalog: Catalog, *, drill: bool) -> None:
        self._database = database
        self._catalog = catalog
        self._drill = drill

    @property
    def small(self) -> frozenset[str]:
        """Return the layers sent as differences."""
        return frozenset(layer.id for layer in self._catalog if layer.kind == "geojson")

    def versions(self) -> dict[str, int]:
        """Return the version of every layer."""
        with self._database.transaction() as session:
            return versions.versions(session, self._catalog)

    def collection(self, layer: str) -> features.Collection:
        """Return a small layer as it is now."""
        definition = self._catalog.get(layer, "geojson")
        with self._database.transaction() as session:
            return features.collection(session, definition, clock.world())

    def summary(self) -> dict[str, Any]:
        """Return the wall's numbers, and whether a worker lives."""
        with self._database.transaction() as session:
            numbers = summary.summary(session, self._catalog, clock.world())
            beat = session.scalar(select(func.max(Heartbeat.at)).where(Heartbeat.kind == "worker"))
        return {**numbers, "worker": worker(beat, clock.real())}

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


def worker(beat_at: datetime | None, now: datetime) -> dict[str, Any]:
    """Return whether a worker lives, from its newest heartbeat; both times real."""
    if beat_at is None:
        return {"state": "never", "age_s": None}
    age = max(0, int((now - beat_at).total_seconds()))
    return {"state": "silent" if age > WORKER_SILENT_AFTER_S else "ok", "age_s": age}


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

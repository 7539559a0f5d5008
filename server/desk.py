"""What the desk's pages may ask and do (`dashboard.services`), bound to layers and ingest."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar

import shapely
from shapely.geometry import shape

from core import clock, events
from core.auth.actor import Actor
from core.auth.policy import Action, require
from core.clock_store import read_anchor
from core.db.session import Database, DatabaseGoneError
from core.settings import Settings
from dashboard import services as desk
from ingest import service
from ingest.pipeline import Pipeline
from ingest.source import Payload
from layers import series
from layers.features import collection
from layers.freshness import statuses
from layers.service import LayerAccess
from server import search
from server.worker import make_pipeline

Known = TypeVar("Known")
KEPT_S = 2.0
"""The frame of every page asks for the incident; it need not be read each time."""


class Remembered:
    """A value that is read now and then, and stays as it was while the database is gone."""

    def __init__(self, default: Any) -> None:  # noqa: ANN401 - of whatever is remembered
        self._value = default
        self._at = -KEPT_S
        self._lock = Lock()

    def get(self, read: Callable[[], Known]) -> Known:
        """Return the value, read anew when it is older than `KEPT_S` and can be."""
        with self._lock:
            if time.monotonic() - self._at >= KEPT_S:
                # Also after a failure: a database that does not answer must not be waited for
                # again by each page.
                with suppress(DatabaseGoneError):
                    self._value = read()
                self._at = time.monotonic()
            value: Known = self._value
            return value


class Asking:
    """Questions that every signed-in person may ask."""

    def __init__(self, database: Database, layers: LayerAccess, *, drill: bool) -> None:
        self._database = database
        self._layers = layers
        self._drill = drill
        self._catalogue = Remembered(())
        self._incident = Remembered(None)
        self._title = Remembered("")

    def catalogue(self) -> Sequence[desk.LayerInfo]:
        """Return the layers in drawing order, lowest first; as last known without a database."""
        return self._catalogue.get(self._read_catalogue)

    def feature(
        self, layer: str, feature_id: str, at: datetime | None = None
    ) -> desk.Feature | None:
        """Return one thing of a small layer now or at a past time, None for other layers."""
        definition = self._layers.catalog.get(layer)
        if definition.kind != "geojson":
            return None
        with self._database.transaction() as session:
            found = collection(session, definition, clock.world(), at)
        for feature in found["features"]:
            if str(feature["id"]) == feature_id:
                return _feature(layer, feature)
        return None

    def station_series(
        self, station: str, hours: int, until: datetime
    ) -> desk.StationSeries | None:
        """Return a station's last hours up to a world time, None when there is no such station."""
        if not station.isdigit() or len(station) > 9:  # noqa: PLR2004 - PostgreSQL's integer
            return None
        with self._database.transaction() as session:
            try:
                found = series.station_series(session, int(station), until, hours)
            except series.UnknownStationError:
                return None
        return desk.StationSeries(
            station=station,
            name=str(found.station["name"]),
            kind=str(found.station["kind"]),
            thresholds=found.station["thresholds"] or {},
            until=until,
            hours=hours,
            series=tuple(_series(name, told) for name, told in found.elements.items()),
        )

    def events(self, layer: str | None, feature: str | None, limit: int) -> Sequence[desk.Event]:
        """Return the newest lines of the event log, of one thing or of everything."""
        with self._database.transaction() as session:
            return [
                desk.Event(
                    id=row.id,
                    at=row.at,
                    kind=row.kind,
                    severity=row.severity,
                    text=row.text_ja,
                    text_en=row.text_en,
                    layer=row.layer,
                    feature=row.feature,
                )
                for row in search.events(session, layer, feature, limit)
            ]

    def incident(self) -> desk.Incident | None:
        """Return the disaster being worked on; as last known without a database."""
        return self._incident.get(self._read_incident)

    def search(self, text: str, limit: int) -> Sequence[desk.Hit]:
        """Return places, stations, shelters and roads whose name holds the text."""
        with self._database.transaction() as session:
            return [desk.Hit(**row) for row in search.places(session, text, limit)]

    def world(self) -> desk.World:
        """Return world time."""
        title = self._title.get(self._read_title) if self._drill else ""
        return desk.World(at=clock.world(), speed=clock.WORLD.speed, title=title)

    def _read_catalogue(self) -> Sequence[desk.LayerInfo]:
        with self._database.transaction() as session:
            told = self._layers.catalogue(session)
        return tuple(
            desk.LayerInfo(
                id=layer["id"],
                title=layer["title"],
                title_en=layer["title_en"],
                group=layer["group"],
                kind=layer["kind"],
                version=layer["version"],
                attribution=layer["attribution"],
                sources=tuple(layer["sources"]),
                visible=layer["default"],
            )
            for layer in told
        )

    def _read_incident(self) -> desk.Incident | None:
        return current_incident(self._database)

    def _read_title(self) -> str:
        with self._database.transaction() as session:
            found = read_anchor(session)
        return found[1] if found else ""


class Tending:
    """What keeps the sources going; those that change something need the role."""

    def __init__(self, database: Database, pipeline: Pipeline) -> None:
        self._database = database
        self._pipeline = pipeline

    def source_statuses(self, actor: Actor) -> Sequence[desk.SourceStatus]:
        """Return every source and how it is doing."""
        now = clock.world()
        with self._database.transaction() as session:
            known = statuses(session)
            rows = service.source_rows(session, actor)
        return [_status(row, str(known[row.manifest.name].condition(now))) for row in rows]

    def quarantine(
        self, actor: Actor, source: str, limit: int, offset: int
    ) -> Sequence[desk.QuarantineRow]:
        """Return the open refused rows of a source, newest first."""
        with self._database.transaction() as session:
            rows = service.quarantine_rows(session, actor, source=source, limit=offset + limit)
        return [_refused(row) for row in rows[offset : offset + limit]]

    def retry_quarantine(self, actor: Actor, ids: Sequence[int]) -> desk.RetryOutcome:
        """Try refused rows again, source by source."""
        require(actor, Action.RETRY_QUARANTINE)
        by_source: defaultdict[str, list[int]] = defaultdict(list)
        with self._database.transaction() as session:
            for row_id, source in search.quarantine_sources(session, ids):
                by_source[source].append(row_id)
        done = [
            service.retry_quarantine(self._pipeline, actor, source=source, ids=chosen)
            for source, chosen in by_source.items()
        ]
        return desk.RetryOutcome(
            resolved=sum(one.resolved for one in done),
            remaining=sum(one.still_rejected for one in done),
        )

    def dismiss_quarantine(self, actor: Actor, ids: Sequence[int]) -> int:
        """Lay refused rows aside; returns how many."""
        with self._database.transaction() as session:
            return service.dismiss_quarantine(session, actor, ids)

    def switch_source(self, actor: Actor, name: str, enabled: bool) -> None:
        """Switch a source on or off."""
        with self._database.transaction() as session:
            service.switch_source(session, actor, name, enabled=enabled)

    def run_source_now(self, actor: Actor, name: str) -> None:
        """Ask the worker to fetch a source now."""
        with self._database.transaction() as session:
            service.ask_now(session, actor, name)
            events.notify(session, "source", name=name)

    def import_file(self, actor: Actor, source: str, name: str, content: bytes) -> desk.Imported:
        """Take in a file as if the source had told it."""
        payload = Payload(name=name, content=content, fetched_at=clock.world())
        counts = service.import_file(self._pipeline, actor, source, payload)
        with self._database.transaction() as session:
            events.notify(session, "source", name=source)
        return desk.Imported(counts=counts)

    def move_station(self, actor: Actor, station: str, lon: float, lat: float) -> None:
        """Correct the position of a station."""
        with self._database.transaction() as session:
            service.move_station(session, actor, int(station), lon, lat)


class Leading:
    """The disaster being worked on."""

    def __init__(self, database: Database, *, drill: bool) -> None:
        self._database = database
        self._drill = drill

    def incident(self) -> desk.Incident | None:
        """Return it as it is this moment."""
        return current_incident(self._database)

    def open_incident(self, actor: Actor, draft: desk.IncidentDraft) -> None:
        """Begin the work on one; in a drill it says so of itself."""
        values = {**asdict(draft), "is_drill": self._drill}
        with self._database.transaction() as session:
            service.open_incident(session, actor, values)

    def edit_incident(self, actor: Actor, incident: int, draft: desk.IncidentDraft) -> None:
        """Change what is said of one."""
        with self._database.transaction() as session:
            service.edit_incident(session, actor, incident, asdict(draft))

    def close_incident(self, actor: Actor, incident: int) -> None:
        """End the work on one."""
        with self._database.transaction() as session:
            service.close_incident(session, actor, incident)


def current_incident(database: Database) -> desk.Incident | None:
    """Return the disaster being worked on."""
    with database.transaction() as session:
        row = service.current_incident(session)
    if row is None:
        return None
    names = [field.name for field in fields(desk.Incident)]
    return desk.Incident(**{name: getattr(row, name) for name in names})


def desk_services(database: Database, layers: LayerAccess, settings: Settings) -> desk.Services:
    """Return all that pages may use."""
    return desk.Services(
        ask=Asking(database, layers, drill=settings.drill.active),
        tend=Tending(database, make_pipeline(settings, database)),
        lead=Leading(database, drill=settings.drill.active),
        drill=settings.drill.active,
        gsi_tiles=settings.map.base != "builtin",
    )


def _feature(layer: str, feature: dict[str, Any]) -> desk.Feature | None:
    if feature["geometry"] is None:
        return None
    point = shapely.point_on_surface(shape(feature["geometry"]))
    return desk.Feature(
        layer=layer,
        id=str(feature["id"]),
        properties=feature["properties"],
        lon=float(shapely.get_x(point)),
        lat=float(shapely.get_y(point)),
    )


def _series(element: str, told: dict[str, Any]) -> desk.Series:
    return desk.Series(
        element=element,
        unit=told["unit"],
        times=tuple(datetime.fromisoformat(moment) for moment in told["at"]),
        values=tuple(told["value"]),
    )


def _status(row: service.SourceRow, condition: str) -> desk.SourceStatus:
    manifest, state = row.manifest, row.state
    return desk.SourceStatus(
        name=manifest.name,
        title=manifest.title,
        title_en=manifest.title_en,
        short=manifest.short,
        state=condition,
        enabled=state.enabled,
        interval_s=state.interval_s,
        late_after_s=state.late_after_s,
        silent_after_s=state.silent_after_s,
        last_success_at=state.last_success_at,
        last_attempt_at=state.last_attempt_at,
        newest_observed_at=state.newest_observed_at,
        next_due_at=state.next_due_at,
        failures=state.failures,
        last_error=state.last_error,
        counts=state.counts,
        quarantined=row.quarantined,
        owner=manifest.owner,
        licence=manifest.licence,
        credit=manifest.credit,
        permission=manifest.permission,
        files=manifest.files,
        most_bytes=manifest.max_payload_bytes,
    )


def _refused(row: Any) -> desk.QuarantineRow:  # noqa: ANN401 - the row of the schema
    names = (
        "id", "source", "reason", "message", "locator", "payload_name", "raw", "times",
        "first_at", "last_at", "state",
    )  # fmt: skip
    return desk.QuarantineRow(**{name: getattr(row, name) for name in names})

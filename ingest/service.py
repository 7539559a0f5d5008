"""Use cases with an actor: the door for the dashboard, the command line and the worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shapely.geometry import Point
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit, events
from core.auth.actor import Actor
from core.auth.policy import Action, require
from core.clock import world
from core.db.schema.incident import Incident
from core.db.schema.reported import Event
from core.db.schema.system import PayloadRow, QuarantineRow, SourceState
from core.db.session import DatabaseGoneError
from core.errors import HinomiError, InvalidError
from core.geo import in_japan
from ingest import incidents, registry, repository
from ingest.pipeline import Pipeline
from ingest.source import Manifest, Payload

MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as the sources page shows it: what it is, and how it is doing."""

    manifest: Manifest
    state: SourceState
    quarantined: int
    """Open rows in quarantine."""


def register_sources(session: Session) -> None:
    """Bring the rows of all sources to what their manifests say; safe at every start."""
    manifests = [source.manifest for source in registry.sources().values()]
    repository.sync_manifests(session, manifests, world())


def source_rows(session: Session, actor: Actor) -> list[SourceRow]:
    """Return every source with its state."""
    require(actor, Action.SEE_SOURCES)
    counted = select(QuarantineRow.source, func.count()).where(QuarantineRow.state == "open")
    open_rows = dict(session.execute(counted.group_by(QuarantineRow.source)).all())
    states = {row.source: row for row in session.scalars(select(SourceState))}
    return [
        SourceRow(source.manifest, states[name], open_rows.get(name, 0))
        for name, source in registry.sources().items()
        if name in states
    ]


def due_sources(session: Session) -> list[str]:
    """Return sources that are switched on and due by world time."""
    statement = select(SourceState.source).where(
        SourceState.enabled,
        SourceState.next_due_at <= world(),
        SourceState.source.in_(registry.sources()),
    )
    return list(session.scalars(statement.order_by(SourceState.next_due_at)))


def switch_source(session: Session, actor: Actor, name: str, *, enabled: bool) -> None:
    """Switch a source on or off; what it told stays.

    Raises
    ------
    NotAllowedError
        When the actor's role may not.
    UnknownSourceError
        When there is no such source.
    """
    require(actor, Action.SWITCH_SOURCE)
    registry.source(name)
    state = repository.lock_state(session, name)
    if state.enabled == enabled:
        return
    state.enabled, state.since, state.next_due_at = enabled, world(), world()
    state.failures = 0
    word = "source.on" if enabled else "source.off"
    audit.record(session, actor=actor.label, action=word, subject=name)
    events.notify(session, "source", name=name)


def ask_now(session: Session, actor: Actor, name: str) -> None:
    """Make a source due at once; the worker takes it up within seconds."""
    require(actor, Action.SWITCH_SOURCE)
    state = repository.lock_state(session, name)
    if not state.enabled:
        message = "切になっている情報源は受信できません。先に入にしてください"
        raise InvalidError(message)
    state.next_due_at = world()
    audit.record(session, actor=actor.label, action="source.ask", subject=name)


def quarantine_rows(
    session: Session, actor: Actor, *, source: str | None = None, state: str = "open",
    limit: int = 200,
) -> Sequence[QuarantineRow]:  # fmt: skip
    """Return rejected rows, newest first."""
    require(actor, Action.SEE_SOURCES)
    statement = select(QuarantineRow).where(QuarantineRow.state == state)
    if source:
        statement = statement.where(QuarantineRow.source == source)
    statement = statement.order_by(QuarantineRow.last_at.desc(), QuarantineRow.id.desc())
    return session.scalars(statement.limit(min(limit, MOST_ROWS))).all()


def dismiss_quarantine(session: Session, actor: Actor, ids: Sequence[int]) -> int:
    """Mark rejected rows as seen and not wanted; return how many."""
    require(actor, Action.RETRY_QUARANTINE)
    done = repository.dismiss_rejected(session, ids)
    audit.record(session, actor=actor.label, action="quarantine.dismiss",
                 subject=",".join(str(i) for i in ids[:50]))  # fmt: skip
    return done


@dataclass(frozen=True, slots=True)
class Retried:
    """What a retry of quarantined rows came to."""

    payloads: int
    resolved: int
    still_rejected: int
    errors: tuple[str, ...]


def retry_quarantine(
    pipeline: Pipeline, actor: Actor, *, source: str, ids: Sequence[int] | None = None
) -> Retried:
    """Parse the payloads of open rejected rows again, after a fix; rows that pass are resolved.

    The whole payload is replayed from the archive: rows that were good change nothing, since a
    replayed payload is never newer than what is known.
    """
    require(actor, Action.RETRY_QUARANTINE)
    with pipeline.database.transaction() as session:
        chosen = repository.open_rejected(session, source, ids)
        audit.record(session, actor=actor.label, action="quarantine.retry", subject=source,
                     detail={"rows": len(chosen)})  # fmt: skip
    payload_ids = sorted({row.payload_id for row in chosen if row.payload_id is not None})
    resolved: set[int] = set()
    errors: list[str] = []
    for payload_id in payload_ids:
        try:
            resolved |= _replay(pipeline, source, payload_id)
        except DatabaseGoneError:
            raise
        except HinomiError as error:
            errors.append(error.message)
    done = sum(row.id in resolved for row in chosen)
    return Retried(len(payload_ids), done, len(chosen) - done, tuple(errors))


def _replay(pipeline: Pipeline, source: str, payload_id: int) -> set[int]:
    """Load a payload again; resolve its rejected rows that are not rejected any more."""
    with pipeline.database.transaction() as session:
        rows = repository.open_rejected(session, source)
        before = {(row.id, row.times) for row in rows if row.payload_id == payload_id}
    pipeline.load(registry.source(source), pipeline.archive.replay(payload_id))
    with pipeline.database.transaction() as session:
        return repository.resolve_rejected(session, before)


def import_file(pipeline: Pipeline, actor: Actor, name: str, payload: Payload) -> dict[str, int]:
    """Take in a file somebody dropped, through the same archive and checks; return counts."""
    require(actor, Action.IMPORT_FILE)
    source = registry.source(name)
    if len(payload.content) > source.manifest.max_payload_bytes:
        message = f"ファイルが大きすぎます（上限 {source.manifest.max_payload_bytes:,} バイト）"
        raise InvalidError(message)
    with pipeline.database.transaction() as session:
        audit.record(session, actor=actor.label, action="source.import", subject=name,
                     detail={"file": payload.name, "bytes": len(payload.content)})  # fmt: skip
    return pipeline.load(source, pipeline.archive.keep(name, payload))


def failed_payloads(session: Session, actor: Actor, *, limit: int = 100) -> Sequence[PayloadRow]:
    """Return payloads that could not be understood as a whole, newest first."""
    require(actor, Action.SEE_SOURCES)
    statement = select(PayloadRow).where(PayloadRow.error.is_not(None))
    return session.scalars(statement.order_by(PayloadRow.id.desc()).limit(limit)).all()


def move_station(session: Session, actor: Actor, station_id: int, lon: float, lat: float) -> None:
    """Put a station where it really stands (degrees); the source no longer moves it."""
    require(actor, Action.MOVE_POINT)
    if not in_japan(lon, lat):
        message = "日本の範囲の外には動かせません"
        raise InvalidError(message)
    repository.place_station(session, station_id, Point(lon, lat), actor.label)
    audit.record(session, actor=actor.label, action="station.move", subject=str(station_id),
                 detail={"lon": lon, "lat": lat})  # fmt: skip


def event_log(session: Session, actor: Actor, *, limit: int = 50) -> Sequence[Event]:
    """Return the newest lines of the event log."""
    require(actor, Action.SEE_MAP)
    statement = select(Event).order_by(Event.at.desc(), Event.id.desc())
    return session.scalars(statement.limit(min(limit, MOST_ROWS))).all()


def current_incident(session: Session) -> Incident | None:
    """Return the disaster being worked on: the newest that has not ended."""
    found: Incident | None = session.scalars(incidents.standing().limit(1)).first()
    return found


def known_incidents(session: Session, actor: Actor, *, limit: int = 100) -> Sequence[Incident]:
    """Return disasters, those being worked on first, then the newest."""
    require(actor, Action.SEE_MAP)
    return incidents.newest(session, min(limit, MOST_ROWS))


def open_incident(session: Session, actor: Actor, values: Mapping[str, Any]) -> Incident:
    """Open an incident: name, kind, began_at and whatever else is known of it.

    Raises
    ------
    NotAllowedError
        When the actor's role may not.
    InvalidError
        When something is missing or cannot be.
    """
    require(actor, Action.EDIT_INCIDENT)
    incident = repository.add_incident(session, incidents.checked(values, world()))
    audit.record(session, actor=actor.label, action="incident.open", subject=str(incident.id),
                 detail={"name": incident.name})  # fmt: skip
    events.notify(session, "incident")
    return incident


def edit_incident(
    session: Session, actor: Actor, incident_id: int, values: Mapping[str, Any]
) -> Incident:
    """Change what is said of an incident; fields that are not named stay as they are.

    Raises
    ------
    NotAllowedError
        When the actor's role may not.
    NotFoundError
        When there is no such incident.
    InvalidError
        When something is missing or cannot be.
    """
    require(actor, Action.EDIT_INCIDENT)
    incident = incidents.locked(session, incident_id)
    known = {field: getattr(incident, field) for field in incidents.FIELDS}
    wanted = incidents.checked({**known, **values}, world())
    changed = repository.change_incident(session, incident, wanted)
    if changed:
        audit.record(session, actor=actor.label, action="incident.edit",
                     subject=str(incident_id), detail=changed)  # fmt: skip
        events.notify(session, "incident")
    return incident


def close_incident(
    session: Session, actor: Actor, incident_id: int, ended_at: datetime | None = None
) -> Incident:
    """End the work on an incident, now or as of a moment; all that was recorded stays.

    Raises
    ------
    NotAllowedError, NotFoundError
        As `edit_incident`.
    InvalidError
        When it has ended already, or would end before it began.
    """
    require(actor, Action.EDIT_INCIDENT)
    incident = incidents.locked(session, incident_id)
    if incident.ended_at is not None:
        message = f"「{incident.name}」への対応はすでに終わっています"
        raise InvalidError(message)
    known = {field: getattr(incident, field) for field in incidents.FIELDS}
    # One that was opened ahead of its hour, and did not come, ends where it would have begun.
    end = ended_at or max(world(), incident.began_at)
    wanted = incidents.checked({**known, "ended_at": end}, world())
    repository.change_incident(session, incident, wanted)
    audit.record(session, actor=actor.label, action="incident.close", subject=str(incident_id),
                 detail={"name": incident.name, "ended_at": end.isoformat()})  # fmt: skip
    events.notify(session, "incident")
    return incident

"""The only writer of what is observed, reported or imported; nothing here commits."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from geoalchemy2.shape import from_shape
from shapely.geometry import Point
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.db.schema.observed import Series, Station
from core.db.schema.reported import Event
from core.db.schema.system import PayloadRow, QuarantineRow, SourceState
from core.errors import NotFoundError
from ingest.happenings import Happening
from ingest.records import Rejected
from ingest.records import Station as StationRecord
from ingest.source import Manifest, Payload
from ingest.staging import Absent, Change, end_absent, merge, stage
from ingest.tables import Form, Told

QUARANTINE_RAW = 4_000


# ── payloads ────────────────────────────────────────────────────────────────────────────────────


def add_payload(session: Session, source: str, payload: Payload, digest: str) -> int:
    """Add a payload that was fetched; an empty digest says that its bytes could not be kept."""
    row = PayloadRow(
        source=source,
        name=payload.name,
        url=payload.url,
        sha256=digest,
        size=len(payload.content),
        archived=bool(digest),
        fetched_at=payload.fetched_at,
    )
    session.add(row)
    session.flush()
    return row.id


def payload_row(session: Session, payload_id: int) -> PayloadRow:
    """Return one payload's row.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    row = session.get(PayloadRow, payload_id)
    if row is None:
        message = f"受信記録 {payload_id} はありません"
        raise NotFoundError(message)
    return row


def unparsed_payloads(session: Session, source: str) -> Sequence[PayloadRow]:
    """Return kept payloads that were neither parsed nor refused: a crash left them."""
    statement = select(PayloadRow).where(
        PayloadRow.source == source,
        PayloadRow.parsed_at.is_(None),
        PayloadRow.error.is_(None),
        PayloadRow.archived,
    )
    return session.scalars(statement.order_by(PayloadRow.id)).all()


def finish_payload(
    session: Session, payload_id: int, now: datetime, counts: Mapping[str, int]
) -> None:
    """Mark a payload as parsed, in the transaction that wrote its records."""
    values = {"parsed_at": now, "counts": dict(counts), "error": None}
    session.execute(update(PayloadRow).where(PayloadRow.id == payload_id).values(values))


def refuse_payload(session: Session, payload_id: int, error: str) -> None:
    """Mark a payload as not understood as a whole."""
    session.execute(update(PayloadRow).where(PayloadRow.id == payload_id).values(error=error))


# ── stations ────────────────────────────────────────────────────────────────────────────────────


def upsert_stations(
    session: Session, source: str, stations: Iterable[StationRecord], now: datetime
) -> None:
    """Describe stations; a position set by hand stays, thresholds told as nothing are kept."""
    unique = {station.key: station for station in stations}
    if not unique:
        return
    rows = [
        {
            "source": source,
            "key": station.key,
            "name": station.name,
            "kind": station.kind,
            "geom": None
            if station.lon is None or station.lat is None
            else from_shape(Point(station.lon, station.lat), srid=4326),
            "elevation_m": station.elevation_m,
            "municipality_code": station.municipality_code,
            "thresholds": dict(station.thresholds),
            "attributes": dict(station.attributes),
            "updated_at": now,
        }
        for station in sorted(unique.values(), key=lambda station: station.key)
    ]
    statement = insert(Station)
    new, known = statement.excluded, Station.__table__.c
    changed = {
        "name": new.name,
        "kind": new.kind,
        "geom": text(
            "CASE WHEN station.moved_by IS NULL THEN coalesce(excluded.geom, station.geom)"
            " ELSE station.geom END"
        ),
        "elevation_m": func.coalesce(new.elevation_m, known.elevation_m),
        "municipality_code": func.coalesce(new.municipality_code, known.municipality_code),
        "thresholds": text("station.thresholds || excluded.thresholds"),
        "attributes": new.attributes,
        "updated_at": new.updated_at,
    }
    differs = text(
        "(excluded.name, excluded.kind, excluded.geom::text, excluded.attributes,"
        " station.thresholds || excluded.thresholds)"
        " IS DISTINCT FROM (station.name, station.kind, station.geom::text, station.attributes,"
        " station.thresholds)"
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["source", "key"], set_=changed, where=differs
        ),
        rows,
    )


def resolve_series(
    session: Session, source: str, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Return series ids by station key and element, made where missing; unknown stations are left out."""
    keys = {station for station, _ in wanted}
    stations = dict(
        session.execute(
            select(Station.key, Station.id).where(Station.source == source, Station.key.in_(keys))
        ).tuples()
    )
    rows = [
        {"station_id": stations[station], "element": element}
        for station, element in sorted(wanted)
        if station in stations
    ]
    if rows:
        session.execute(insert(Series).on_conflict_do_nothing(), rows)
    found = session.execute(
        select(Station.key, Series.element, Series.id)
        .join(Series, Series.station_id == Station.id)
        .where(Station.source == source, Station.key.in_(keys))
    )
    return {(key, element): identity for key, element, identity in found}


# ── reported things ─────────────────────────────────────────────────────────────────────────────


def write_reported(
    session: Session, form: Form, records: Sequence[Any], told: Told
) -> tuple[list[Change], list[tuple[Any, str]]]:
    """Upsert records of one kind; return changes, and records PostGIS refused with its reason.

    A refused record is found by halving, so that one bad row never keeps the others out.
    """
    if not records:
        return [], []
    rows = [form.row(record, told) for record in records]
    try:
        with session.begin_nested():
            stage(session, form.table, rows)
            return merge(session, form.table, form.watched), []
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.InternalError_) as error:
        if len(records) == 1:
            return [], [(records[0], str(error).splitlines()[0][:300])]
    half = len(records) // 2
    first = write_reported(session, form, records[:half], told)
    second = write_reported(session, form, records[half:], told)
    return first[0] + second[0], first[1] + second[1]


def end_unnamed(session: Session, form: Form, absent: Absent) -> list[Change]:
    """Mark what a complete payload no longer names as ended."""
    if form.ended is None:
        return []
    return end_absent(session, form.table, absent, form.ended, form.watched)


def add_happenings(session: Session, found: Sequence[Happening]) -> None:
    """Add lines to the event log; the same happening again is ignored."""
    if not found:
        return
    rows = [
        {name: getattr(line, name) for name in Happening.__slots__}
        for line in {line.dedup: line for line in found}.values()
    ]
    session.execute(insert(Event).on_conflict_do_nothing(index_elements=["dedup"]), rows)


# ── quarantine ──────────────────────────────────────────────────────────────────────────────────


def quarantine(
    session: Session, source: str, rejected: Sequence[Rejected], payload: tuple[int, Payload]
) -> None:
    """Keep rejected rows; the same bad row again only counts up, and is open again."""
    payload_id, told = payload
    rows = {}
    for item in rejected:
        raw = item.raw.replace("\x00", "�")[:QUARANTINE_RAW]
        fingerprint = hashlib.sha256(f"{item.reason}\n{raw}".encode()).hexdigest()
        rows[fingerprint] = {
            "source": source,
            "fingerprint": fingerprint,
            "payload_id": payload_id,
            "payload_name": told.name,
            "reason": item.reason,
            "message": item.message.replace("\x00", "�"),
            "locator": item.locator,
            "raw": raw,
            "first_at": told.fetched_at,
            "last_at": told.fetched_at,
        }
    if not rows:
        return
    statement = insert(QuarantineRow)
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["source", "fingerprint"],
            set_={
                "times": QuarantineRow.times + 1,
                "last_at": new.last_at,
                "payload_id": new.payload_id,
                "payload_name": new.payload_name,
                "locator": new.locator,
                "message": new.message,
                "state": text(
                    "CASE quarantine.state WHEN 'dismissed' THEN 'dismissed' ELSE 'open' END"
                ),
            },
        ),
        list(rows.values()),
    )


# ── states of sources ───────────────────────────────────────────────────────────────────────────


def sync_manifests(session: Session, manifests: Iterable[Manifest], now: datetime) -> None:
    """Bring the rows of all sources to what their manifests say; switches stay as people set them."""
    described = ("title", "title_en", "short", "credit", "interval_s", "late_after_s",
                 "silent_after_s", "station_silent_after_s")  # fmt: skip
    rows = [
        {"source": manifest.name, "enabled": manifest.enabled, "since": now, "next_due_at": now}
        | {name: getattr(manifest, name) for name in described}
        for manifest in manifests
    ]
    if rows:
        statement = insert(SourceState)
        changed = {name: statement.excluded[name] for name in described}
        session.execute(
            statement.on_conflict_do_update(index_elements=["source"], set_=changed), rows
        )


def lock_state(session: Session, source: str) -> SourceState:
    """Return a source's state, locked until the transaction ends.

    Raises
    ------
    NotFoundError
        When manifests were never synchronised.
    """
    statement = select(SourceState).where(SourceState.source == source).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        message = f"情報源 {source} は登録されていません"
        raise NotFoundError(message)
    return row

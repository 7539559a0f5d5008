"""The only writer of what is observed, reported or imported; nothing here commits."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from geoalchemy2.shape import from_shape
from psycopg.types.json import Jsonb
from shapely.errors import ShapelyError
from shapely.geometry import Point
from sqlalchemy import select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.db.schema.incident import Incident
from core.db.schema.observed import Station
from core.db.schema.system import PayloadRow, QuarantineRow, SourceState
from core.errors import NotFoundError
from ingest import event_log, incidents
from ingest.happenings import Happening
from ingest.observations import driver
from ingest.records import Rejected
from ingest.records import Station as StationRecord
from ingest.source import Manifest, Payload
from ingest.staging import Absent, Change, end_absent, merge, stage
from ingest.tables import Form, Told

QUARANTINE_RAW = 4_000
# One statement for many rows fires each version trigger once; PostgreSQL takes 65,535 parameters.
ROWS_PER_STATEMENT = 2_000
RECORDS_AT_ONCE = 10_000
# What a value that cannot be stored raises, in PostGIS, in the driver or on the way there.
REFUSALS = (
    psycopg.DataError, psycopg.IntegrityError, psycopg.errors.InternalError_, ShapelyError,
    TypeError, ValueError,
)  # fmt: skip


def storable(text: str) -> str:
    """Return a text without what PostgreSQL cannot hold: NUL and lone surrogates."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:300]


def _parts(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        yield rows[start : start + ROWS_PER_STATEMENT]


# ── payloads ────────────────────────────────────────────────────────────────────────────────────


def add_payload(session: Session, source: str, payload: Payload, digest: str) -> int:
    """Add a payload that was fetched; an empty digest says that its bytes could not be kept."""
    row = PayloadRow(
        source=source,
        name=storable(payload.name),
        url=storable(payload.url) if payload.url else None,
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
    session.execute(
        update(PayloadRow).where(PayloadRow.id == payload_id).values(error=storable(error))
    )


# ── stations ────────────────────────────────────────────────────────────────────────────────────


def upsert_stations(
    session: Session, source: str, stations: Iterable[StationRecord], now: datetime
) -> list[tuple[StationRecord, str]]:
    """Describe stations; return those PostGIS refused with its reason, found by halving.

    A position set by hand stays, thresholds told as nothing are kept.
    """
    unique = {station.key: station for station in stations}
    chosen = sorted(unique.values(), key=lambda station: station.key)
    if not chosen:
        return []
    try:
        with session.begin_nested():
            _upsert_stations(session, source, chosen, now)
    except REFUSALS as error:
        if len(chosen) == 1:
            return [(chosen[0], _reason(error))]
    else:
        return []
    half = len(chosen) // 2
    refused = upsert_stations(session, source, chosen[:half], now)
    return refused + upsert_stations(session, source, chosen[half:], now)


def _upsert_stations(
    session: Session, source: str, stations: Sequence[StationRecord], now: datetime
) -> None:
    rows = [
        (
            source, station.key, station.name, station.kind, station.lon, station.lat,
            station.elevation_m, station.municipality_code, Jsonb(dict(station.thresholds)),
            Jsonb(dict(station.attributes)),
        )
        for station in stations
    ]  # fmt: skip
    with driver(session).cursor() as cursor:
        cursor.execute(_INCOMING_STATION)
        cursor.execute("TRUNCATE incoming_station")
        with cursor.copy("COPY incoming_station FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(_UPSERT_STATION, {"now": now})


_INCOMING_STATION = """
CREATE TEMP TABLE IF NOT EXISTS incoming_station (
    source text, key text, name text, kind text, lon float8, lat float8, elevation_m float8,
    municipality_code text, thresholds jsonb, attributes jsonb
) ON COMMIT DELETE ROWS
"""
_UPSERT_STATION = """
INSERT INTO station AS known (source, key, name, kind, geom, elevation_m, municipality_code,
                              thresholds, attributes, updated_at)
SELECT source, key, name, kind, ST_SetSRID(ST_MakePoint(lon, lat), 4326), elevation_m,
       municipality_code, thresholds, attributes, %(now)s
FROM incoming_station ORDER BY key
ON CONFLICT (source, key) DO UPDATE
SET name = excluded.name, kind = excluded.kind,
    geom = CASE WHEN known.moved_by IS NULL THEN coalesce(excluded.geom, known.geom)
        ELSE known.geom END,
    elevation_m = coalesce(excluded.elevation_m, known.elevation_m),
    municipality_code = coalesce(excluded.municipality_code, known.municipality_code),
    thresholds = known.thresholds || excluded.thresholds,
    attributes = excluded.attributes, updated_at = excluded.updated_at
WHERE (excluded.name, excluded.kind, coalesce(excluded.geom, known.geom)::text,
       excluded.attributes, known.thresholds || excluded.thresholds)
    IS DISTINCT FROM (known.name, known.kind, known.geom::text, known.attributes, known.thresholds)
"""


def resolve_series(
    session: Session, source: str, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Return series ids by station key and element, made where missing.

    Stations nobody has described are left out.
    """
    pairs = sorted(wanted)
    values = {
        "source": source,
        "keys": [station for station, _ in pairs],
        "elements": [element for _, element in pairs],
    }
    with driver(session).cursor() as cursor:
        cursor.execute(_ADD_SERIES, values)
        return {(key, element): identity for key, element, identity in
                cursor.execute(_FIND_SERIES, values)}  # fmt: skip


_WANTED = """
FROM unnest(%(keys)s::text[], %(elements)s::text[]) AS wanted (key, element)
JOIN station ON station.source = %(source)s AND station.key = wanted.key
"""
_ADD_SERIES = f"""
INSERT INTO series (station_id, element) SELECT station.id, wanted.element {_WANTED}
ORDER BY 1, 2 ON CONFLICT (station_id, element) DO NOTHING
"""
_FIND_SERIES = f"""
SELECT wanted.key, wanted.element, series.id {_WANTED}
JOIN series ON series.station_id = station.id AND series.element = wanted.element
"""


# ── reported things ─────────────────────────────────────────────────────────────────────────────


def write_reported(
    session: Session, form: Form, records: Sequence[Any], told: Told
) -> tuple[list[Change], list[tuple[Any, str]]]:
    """Upsert records of one kind; return changes, and records PostGIS refused with its reason.

    A refused record is found by halving, so that one bad row never keeps the others out. Many are
    halved at once: a whole road network in one statement would meet the limit of statement times.
    """
    if not records:
        return [], []
    if len(records) <= RECORDS_AT_ONCE:
        try:
            with session.begin_nested():
                stage(session, form.table, [form.row(record, told) for record in records])
                return merge(session, form.table, form.watched), []
        except REFUSALS as error:
            if len(records) == 1:
                return [], [(records[0], _reason(error))]
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
    event_log.write(session, found)


# ── quarantine ──────────────────────────────────────────────────────────────────────────────────


def quarantine(
    session: Session, source: str, rejected: Sequence[Rejected], payload: tuple[int, Payload]
) -> None:
    """Keep rejected rows; the same bad row again only counts up, and is open again."""
    payload_id, told = payload
    rows = {}
    for item in rejected:
        raw = storable(item.raw)[:QUARANTINE_RAW]
        fingerprint = hashlib.sha256(f"{item.reason}\n{raw}".encode()).hexdigest()
        rows[fingerprint] = {
            "source": source,
            "fingerprint": fingerprint,
            "payload_id": payload_id,
            "payload_name": storable(told.name),
            "reason": item.reason,
            "message": storable(item.message),
            "locator": storable(item.locator),
            "raw": raw,
            "first_at": told.fetched_at,
            "last_at": told.fetched_at,
        }
    for part in _parts(list(rows.values())):
        _upsert_quarantine(session, part)


def _upsert_quarantine(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    statement = insert(QuarantineRow).values(rows)
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
        )
    )


def open_rejected(
    session: Session, source: str, ids: Sequence[int] | None = None
) -> Sequence[QuarantineRow]:
    """Return a source's open rejected rows, all or those named."""
    statement = select(QuarantineRow).where(
        QuarantineRow.source == source, QuarantineRow.state == "open"
    )
    if ids is not None:
        statement = statement.where(QuarantineRow.id.in_(ids))
    return session.scalars(statement).all()


def resolve_rejected(session: Session, seen: Collection[tuple[int, int]]) -> set[int]:
    """Resolve open rows (id, times) that were not rejected once more since; return their ids."""
    statement = update(QuarantineRow).where(
        tuple_(QuarantineRow.id, QuarantineRow.times).in_(seen), QuarantineRow.state == "open"
    )
    return set(session.scalars(statement.values(state="resolved").returning(QuarantineRow.id)))


def dismiss_rejected(session: Session, ids: Sequence[int]) -> int:
    """Mark open rows as seen and not wanted; return how many."""
    statement = update(QuarantineRow).where(
        QuarantineRow.id.in_(ids), QuarantineRow.state == "open"
    )
    done = statement.values(state="dismissed").returning(QuarantineRow.id)
    return len(session.scalars(done).all())


# ── what people set ─────────────────────────────────────────────────────────────────────────────


def place_station(session: Session, station_id: int, point: Point, placed_by: str) -> None:
    """Put a station where a person says it stands (lon, lat in degrees).

    Raises
    ------
    NotFoundError
        When there is none.
    """
    station = session.get(Station, station_id)
    if station is None:
        message = f"観測所 {station_id} はありません"
        raise NotFoundError(message)
    station.geom = from_shape(point, srid=4326)
    station.moved_by = placed_by


def add_incident(session: Session, values: Mapping[str, Any]) -> Incident:
    """Add a disaster to work on."""
    return incidents.add(session, values)


def change_incident(
    session: Session, incident: Incident, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Write what differs; return it as `{field: [before, after]}`."""
    return incidents.change(session, incident, values)


# ── states of sources ───────────────────────────────────────────────────────────────────────────


def sync_manifests(session: Session, manifests: Iterable[Manifest], now: datetime) -> None:
    """Bring the rows of all sources to what their manifests say; switches stay as set."""
    described = ("title", "title_en", "short", "credit", "interval_s", "late_after_s",
                 "silent_after_s", "station_silent_after_s")  # fmt: skip
    rows = [
        {"source": manifest.name, "enabled": manifest.enabled, "since": now, "next_due_at": now}
        | {name: getattr(manifest, name) for name in described}
        for manifest in manifests
    ]
    if rows:
        statement = insert(SourceState).values(rows)
        changed = {name: statement.excluded[name] for name in described}
        session.execute(statement.on_conflict_do_update(index_elements=["source"], set_=changed))


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

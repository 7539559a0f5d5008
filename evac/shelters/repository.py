"""The only writer of shelter, shelter_link and shelter_state; nothing here commits."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Text, func, literal_column, select, text, type_coerce
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.db.schema.reported import ShelterReport
from core.db.schema.shelters import Shelter, ShelterLink, ShelterState

# Where PostgreSQL keeps a row's newest version, and who wrote it: any change of a report, by
# whomever, makes another mark, and so does restoring a dump, after which all are used once more.
_MARK = literal_column("shelter_report.xmin::text || shelter_report.ctid::text", Text)
_USED = text(
    "UPDATE shelter_link AS l SET used = given.mark"
    "  FROM unnest(CAST(:sources AS text[]), CAST(:keys AS text[]), CAST(:marks AS text[]))"
    "       AS given (source, key, mark)"
    " WHERE l.source = given.source AND l.key = given.key"
)


def fresh_reports(session: Session) -> Sequence[Any]:
    """Return the reports that changed since something was made of them, registers first."""
    return _reports(session, ShelterLink.used.is_distinct_from(_MARK))


def reports_of(session: Session, shelter_ids: Collection[int]) -> Sequence[Any]:
    """Return all reports of some shelters, registers first."""
    return _reports(session, ShelterLink.shelter_id.in_(shelter_ids))


def _reports(session: Session, chosen: ColumnElement[bool]) -> Sequence[Any]:
    """Return reports as plain rows with lon and lat (degrees), their shelter's id and their mark.

    `geom` stays as PostGIS gave it: nothing here looks into it.
    """
    table = ShelterReport.__table__
    same = (ShelterLink.source == ShelterReport.source) & (ShelterLink.key == ShelterReport.key)
    statement = (
        select(
            *(column for column in table.columns if column.name != "geom"),
            type_coerce(ShelterReport.geom, Text).label("geom"),
            func.ST_X(ShelterReport.geom).label("lon"),
            func.ST_Y(ShelterReport.geom).label("lat"),
            ShelterLink.shelter_id,
            _MARK.label("mark"),
        )
        .select_from(table.outerjoin(ShelterLink, same))
        .where(chosen)
        .order_by(ShelterReport.form, ShelterReport.id)
    )
    return session.execute(statement).all()


def mark_used(session: Session, reports: Sequence[Any]) -> None:
    """Remember which reports were used, in the transaction that writes what was made of them.

    A report that has changed since it was read has another mark by now, and is used again.
    """
    values = {"sources": [report.source for report in reports],
              "keys": [report.key for report in reports],
              "marks": [report.mark for report in reports]}  # fmt: skip
    session.execute(_USED, values)


def known_keys(session: Session) -> dict[str, int]:
    """Return shelter ids by the bare key of their reports: what follows the first colon."""
    bare = func.substr(ShelterLink.key, func.strpos(ShelterLink.key, ":") + 1)
    rows = session.execute(select(bare, ShelterLink.shelter_id).order_by(ShelterLink.id))
    return {row[0]: row[1] for row in rows}


def shelter_places(session: Session) -> Sequence[Any]:
    """Return id, name, lon, lat and municipality of every shelter."""
    statement = select(
        Shelter.id,
        Shelter.name,
        func.ST_X(Shelter.geom).label("lon"),
        func.ST_Y(Shelter.geom).label("lat"),
        func.coalesce(Shelter.municipality_name, Shelter.municipality_code).label("municipality"),
    )
    return session.execute(statement).all()


def add_shelters(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Add shelters; return their ids in the order of the rows."""
    statement = insert(Shelter).returning(Shelter.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, list(rows))) if rows else []


def update_shelters(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Bring shelters to what their registers say; unchanged rows are not touched."""
    columns = ("name", "kana", "kind", "geom", "address", "municipality_code",
               "municipality_name", "capacity", "capacity_text", "hazards", "flags")  # fmt: skip
    _upsert(session, Shelter, rows, "id", columns, extra=("updated_at",))


def add_links(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Remember which report speaks of which shelter."""
    statement = text(
        "INSERT INTO shelter_link (shelter_id, source, key, method)"
        " SELECT shelter_id, source, key, method"
        " FROM jsonb_populate_recordset(CAST(NULL AS shelter_link), CAST(:rows AS jsonb))"
        " ON CONFLICT DO NOTHING"
    )
    session.execute(statement, {"rows": orjson.dumps(rows).decode()})


def set_states(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set opening and crowding; a state older than what is known is left out."""
    columns = ("opening", "crowding", "headcount", "households", "opened_at", "closed_at",
               "observed_at", "source")  # fmt: skip
    newer = "excluded.observed_at >= shelter_state.observed_at AND "
    _upsert(session, ShelterState, rows, "shelter_id", columns, extra=("received_at",), also=newer)


def _upsert(  # noqa: PLR0913 - one statement's parts
    session: Session,
    table: type[Shelter] | type[ShelterState],
    rows: Sequence[Mapping[str, Any]],
    key: str,
    columns: Sequence[str],
    *,
    extra: Sequence[str],
    also: str = "",
) -> None:
    """Upsert by key, in one statement, where a column really differs; all names are ours.

    One statement is one version of the table, and one look for every open screen.
    """
    if not rows:
        return
    name = table.__tablename__

    def listed(alias: str) -> str:
        return ", ".join(f"{alias}.{c}::text" if c == "geom" else f"{alias}.{c}" for c in columns)

    every = ", ".join((key, *columns, *extra))
    changed = ", ".join(f"{column} = excluded.{column}" for column in (*columns, *extra))
    statement = text(
        f"INSERT INTO {name} ({every}) SELECT {every}"  # noqa: S608
        f" FROM jsonb_populate_recordset(CAST(NULL AS {name}), CAST(:rows AS jsonb))"
        f" ON CONFLICT ({key}) DO UPDATE SET {changed}"
        f" WHERE {also}({listed('excluded')}) IS DISTINCT FROM ({listed(name)})"
    )
    session.execute(statement, {"rows": orjson.dumps(rows).decode()})

"""The only writer of shelter, shelter_link and shelter_state; nothing here commits."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.db.schema.reported import ShelterReport
from core.db.schema.shelters import Shelter, ShelterLink, ShelterState

ROWS_PER_STATEMENT = 2_000


def reports(session: Session) -> Sequence[Any]:
    """Return every shelter report, registers first, with lon and lat (degrees)."""
    statement = select(
        ShelterReport,
        func.ST_X(ShelterReport.geom).label("lon"),
        func.ST_Y(ShelterReport.geom).label("lat"),
    ).order_by(ShelterReport.form, ShelterReport.id)
    return session.execute(statement).all()


def links(session: Session) -> dict[tuple[str, str], int]:
    """Return shelter ids by report source and key."""
    rows = session.execute(select(ShelterLink.source, ShelterLink.key, ShelterLink.shelter_id))
    return {(source, key): shelter_id for source, key, shelter_id in rows}


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
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        part = rows[start : start + ROWS_PER_STATEMENT]
        session.execute(insert(ShelterLink).values(part).on_conflict_do_nothing())


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
    """Upsert by key where a column really differs; table and column names are ours."""
    name = table.__tablename__

    def listed(alias: str) -> str:
        return ", ".join(f"{alias}.{c}::text" if c == "geom" else f"{alias}.{c}" for c in columns)

    differs = text(f"{also}({listed('excluded')}) IS DISTINCT FROM ({listed(name)})")
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        statement = insert(table).values(rows[start : start + ROWS_PER_STATEMENT])
        changed = {column: statement.excluded[column] for column in (*columns, *extra)}
        session.execute(
            statement.on_conflict_do_update(index_elements=[key], set_=changed, where=differs)
        )

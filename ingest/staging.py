"""Reported things into PostGIS: COPY into a temporary copy of the table, then one upsert.

The column lists are ours; no name in any statement comes from outside.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from shapely import get_coordinates, set_srid, to_wkb
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from ingest.observations import driver

Row = Mapping[str, Any]
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a natural key (source, key) and the columns a source may set."""

    name: str
    columns: tuple[str, ...]
    """Without source, key, observed_at, received_at, payload_id."""
    received: bool = True
    """Has received_at."""

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Return every column written, in the order of COPY."""
        times = ("observed_at", "received_at") if self.received else ("observed_at",)
        return ("source", "key", *times, "payload_id", *self.columns)


@dataclass(frozen=True, slots=True)
class Change:
    """What an upsert did to one row."""

    key: str
    old: Row | None
    """The row before, None for a new one."""
    new: Row


def encode(value: Any) -> Any:  # noqa: ANN401 - a column may hold anything
    """Return a value as psycopg copies it; geometry as EWKB in hexadecimal, EPSG:4326."""
    if isinstance(value, BaseGeometry):
        if not np.isfinite(get_coordinates(value)).all():
            message = "座標が数ではありません"
            raise ValueError(message)
        return to_wkb(set_srid(value, 4326), hex=True, include_srid=True)
    if isinstance(value, Mapping):
        return Jsonb(dict(value))
    return value


def stage(session: Session, table: Table, rows: Iterable[Row]) -> int:
    """Copy rows into the temporary table of a table; the same key twice keeps the last told."""
    unique = {row["key"]: row for row in rows}
    names = table.all_columns
    temporary = sql.Identifier(f"incoming_{table.name}")
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    with driver(session).cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TEMP TABLE IF NOT EXISTS {} ON COMMIT DELETE ROWS AS"
                " SELECT {} FROM {} WITH NO DATA"
            ).format(temporary, columns, sql.Identifier(table.name))
        )
        cursor.execute(sql.SQL("TRUNCATE {}").format(temporary))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(temporary, columns)
        with cursor.copy(statement) as copy:
            for row in _encoded(list(unique.values()), names):
                copy.write_row(row)
    return len(unique)


def _encoded(rows: Sequence[Row], names: Sequence[str]) -> Iterator[list[Any]]:
    """Yield rows as COPY takes them; geometries by the thousand, which costs a tenth."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        columns = [_column([row[name] for row in part]) for name in names]
        yield from (list(row) for row in zip(*columns, strict=True))


def _column(values: list[Any]) -> list[Any]:
    shapes = [value for value in values if isinstance(value, BaseGeometry)]
    if len(shapes) < len(values) or not np.isfinite(get_coordinates(shapes)).all():
        return [encode(value) for value in values]
    return list(to_wkb(set_srid(shapes, 4326), hex=True, include_srid=True))


def merge(session: Session, table: Table, watched: Sequence[str]) -> list[Change]:
    """Upsert what was staged; return changes of the watched columns and new rows.

    A row that is older than what is known never overwrites it.
    """
    changes = _changes(session, table, watched) if watched else []
    content = [name for name in table.all_columns if name not in {"source", "key"}]
    compared = [name for name in content if name not in {"received_at", "payload_id"}]
    upsert = sql.SQL(
        "INSERT INTO {target} AS known ({columns}) SELECT {columns} FROM {temporary} ORDER BY key"
        " ON CONFLICT (source, key) DO UPDATE SET {assignments}"
        " WHERE excluded.observed_at >= known.observed_at"
        " AND ({fresh_values}) IS DISTINCT FROM ({known_values})"
    ).format(
        target=sql.Identifier(table.name),
        temporary=sql.Identifier(f"incoming_{table.name}"),
        columns=sql.SQL(", ").join(map(sql.Identifier, table.all_columns)),
        assignments=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(n)) for n in content
        ),
        fresh_values=_row("excluded", compared),
        known_values=_row("known", compared),
    )
    driver(session).execute(upsert)
    return changes


def _changes(session: Session, table: Table, watched: Sequence[str]) -> list[Change]:
    """Return what the upsert is about to change in the watched columns."""
    old = sql.SQL(", ").join(
        sql.SQL("known.{} AS {}").format(sql.Identifier(n), sql.Identifier(f"old_{n}"))
        for n in watched
    )
    query = sql.SQL(
        "SELECT fresh.key, known.id IS NULL AS is_new, {new}, {old}"
        " FROM {temporary} AS fresh LEFT JOIN {target} AS known USING (source, key)"
        " WHERE known.id IS NULL OR (fresh.observed_at >= known.observed_at"
        " AND ({fresh_values}) IS DISTINCT FROM ({known_values}))"
        " ORDER BY fresh.key"
    ).format(
        new=sql.SQL(", ").join(sql.SQL("fresh.{}").format(sql.Identifier(n)) for n in watched),
        old=old,
        temporary=sql.Identifier(f"incoming_{table.name}"),
        target=sql.Identifier(table.name),
        fresh_values=_row("fresh", watched),
        known_values=_row("known", watched),
    )
    with driver(session).cursor(row_factory=dict_row) as cursor:
        return [_change(row, watched) for row in cursor.execute(query)]


def _row(alias: str, names: Sequence[str]) -> sql.Composed:
    """Return `alias.a, alias.b`; a bare geometry compares by bytes only as text."""
    return sql.SQL(", ").join(
        sql.SQL("{}.{}::text" if name == "geom" else "{}.{}").format(
            sql.Identifier(alias), sql.Identifier(name)
        )
        for name in names
    )


def _change(row: Mapping[str, Any], watched: Sequence[str]) -> Change:
    old = None if row["is_new"] else {name: row[f"old_{name}"] for name in watched}
    return Change(key=row["key"], old=old, new={name: row[name] for name in watched})


def end_absent(
    session: Session,
    table: Table,
    absent: "Absent",
    ended: Mapping[str, Any],
    watched: Sequence[str],
) -> list[Change]:
    """Mark rows of a source that a complete payload no longer names; return those that changed.

    The rows keep everything else they had; `observed_at` becomes the time of the payload.
    """
    target = sql.Identifier(table.name)
    chosen = sql.SQL(
        " WHERE source = %(source)s AND observed_at <= %(at)s AND starts_with(key, %(scope)s)"
        " AND NOT key = ANY(%(named)s) AND ({}) IS DISTINCT FROM ({})"
    ).format(
        sql.SQL(", ").join(map(sql.Identifier, ended)),
        sql.SQL(", ").join(map(sql.Placeholder, ended)),
    )
    columns = sql.SQL(", ").join(map(sql.Identifier, ("key", *watched)))
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in ended
    )
    values = {**ended, "source": absent.source, "at": absent.observed_at,
              "scope": absent.scope, "named": list(absent.named)}  # fmt: skip
    with driver(session).cursor(row_factory=dict_row) as cursor:
        before = cursor.execute(
            sql.SQL("SELECT {} FROM {}").format(columns, target) + chosen + sql.SQL(" FOR UPDATE"),
            values,
        ).fetchall()
        cursor.execute(
            sql.SQL("UPDATE {} SET observed_at = %(at)s, {}").format(target, assignments) + chosen,
            values,
        )
    return [Change(key=row["key"], old=row, new={**row, **ended}) for row in before]


@dataclass(frozen=True, slots=True)
class Absent:
    """Which rows a complete payload speaks of without naming them."""

    source: str
    observed_at: datetime
    scope: str
    """Keys that start with this."""
    named: frozenset[str]

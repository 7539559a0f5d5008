"""Versions of layers: they grow whenever the content a layer shows may have changed."""

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from layers.layer import Definition

_VERSIONS = text("SELECT name, version, changed_at FROM table_version")
_DIGEST_BITS = 16


class TableState(NamedTuple):
    """Version of a table's content and when it came to be (real time)."""

    version: int
    changed_at: datetime


def table_states(session: Session) -> Mapping[str, TableState]:
    """Return the state of every table that ever changed."""
    return {row.name: TableState(row.version, row.changed_at) for row in session.execute(_VERSIONS)}


def layer_version(layer: Definition, tables: Mapping[str, TableState]) -> int:
    """Return a layer's version: the sum of its tables' counters.

    For tiles it goes into addresses that browsers keep for a year, also across databases (a drill
    built anew counts from one again) and releases. Therefore it carries in its low 16 bits a
    digest of the definition and of the moments its tables changed; it still grows with each change.
    """
    states = [tables[name] for name in layer.tables if name in tables]
    total = sum(state.version for state in states)
    if layer.kind == "geojson":
        return total
    marks = [layer.model_dump_json(), *(state.changed_at.isoformat() for state in states)]
    digest = zlib.crc32("\n".join(marks).encode()) & ((1 << _DIGEST_BITS) - 1)
    return (total << _DIGEST_BITS) | digest


def versions(session: Session, layers: Iterable[Definition]) -> dict[str, int]:
    """Return the current version of each layer that comes from tables (rasters have files)."""
    tables = table_states(session)
    return {layer.id: layer_version(layer, tables) for layer in layers if layer.tables}


def content_mark(layer: Definition, tables: Mapping[str, TableState]) -> tuple[int, ...]:
    """Return what moves only with the things a layer shows, not with every asking of a source.

    `source_state` changes with every run of every source; features depend on it only through the
    condition of sources (`layers.freshness.conditions`).
    """
    return tuple(tables[n].version for n in layer.tables if n in tables and n != "source_state")

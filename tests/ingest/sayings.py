"""What a source may be made to say, and what PostGIS then holds."""

from collections.abc import Iterator
from typing import Any

from shapely import Point
from sqlalchemy import select, text

from core.clock import tokyo
from core.db.schema.system import PayloadRow, SourceState
from core.db.session import Database
from ingest import repository
from ingest.records import Item, Restriction, RestrictionKind, Station
from ingest.source import Payload, Source
from tests.town import NOON


def versions(database: Database) -> dict[str, int]:
    """Return the version of every table but the sources' own."""
    with database.transaction() as session:
        found = session.execute(text("SELECT name, version FROM table_version"))
        return {name: version for name, version in found if name != "source_state"}


def state(database: Database, source: str) -> SourceState:
    """Return a source's state."""
    with database.transaction() as session:
        return repository.lock_state(session, source)


def payloads(database: Database) -> list[PayloadRow]:
    """Return every payload's row, oldest first."""
    with database.transaction() as session:
        return list(session.scalars(select(PayloadRow).order_by(PayloadRow.id)))


def hour(at: Any) -> str:
    """Return the path of a river hour."""
    return f"/river_levels/{tokyo(at):%Y/%m/%d/%H}/index.json"


def station(key: str, **more: Any) -> Station:
    """Return a gauge."""
    return Station(**{"key": key, "name": key, "kind": "river", "lon": 140.5, "lat": 30.5} | more)


def closure(key: str, **more: Any) -> Restriction:
    """Return a closed road."""
    told = {"key": key, "kind": RestrictionKind.CLOSED, "geometry": Point(140, 30),
            "observed_at": NOON}  # fmt: skip
    return Restriction(**told | more)


class Said(Source):
    """A source whose parser says what the test puts down."""

    items: tuple[Item, ...] = ()

    def parse(self, payload: Payload) -> Iterator[Item]:
        """Yield the items, whatever the bytes are."""
        yield from SAID[payload.name]


SAID: dict[str, tuple[Item, ...]] = {}

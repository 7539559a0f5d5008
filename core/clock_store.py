"""The shared anchor of the world clock in a drill: written by the player, followed by all."""

import logging
from collections.abc import Callable

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core import events
from core.clock import WORLD, Anchor, WorldClock
from core.db.schema.system import WorldClockRow
from core.db.session import Database, DatabaseGoneError

LOG = logging.getLogger(__name__)


def write_anchor(session: Session, anchor: Anchor, title: str) -> None:
    """Set the world clock for all processes, on commit."""
    values = {"real": anchor.real, "world": anchor.world, "speed": anchor.speed, "title": title}
    statement = insert(WorldClockRow).values(id=1, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
    events.notify(session, "clock")


def read_anchor(session: Session) -> tuple[Anchor, str] | None:
    """Return the anchor and what is played, None where nothing is."""
    row = session.get(WorldClockRow, 1)
    return (Anchor(row.real, row.world, row.speed), row.title) if row else None


def follow(database: Database, hub: events.Hub, clock: WorldClock = WORLD) -> Callable[[], None]:
    """Keep a process's world clock at the shared anchor from now on; return how to end that."""

    def refresh(message: events.Message) -> None:
        if message.get("topic") not in {"clock", "reconnected"}:
            return
        try:
            with database.transaction() as session:
                found = read_anchor(session)
        except DatabaseGoneError:
            LOG.warning("clock: database gone, the anchor stays as it was")
            return
        clock.set(found[0] if found else None)

    refresh({"topic": "clock"})
    return hub.subscribe(refresh)

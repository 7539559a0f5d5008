"""Writing shelters: nothing is touched that does not differ."""

from datetime import UTC, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.db.schema.shelters import Shelter
from evac.shelters import repository

AT = datetime(2026, 7, 3, tzinfo=UTC)


def test_ids_come_back_in_the_order_of_the_rows(session: Session) -> None:
    rows = [{"name": n, "kind": "other", "updated_at": AT} for n in ("c", "a", "b")]
    ids = repository.add_shelters(session, rows)
    names = {row.id: row.name for row in session.scalars(select(Shelter))}
    assert [names[i] for i in ids] == ["c", "a", "b"]


def test_the_same_state_again_is_not_a_change(session: Session) -> None:
    (shelter_id,) = repository.add_shelters(
        session, [{"name": "a", "kind": "other", "updated_at": AT}]
    )
    state = {"shelter_id": shelter_id, "opening": "open", "crowding": None, "headcount": 3,
             "households": None, "opened_at": None, "closed_at": None, "observed_at": AT,
             "received_at": AT, "source": "s"}  # fmt: skip
    version = text("SELECT version FROM table_version WHERE name = 'shelter_state'")
    repository.set_states(session, [state])
    first = session.scalar(version)
    repository.set_states(session, [state])
    assert session.scalar(version) == first

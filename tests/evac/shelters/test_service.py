"""Reports in PostGIS become shelters with a state."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from geoalchemy2.shape import from_shape
from shapely.geometry import Point
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from core.db.schema.reported import ShelterReport
from core.db.schema.shelters import Shelter, ShelterLink, ShelterState
from evac.shelters import service

NOON = datetime(2026, 7, 3, 3, tzinfo=UTC)


def report(key: str, name: str, at: datetime = NOON, **values: Any) -> ShelterReport:
    form = key.partition(":")[0]
    fields: dict[str, Any] = {
        "source": f"shelter_{form}", "key": key, "form": form, "name": name, "observed_at": at,
        "received_at": at, "geom": from_shape(Point(130.7, 32.8), srid=4326),
    }  # fmt: skip
    return ShelterReport(**(fields | values))


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Yield the statements sent to the database in the block."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(connection, "before_cursor_execute", note)


@pytest.fixture
def told(session: Session) -> Session:
    session.add_all(
        [
            report("register:1", "三島小学校", kind="shelter", capacity=200),
            report("status:1", "三島小学校", opening="open", headcount=150),
            report("status:x9", "自主開設の寺", opening="open", headcount=12,
                   geom=from_shape(Point(130.9, 32.9), srid=4326)),
        ]
    )  # fmt: skip
    session.flush()
    return session


def test_a_register_and_its_status_are_one_shelter(told: Session) -> None:
    service.update_shelters(told, SYSTEM)
    shelter = told.scalars(select(Shelter).where(Shelter.name == "三島小学校")).one()
    state = told.get(ShelterState, shelter.id)
    assert state is not None
    assert (shelter.capacity, state.opening, state.crowding) == (200, "open", "crowded")


def test_a_shelter_nobody_registered_is_kept(told: Session) -> None:
    service.update_shelters(told, SYSTEM)
    found = told.scalars(select(Shelter).where(Shelter.name == "自主開設の寺")).one()
    assert found.kind == "unregistered"


def test_doing_it_twice_changes_nothing(told: Session) -> None:
    service.update_shelters(told, SYSTEM)
    before = told.scalars(select(ShelterLink.shelter_id).order_by(ShelterLink.id)).all()
    service.update_shelters(told, SYSTEM)
    assert told.scalars(select(ShelterLink.shelter_id).order_by(ShelterLink.id)).all() == before
    assert len(told.scalars(select(Shelter.id)).all()) == 2


def test_an_older_report_never_overwrites_a_newer_state(told: Session) -> None:
    service.update_shelters(told, SYSTEM)
    row = told.scalars(select(ShelterReport).where(ShelterReport.key == "status:1")).one()
    row.observed_at, row.opening = NOON - timedelta(hours=1), "closed"
    told.flush()
    service.update_shelters(told, SYSTEM)
    told.expire_all()
    state = told.scalars(select(ShelterState).where(ShelterState.headcount == 150)).one()
    assert state.opening == "open"


def test_a_head_count_stands_beside_a_newer_report_without_one(told: Session) -> None:
    told.add(report("status:portal-1", "三島小学校", NOON + timedelta(minutes=50),
                    opening="open", crowding="slightly"))  # fmt: skip
    told.flush()
    service.update_shelters(told, SYSTEM)
    state = told.scalars(select(ShelterState).where(ShelterState.headcount == 150)).one()
    assert state.crowding == "slightly"
    assert state.observed_at == NOON + timedelta(minutes=50)


def test_people_are_not_counted_where_the_newest_report_says_closed(told: Session) -> None:
    told.add(report("status:portal-1", "三島小学校", NOON + timedelta(minutes=50),
                    opening="closed"))  # fmt: skip
    told.flush()
    service.update_shelters(told, SYSTEM)
    state = told.scalars(select(ShelterState).where(ShelterState.opening == "closed")).one()
    assert state.headcount is None


def test_an_unchanged_world_costs_one_question(told: Session) -> None:
    assert service.update_shelters(told, SYSTEM) == 3
    with statements(told) as asked:
        assert service.update_shelters(told, SYSTEM) == 0
    assert len(asked) == 1


def test_only_what_changed_is_read_and_written_however_many_there_are(told: Session) -> None:
    told.add_all(
        [
            report(f"status:{number}", f"第{number}集会所", opening="open", headcount=1,
                   geom=from_shape(Point(131 + number / 1000, 33.0), srid=4326))
            for number in range(100, 400)
        ]
    )  # fmt: skip
    told.flush()
    assert service.update_shelters(told, SYSTEM) == 303
    row = told.scalars(select(ShelterReport).where(ShelterReport.key == "status:250")).one()
    row.observed_at, row.headcount = NOON + timedelta(minutes=10), 7
    told.flush()
    with statements(told) as asked:
        assert service.update_shelters(told, SYSTEM) == 1
    assert len(asked) == 4, "changed reports, reports of their shelters, states, marks"
    assert told.scalars(select(ShelterState.headcount).where(ShelterState.headcount > 1)
                        .order_by(ShelterState.headcount)).all() == [7, 12, 150]  # fmt: skip


def test_a_run_that_is_undone_is_done_again(told: Session) -> None:
    cut_off = told.begin_nested()
    assert service.update_shelters(told, SYSTEM) == 3
    cut_off.rollback()
    assert service.update_shelters(told, SYSTEM) == 3
    assert len(told.scalars(select(ShelterState.shelter_id)).all()) == 2


def test_a_register_that_learns_the_room_changes_the_crowding(told: Session) -> None:
    service.update_shelters(told, SYSTEM)
    row = told.scalars(select(ShelterReport).where(ShelterReport.key == "register:1")).one()
    row.capacity = 1000
    told.flush()
    service.update_shelters(told, SYSTEM)
    state = told.scalars(select(ShelterState).where(ShelterState.headcount == 150)).one()
    assert state.crowding == "empty"

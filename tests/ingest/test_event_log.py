"""Lines of the event log find their feature and its place."""

from dataclasses import replace
from datetime import UTC, datetime

from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry import LineString, Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.schema.observed import Station
from core.db.schema.reported import Event, Restriction
from ingest import event_log
from ingest.happenings import Happening

NOON = datetime(2026, 7, 3, 3, tzinfo=UTC)
LINE = Happening(NOON, "closure", 2, "国道3号 通行止め", "closed", "closures", "roads:a", "d1")


def test_a_closure_is_found_by_its_natural_key(session: Session) -> None:
    row = Restriction(
        source="roads", key="a", observed_at=NOON, received_at=NOON, kind="closed", lifted=False,
        geom=from_shape(LineString([(130, 32), (130.2, 32)]), srid=4326),
    )  # fmt: skip
    session.add(row)
    session.flush()
    event_log.write(session, [LINE])
    event = session.scalars(select(Event)).one()
    assert event.feature == str(row.id)
    assert event.geom is not None
    assert to_shape(event.geom).distance(Point(130.1, 32)) < 0.11


def test_a_gauge_is_found_by_its_natural_key(session: Session) -> None:
    gauge = Station(source="rivers", key="7", name="n", kind="river", updated_at=NOON,
                    geom=from_shape(Point(131, 33), srid=4326))  # fmt: skip
    session.add(gauge)
    session.flush()
    event_log.write(session, [replace(LINE, layer="rivers", feature="rivers:7")])
    assert session.scalars(select(Event.feature)).one() == str(gauge.id)


def test_what_is_not_known_is_told_all_the_same(session: Session) -> None:
    event_log.write(session, [LINE, replace(LINE, dedup="d2", layer=None, feature=None)])
    events = session.scalars(select(Event)).all()
    assert [(event.feature, event.geom) for event in events] == [(None, None)] * 2


def test_the_same_happening_is_told_once(session: Session) -> None:
    event_log.write(session, [LINE, LINE])
    event_log.write(session, [LINE])
    assert len(session.scalars(select(Event.id)).all()) == 1


def test_nothing_is_no_statement(session: Session) -> None:
    event_log.write(session, [])
    assert session.scalars(select(Event.id)).all() == []

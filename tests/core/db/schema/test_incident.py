"""The disaster being worked on."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db.schema.incident import Incident

BEGAN = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)


def test_an_incident_is_real_unless_it_says_otherwise(session: Session) -> None:
    incident = Incident(name="令和8年7月豪雨", kind="flood", began_at=BEGAN)
    session.add(incident)
    session.flush()
    session.refresh(incident)
    assert incident.is_drill is False
    assert incident.ended_at is None
    assert incident.began_at == BEGAN


def test_an_area_may_be_of_any_shape(session: Session) -> None:
    for shape in ("POINT(140 30)", "POLYGON((140 30,141 30,141 31,140 30))"):
        session.add(Incident(name="x", kind="flood", began_at=BEGAN, area=f"SRID=4326;{shape}"))
    session.flush()
    kinds = session.scalars(text("SELECT GeometryType(area) FROM incident ORDER BY id")).all()
    assert kinds == ["POINT", "POLYGON"]


def test_an_incident_has_a_name_and_a_beginning(session: Session) -> None:
    session.add(Incident(kind="flood", began_at=BEGAN))
    with pytest.raises(IntegrityError, match="name"):
        session.flush()

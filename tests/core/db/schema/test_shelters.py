"""Shelters, which reports speak of them, and their state."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db.schema.shelters import Shelter, ShelterLink, ShelterState

NOW = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)


@pytest.fixture
def shelter(session: Session) -> Shelter:
    row = Shelter(name="架空小学校", kind="both", updated_at=NOW)
    session.add(row)
    session.flush()
    return row


def test_a_report_speaks_of_one_shelter(session: Session, shelter: Shelter) -> None:
    values = {"source": "x", "key": "register:1", "method": "new", "shelter_id": shelter.id}
    session.add(ShelterLink(**values))
    session.flush()
    session.add(ShelterLink(**values))
    with pytest.raises(IntegrityError, match="uq_shelter_link_source_key"):
        session.flush()


def test_a_state_is_of_a_shelter_that_is_known(session: Session, shelter: Shelter) -> None:
    told = {"opening": "open", "observed_at": NOW, "received_at": NOW, "source": "x"}
    session.add(ShelterState(shelter_id=shelter.id, **told))
    session.flush()
    session.add(ShelterState(shelter_id=shelter.id + 1, **told))
    with pytest.raises(IntegrityError, match="fk_shelter_state"):
        session.flush()

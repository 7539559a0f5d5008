"""A source that falls silent is told once, and once more when it is back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.schema.reported import Event
from core.db.schema.system import SourceState
from server.watch import SourceWatch

NOON = datetime(2026, 7, 3, 3, tzinfo=UTC)


@pytest.fixture
def state(session: Session) -> SourceState:
    row = SourceState(
        source="river_levels", title="河川水位", title_en="River levels", short="水位", credit="x",
        interval_s=600, late_after_s=900, silent_after_s=3600, enabled=True, since=NOON,
        last_success_at=NOON, failures=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def texts(session: Session) -> list[str]:
    return list(session.scalars(select(Event.text_ja).order_by(Event.id)))


def test_silence_is_told_once_and_so_is_the_return(session: Session, state: SourceState) -> None:
    watch, later = SourceWatch(), NOON + timedelta(hours=2)
    watch.look(session, NOON)
    assert texts(session) == []
    watch.look(session, later)
    watch.look(session, later)
    assert texts(session) == ["河川水位 途絶"]
    state.last_success_at = later
    session.flush()
    watch.look(session, later)
    assert texts(session) == ["河川水位 途絶", "河川水位 受信再開"]


def test_two_workers_tell_the_same_silence_once(session: Session, state: SourceState) -> None:
    assert state.enabled
    for watch in (SourceWatch(), SourceWatch()):
        watch.look(session, NOON + timedelta(hours=2))
    assert texts(session) == ["河川水位 途絶"]


def test_a_late_source_is_no_news(session: Session, state: SourceState) -> None:
    assert state.enabled
    watch = SourceWatch()
    watch.look(session, NOON)
    watch.look(session, NOON + timedelta(minutes=20))
    assert texts(session) == []

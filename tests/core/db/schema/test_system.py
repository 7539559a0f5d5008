"""Payloads, quarantine, states of sources, audit, heartbeats, the one clock."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from core.db.schema.system import (
    AuditRow,
    Heartbeat,
    PayloadRow,
    QuarantineRow,
    SourceState,
    WorldClockRow,
)

NOW = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)


def test_a_payload_begins_unparsed(session: Session) -> None:
    row = PayloadRow(source="x", name="a.json", sha256="0" * 64, size=5_000_000_000, archived=True,
                     fetched_at=NOW)  # fmt: skip
    session.add(row)
    session.flush()
    session.refresh(row)
    assert (row.parsed_at, row.error, row.counts, row.size) == (None, None, {}, 5_000_000_000)


def test_the_same_bad_row_is_kept_once_per_source(session: Session) -> None:
    def row(source: str) -> QuarantineRow:
        return QuarantineRow(
            source=source,
            fingerprint="f",
            payload_name="a",
            reason="r",
            message="m",
            locator="l",
            raw="x",
            first_at=NOW,
            last_at=NOW,
        )

    first = row("x")
    session.add_all([first, row("y")])
    session.flush()
    session.refresh(first)
    assert (first.times, first.state) == (1, "open")
    session.add(row("x"))
    with pytest.raises(IntegrityError, match="uq_quarantine_source_fingerprint"):
        session.flush()


def test_the_state_of_a_source_has_a_version(session: Session) -> None:
    version = text("SELECT coalesce(max(version), 0) FROM table_version WHERE name='source_state'")
    before = session.execute(version).scalar_one()
    row = SourceState(source="x", title="x", title_en="x", short="x", credit="x", interval_s=60,
                      late_after_s=60, silent_after_s=60, enabled=True, since=NOW)  # fmt: skip
    session.add(row)
    session.flush()
    session.refresh(row)
    assert (row.failures, row.counts, row.totals, row.memory) == (0, {}, {}, {})
    assert session.execute(version).scalar_one() == before + 1


def test_nobody_writes_a_version_by_hand_into_another_table(session: Session) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("SELECT watch_table('incident')"))


def test_there_is_one_world_clock(session: Session) -> None:
    session.add(WorldClockRow(id=2, real=NOW, world=NOW, speed=1, title="x"))
    with pytest.raises(IntegrityError, match="one_row"):
        session.flush()


def test_audit_and_heartbeat_rows(session: Session) -> None:
    line = AuditRow(at=NOW, actor="a", action="b", subject="c")
    session.add_all([line, Heartbeat(process="worker:h:1", kind="worker", at=NOW)])
    session.flush()
    session.refresh(line)
    assert line.detail == {}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text("INSERT INTO heartbeat (process, kind, at) VALUES ('worker:h:1', 'x', now())")
        )

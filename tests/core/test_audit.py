"""The audit is kept if and only if the deed is."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.clock import real
from core.db.schema.system import AuditRow


def test_a_line_says_who_what_when_and_where(session: Session) -> None:
    audit.record(session, actor="suzuki", action="source.off", subject="jma_amedas",
                 detail={"why": "点検"}, address="192.0.2.7")  # fmt: skip
    session.flush()
    line = session.scalars(select(AuditRow).where(AuditRow.actor == "suzuki")).one()
    assert (line.action, line.subject, line.address) == ("source.off", "jma_amedas", "192.0.2.7")
    assert line.detail == {"why": "点検"}
    assert abs(line.at - real()) < timedelta(minutes=1)


def test_a_deed_undone_leaves_no_line(session: Session) -> None:
    with session.begin_nested() as deed:
        audit.record(session, actor="suzuki", action="x", subject="y")
        session.flush()
        deed.rollback()
    assert session.scalars(select(AuditRow)).all() == []

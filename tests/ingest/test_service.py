"""Use cases: who may, what is written down, what is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM, Actor, Role
from core.clock import world
from core.db.schema.observed import Station
from core.db.schema.reported import Event
from core.db.schema.system import AuditRow, SourceState
from core.db.session import Database
from core.errors import InvalidError, NotAllowedError, NotFoundError
from ingest import registry, repository, service
from ingest.pipeline import Pipeline
from ingest.records import Rejected
from ingest.source import Payload
from tests.contents import rows
from tests.town import NOON, gauge, outage, outages, rivers

VIEWER = Actor(1, "tanaka", "田中", Role.VIEWER)
OPERATOR = Actor(2, "suzuki", "鈴木", Role.OPERATOR)
BAD = Rejected(reason="r", message="m", locator="l", raw="x")


@pytest.fixture
def registered(session: Session) -> Session:
    service.register_sources(session)
    return session


def deeds(session: Session) -> list[tuple[str, str]]:
    session.flush()
    found = select(AuditRow.action, AuditRow.subject).order_by(AuditRow.id)
    return [tuple(row) for row in session.execute(found).all()]


def state(session: Session, name: str) -> SourceState:
    return repository.lock_state(session, name)


def test_every_source_has_a_row_with_its_open_rejections(registered: Session) -> None:
    repository.quarantine(registered, "jma_xml", [BAD], (1, Payload(
        name="a", content=b"", fetched_at=NOON)))  # fmt: skip
    found = {row.manifest.name: row for row in service.source_rows(registered, VIEWER)}
    assert set(found) == set(registry.sources())
    assert found["jma_xml"].quarantined == 1
    assert found["jma_amedas"].quarantined == 0
    assert found["jma_amedas"].state.enabled


def test_due_are_those_that_are_on_and_whose_time_has_come(registered: Session) -> None:
    on = {name for name, source in registry.sources().items() if source.manifest.enabled}
    assert set(service.due_sources(registered)) == on
    for name in on:
        state(registered, name).next_due_at = world() + timedelta(minutes=1)
    registered.flush()
    assert service.due_sources(registered) == []


def test_a_source_is_switched_by_who_may(registered: Session) -> None:
    with pytest.raises(NotAllowedError):
        service.switch_source(registered, OPERATOR, "river_levels", enabled=True)
    service.switch_source(registered, SYSTEM, "river_levels", enabled=True)
    service.switch_source(registered, SYSTEM, "river_levels", enabled=True)
    assert deeds(registered) == [("source.on", "river_levels")]
    assert "river_levels" in service.due_sources(registered)
    service.switch_source(registered, SYSTEM, "river_levels", enabled=False)
    assert "river_levels" not in service.due_sources(registered)
    with pytest.raises(NotFoundError):
        service.switch_source(registered, SYSTEM, "weather", enabled=True)


def test_a_source_is_asked_at_once_if_it_is_on(registered: Session) -> None:
    state(registered, "jma_amedas").next_due_at = world() + timedelta(hours=9)
    registered.flush()
    service.ask_now(registered, SYSTEM, "jma_amedas")
    assert "jma_amedas" in service.due_sources(registered)
    with pytest.raises(InvalidError, match="切"):
        service.ask_now(registered, SYSTEM, "river_levels")
    with pytest.raises(NotAllowedError):
        service.ask_now(registered, VIEWER, "jma_amedas")


def test_rejected_rows_are_listed_and_dismissed(registered: Session) -> None:
    payload = Payload(name="a", content=b"", fetched_at=NOON)
    for source in ("jma_xml", "jma_amedas"):
        repository.quarantine(registered, source, [BAD], (1, payload))
    (row,) = service.quarantine_rows(registered, VIEWER, source="jma_xml")
    assert len(service.quarantine_rows(registered, VIEWER)) == 2
    assert len(service.quarantine_rows(registered, VIEWER, limit=1)) == 1
    with pytest.raises(NotAllowedError):
        service.dismiss_quarantine(registered, VIEWER, [row.id])
    assert service.dismiss_quarantine(registered, OPERATOR, [row.id, row.id]) == 1
    assert service.dismiss_quarantine(registered, OPERATOR, [row.id]) == 0
    assert len(service.quarantine_rows(registered, VIEWER, state="dismissed")) == 1


def test_a_retry_after_a_fix_resolves_and_counts(
    pipeline: Pipeline, clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = rivers(gauge(1, 1.0), gauge(2, 2.0, code="直す"), gauge(3, 3.0, code="だめ"))
    payload = Payload(name="index.json", content=content, fetched_at=NOON)
    counts = service.import_file(pipeline, OPERATOR, "river_levels", payload)
    assert counts["rejected"] == 2
    from ingest.sources.river_levels import parse

    read = parse.trimmed
    monkeypatch.setattr(parse, "trimmed", lambda value: {"直す": "9977"}.get(value, read(value)))
    with clean_database.transaction() as session:
        ids = [row.id for row in service.quarantine_rows(session, VIEWER)]
    with pytest.raises(NotAllowedError):
        service.retry_quarantine(pipeline, VIEWER, source="river_levels")
    done = service.retry_quarantine(pipeline, OPERATOR, source="river_levels", ids=ids)
    assert (done.payloads, done.resolved, done.still_rejected, done.errors) == (1, 1, 1, ())
    assert len(rows(clean_database, "latest")) == 2
    again = service.retry_quarantine(pipeline, OPERATOR, source="river_levels")
    assert (again.resolved, again.still_rejected) == (0, 1)


def test_a_retry_of_what_was_not_kept_says_so(
    pipeline: Pipeline, clean_database: Database, tmp_path: object
) -> None:
    from pathlib import Path

    payload = Payload(name="i", content=rivers(gauge(1, 1.0, code="?")), fetched_at=NOON)
    service.import_file(pipeline, OPERATOR, "river_levels", payload)
    for path in Path(str(tmp_path)).rglob("*.gz"):
        path.unlink()
    done = service.retry_quarantine(pipeline, OPERATOR, source="river_levels")
    assert (done.resolved, done.still_rejected) == (0, 1)
    assert "保存されていません" in done.errors[0]
    assert rows(clean_database, "quarantine")[0][3] == "open"


def test_a_file_is_imported_by_who_may_and_within_its_size(
    pipeline: Pipeline, clean_database: Database
) -> None:
    payload = Payload(name="202607031200.csv", content=outages(outage(1)), fetched_at=NOON)
    with pytest.raises(NotAllowedError):
        service.import_file(pipeline, VIEWER, "power_hokuriku", payload)
    assert service.import_file(pipeline, OPERATOR, "power_hokuriku", payload) == {"outage": 1}
    large = Payload(name="x", content=b"0" * 8_000_001, fetched_at=NOON)
    with pytest.raises(InvalidError, match="大きすぎます"):
        service.import_file(pipeline, OPERATOR, "power_hokuriku", large)
    bad = Payload(name="x", content=b"", fetched_at=NOON)
    with pytest.raises(InvalidError):
        service.import_file(pipeline, OPERATOR, "power_hokuriku", bad)
    with clean_database.transaction() as session:
        (failed,) = service.failed_payloads(session, VIEWER)
        assert failed.error is not None
        assert len(deeds(session)) == 2


def test_a_station_is_moved_within_japan(session: Session) -> None:
    row = Station(source="x", key="a", name="a", kind="river", updated_at=NOON)
    session.add(row)
    session.flush()
    service.move_station(session, OPERATOR, row.id, 140.5, 30.5)
    session.flush()
    assert session.scalar(text("SELECT ST_AsText(geom) FROM station")) == "POINT(140.5 30.5)"
    assert row.moved_by
    assert deeds(session) == [("station.move", str(row.id))]
    with pytest.raises(InvalidError, match="範囲の外"):
        service.move_station(session, OPERATOR, row.id, 30.5, 140.5)
    with pytest.raises(NotFoundError):
        service.move_station(session, OPERATOR, row.id + 1, 140.5, 30.5)
    with pytest.raises(NotAllowedError):
        service.move_station(session, VIEWER, row.id, 140.5, 30.5)


def test_the_event_log_is_newest_first(session: Session) -> None:
    for minute in (1, 3, 2):
        session.add(Event(at=NOON + timedelta(minutes=minute), kind="river", severity=1,
                          text_ja=str(minute), text_en="x", dedup=str(minute)))  # fmt: skip
    session.flush()
    assert [e.text_ja for e in service.event_log(session, VIEWER, limit=2)] == ["3", "2"]


def test_the_current_incident_is_the_newest_that_has_not_ended(session: Session) -> None:
    assert service.current_incident(session) is None
    values = {"kind": "flood", "began_at": NOON}
    with pytest.raises(NotAllowedError):
        service.open_incident(session, VIEWER, {"name": "x", **values})
    first = service.open_incident(session, OPERATOR, {"name": "豪雨", **values})
    later = {"name": "地震", "kind": "earthquake", "began_at": NOON + timedelta(days=1)}
    second = service.open_incident(session, SYSTEM, later)
    assert service.current_incident(session) is second
    second.ended_at = NOON + timedelta(days=2)
    session.flush()
    assert service.current_incident(session) is first


def test_an_incident_is_edited_and_only_changes_are_written_down(session: Session) -> None:
    incident = service.open_incident(
        session, OPERATOR, {"name": "豪雨", "kind": "flood", "began_at": NOON}
    )
    with pytest.raises(NotAllowedError):
        service.edit_incident(session, VIEWER, incident.id, {"name": "x"})
    service.edit_incident(session, OPERATOR, incident.id, {"headquarters_level": "第2配備"})
    service.edit_incident(session, OPERATOR, incident.id, {"headquarters_level": " 第2配備 "})
    assert (incident.name, incident.headquarters_level) == ("豪雨", "第2配備")
    assert [action for action, _ in deeds(session)] == ["incident.open", "incident.edit"]
    with pytest.raises(InvalidError):
        service.edit_incident(session, OPERATOR, incident.id, {"name": ""})


def test_an_incident_is_ended_once_and_can_be_taken_up_again(session: Session) -> None:
    values = {"name": "豪雨", "kind": "flood", "began_at": NOON}
    incident = service.open_incident(session, OPERATOR, values)
    with pytest.raises(NotAllowedError):
        service.close_incident(session, VIEWER, incident.id)
    with pytest.raises(InvalidError, match="発生より前"):
        service.close_incident(session, OPERATOR, incident.id, NOON - timedelta(days=1))
    service.close_incident(session, OPERATOR, incident.id)
    assert service.current_incident(session) is None
    assert [row.id for row in service.known_incidents(session, VIEWER)] == [incident.id]
    with pytest.raises(InvalidError, match="すでに終わって"):
        service.close_incident(session, OPERATOR, incident.id)
    service.edit_incident(session, OPERATOR, incident.id, {"ended_at": None})
    assert service.current_incident(session) is incident
    assert [action for action, _ in deeds(session)][-2:] == ["incident.close", "incident.edit"]


def test_one_opened_ahead_that_did_not_come_ends_where_it_would_have_begun(
    session: Session,
) -> None:
    ahead = world() + timedelta(days=2)
    values = {"name": "台風", "kind": "wind", "began_at": ahead}
    incident = service.open_incident(session, OPERATOR, values)
    service.close_incident(session, OPERATOR, incident.id)
    assert incident.ended_at == ahead

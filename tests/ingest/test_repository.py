"""The only writer of what is observed, reported or imported."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.db.schema.observed import Station as StationRow
from core.db.schema.reported import Event, Outage
from core.db.schema.system import QuarantineRow, SourceState
from core.errors import NotFoundError
from ingest import records, registry, repository
from ingest.happenings import Happening
from ingest.records import Rejected, Station
from ingest.source import Payload
from ingest.staging import Table, stage
from ingest.tables import FORMS, Told
from tests.town import NOON

PAYLOAD = Payload(name="a.json", content=b"x", fetched_at=NOON)
LATER = Payload(name="b.json", content=b"x", fetched_at=NOON + timedelta(hours=1))


def station(key: str = "a", **more: Any) -> Station:
    told = {"key": key, "name": "架空橋", "kind": "river", "lon": 140.5, "lat": 30.5}
    return Station(**told | more)


def known(session: Session) -> tuple[Any, ...]:
    query = "SELECT name, ST_X(geom), thresholds, updated_at FROM station WHERE key = 'a'"
    return tuple(session.execute(text(query)).one())


@given(st.text(alphabet=st.characters(), max_size=40))
def test_any_text_can_be_stored(content: str) -> None:
    cleaned = repository.storable(content)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    if not any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in content):
        assert cleaned == content


def test_a_station_is_described_again_only_where_it_changed(session: Session) -> None:
    repository.upsert_stations(session, "x", [station(thresholds={"caution": 2.0})], NOON)
    assert known(session) == ("架空橋", 140.5, {"caution": 2.0}, NOON)
    later = NOON + timedelta(hours=1)
    repository.upsert_stations(session, "x", [station()], later)
    assert known(session)[2:] == ({"caution": 2.0}, NOON), "told as nothing: kept"
    repository.upsert_stations(session, "x", [station(lon=None, lat=None, name="新橋")], later)
    assert known(session) == ("新橋", 140.5, {"caution": 2.0}, later)


def test_a_position_set_by_hand_stays(session: Session) -> None:
    repository.upsert_stations(session, "x", [station()], NOON)
    identity = session.scalars(select(StationRow.id)).one()
    repository.place_station(session, identity, Point(141.25, 31), "suzuki")
    session.flush()
    repository.upsert_stations(session, "x", [station(lon=139.0, name="新橋")], NOON)
    assert known(session)[:2] == ("新橋", 141.25)
    with pytest.raises(NotFoundError, match="観測所"):
        repository.place_station(session, identity + 1, Point(141, 31), "suzuki")


def test_bad_stations_are_found_among_good_ones(session: Session) -> None:
    many = [station(f"k{i:02d}") for i in range(33)]
    bad = [station("k07b", name="x\x00"), station("k30b", elevation_m="high")]
    refused = repository.upsert_stations(session, "x", many + bad, NOON)
    assert [s.key for s, _ in refused] == ["k07b", "k30b"]
    assert all(reason for _, reason in refused)
    assert session.scalar(select(func.count()).select_from(StationRow)) == 33


def test_series_are_made_once_and_only_for_stations_that_are_known(session: Session) -> None:
    repository.upsert_stations(session, "x", [station("a"), station("b")], NOON)
    wanted = {("a", "water_level"), ("b", "water_level"), ("c", "water_level")}
    first = repository.resolve_series(session, "x", wanted)
    assert set(first) == {("a", "water_level"), ("b", "water_level")}
    assert repository.resolve_series(session, "x", wanted) == first
    assert repository.resolve_series(session, "y", wanted) == {}


def outage(key: str, **more: Any) -> records.Outage:
    told = {"key": key, "utility": "u", "area_name": "x", "households": 1, "observed_at": NOON}
    return records.Outage(**told | more)


def test_refused_records_are_found_among_good_ones(session: Session) -> None:
    told = Told("x", NOON, NOON, 1)
    many = [outage(f"k{i}") for i in range(20)]
    bad = outage("bad", households=2**40)
    changes, refused = repository.write_reported(
        session, FORMS["outage"], [*many[:5], bad, *many[5:]], told
    )
    assert len(changes) == 20
    assert [record for record, _ in refused] == [bad]
    assert session.scalar(select(func.count()).select_from(Outage)) == 20
    assert repository.write_reported(session, FORMS["outage"], [], told) == ([], [])


def test_many_records_are_written_in_parts(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "RECORDS_AT_ONCE", 3)
    parts: list[int] = []

    def counted(where: Session, table: Table, rows: list[dict[str, Any]]) -> int:
        parts.append(len(rows))
        return stage(where, table, rows)

    monkeypatch.setattr(repository, "stage", counted)
    told = Told("x", NOON, NOON, 1)
    many = [outage(f"k{number}") for number in range(10)]
    changes, refused = repository.write_reported(session, FORMS["outage"], many, told)
    assert (len(changes), refused, sum(parts), max(parts)) == (10, [], 10, 3)


def test_a_kind_without_an_end_ends_nothing(session: Session) -> None:
    from ingest.staging import Absent

    mark = Absent("x", NOON, "", frozenset())
    assert repository.end_unnamed(session, FORMS["boundary"], mark) == []


def rejected(raw: str = "row", **more: str) -> Rejected:
    told = {"reason": "bad_time", "message": "時刻\x00", "locator": "row 1\x00", "raw": raw}
    return Rejected(**told | more)


def kept(session: Session) -> list[QuarantineRow]:
    session.expire_all()
    return list(session.scalars(select(QuarantineRow).order_by(QuarantineRow.id)))


def test_the_same_bad_row_counts_up_and_is_open_again(session: Session) -> None:
    repository.quarantine(session, "x", [rejected(), rejected(), rejected("\x00")], (1, PAYLOAD))
    first = kept(session)
    assert [row.times for row in first] == [1, 1]
    assert first[0].message == "時刻\ufffd"
    assert repository.resolve_rejected(session, {(first[0].id, 1)}) == {first[0].id}
    assert repository.dismiss_rejected(session, [first[1].id, 999]) == 1
    repository.quarantine(session, "x", [rejected(), rejected("\x00")], (2, LATER))
    second = kept(session)
    assert [(row.times, row.state) for row in second] == [(2, "open"), (2, "dismissed")]
    assert (second[0].payload_id, second[0].last_at) == (2, LATER.fetched_at)
    assert second[0].first_at == NOON
    repository.quarantine(session, "x", [], (3, LATER))


def test_many_bad_rows_at_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "ROWS_PER_STATEMENT", 20)
    rows = [rejected(str(i)) for i in range(repository.ROWS_PER_STATEMENT * 2 + 1)]
    repository.quarantine(session, "x", rows, (1, PAYLOAD))
    assert len(kept(session)) == len(rows)


def test_a_row_rejected_again_meanwhile_is_not_resolved(session: Session) -> None:
    repository.quarantine(session, "x", [rejected()], (1, PAYLOAD))
    (row,) = repository.open_rejected(session, "x")
    seen = (row.id, row.times)
    repository.quarantine(session, "x", [rejected()], (2, LATER))
    assert repository.resolve_rejected(session, {seen}) == set()
    assert repository.open_rejected(session, "x", [row.id])
    assert not repository.open_rejected(session, "x", [row.id + 1])
    assert not repository.open_rejected(session, "y")


def test_the_same_happening_is_told_once(session: Session) -> None:
    line = Happening(NOON, "river", 2, "超過", "over", None, None, "river:1")
    repository.add_happenings(session, [line, line])
    repository.add_happenings(session, [line])
    repository.add_happenings(session, [])
    assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_manifests_change_what_is_described_and_not_what_is_set(session: Session) -> None:
    manifest = registry.source("jma_amedas").manifest
    repository.sync_manifests(session, [manifest], NOON)
    state = repository.lock_state(session, "jma_amedas")
    state.enabled, state.failures = False, 3
    session.flush()
    changed = manifest.model_copy(update={"title": "雨", "late_after_s": 77})
    repository.sync_manifests(session, [changed], NOON + timedelta(hours=1))
    session.expire_all()
    state = repository.lock_state(session, "jma_amedas")
    assert (state.title, state.late_after_s, state.enabled, state.failures) == ("雨", 77, False, 3)
    assert state.since == NOON
    repository.sync_manifests(session, [], NOON)
    assert session.scalar(select(func.count()).select_from(SourceState)) == 1


def test_a_source_that_was_never_registered(session: Session) -> None:
    with pytest.raises(NotFoundError, match="登録されていません"):
        repository.lock_state(session, "x")

"""The fast path: columns, COPY, upsert."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.clock import TOKYO
from ingest.observations import (
    POSTGRES_EPOCH,
    Batch,
    SeriesCache,
    collect,
    driver,
    encode,
    merge,
    months,
    stage,
    ticks_of,
)
from ingest.records import Observation
from tests.town import NOON

KNOWN = {("a", "water_level"): 1, ("b", "water_level"): 2}
LATER = NOON + timedelta(minutes=10)


def batch(*told: Observation) -> Batch:
    return collect(told, dict(KNOWN), lambda _: {})


def level(
    value: float | None, at: datetime = NOON, key: str = "a", quality: int = 0
) -> Observation:
    return Observation(key, "water_level", at, value, quality)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_ticks_are_microseconds(at: datetime) -> None:
    assert POSTGRES_EPOCH + timedelta(microseconds=ticks_of(at)) == at
    assert ticks_of(at.astimezone(TOKYO)) == ticks_of(at)


def test_the_last_told_of_the_same_wins_and_rows_are_in_order() -> None:
    found = batch(level(3, LATER, "b"), level(1), level(9, LATER), level(2))
    assert found.series.tolist() == [1, 1, 2]
    assert found.values.tolist() == [2, 9, 3]
    assert not found.single
    assert batch(level(1), level(1, key="b")).single
    assert batch(level(1)).single


def test_only_unknown_series_are_asked_for_and_remembered() -> None:
    asked: list[set[tuple[str, str]]] = []

    def resolve(wanted: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
        asked.append(wanted)
        return {("c", "water_level"): 3}

    known = dict(KNOWN)
    told = [level(1), level(1, key="c"), level(1, key="d")]
    assert collect(told, known, resolve).orphans == ("d",)
    assert asked == [{("c", "water_level"), ("d", "water_level")}]
    assert collect(told[:2], known, resolve).series.tolist() == [1, 3]
    assert len(asked) == 1


def test_nothing_but_orphans() -> None:
    found = batch(level(1, key="x"))
    assert (len(found), found.orphans, found.single) == (0, ("x",), True)


def test_months_are_those_of_utc() -> None:
    first = datetime(2026, 8, 1, 8, 59, tzinfo=TOKYO)
    found = months(batch(level(1, first), level(1, first + timedelta(minutes=1))))
    assert sorted((m.year, m.month) for m in found) == [(2026, 7), (2026, 8)]


def write(session: Session, *told: Observation, payload: int = 1) -> int:
    found = batch(*told)
    stage(session, found)
    return merge(session, found, payload, NOON)


def observed(session: Session) -> list[tuple[object, ...]]:
    query = "SELECT series_id, observed_at, value, quality FROM observation ORDER BY 1, 2"
    return [tuple(row) for row in session.execute(text(query))]


def latest(session: Session) -> tuple[object, ...]:
    query = "SELECT observed_at, value, quality, previous_value, previous_at FROM latest"
    return tuple(session.execute(text(query + " WHERE series_id = 1")).one())


def test_what_is_written_is_read(session: Session) -> None:
    assert write(session, level(1.25), level(None, LATER, quality=5), level(-0.5, key="b")) == 3
    assert observed(session) == [
        (1, NOON, 1.25, 0), (1, LATER, None, 5), (2, NOON, -0.5, 0)]  # fmt: skip
    assert latest(session) == (LATER, None, 5, None, None)


def test_the_same_again_is_no_change(session: Session) -> None:
    assert write(session, level(1.0)) == 1
    assert write(session, level(1.0), payload=2) == 0
    assert latest(session) == (NOON, 1.0, 0, None, None)


def test_a_later_payload_corrects_and_an_earlier_one_does_not(session: Session) -> None:
    write(session, level(1.0), payload=5)
    assert write(session, level(2.0), payload=6) == 1
    assert write(session, level(1.0), payload=5) == 0
    assert observed(session) == [(1, NOON, 2.0, 0)]
    assert latest(session)[1] == 2.0


def test_older_times_fill_the_past_and_never_become_the_latest(session: Session) -> None:
    write(session, level(2.0, LATER))
    assert write(session, level(1.0, NOON), payload=2) == 1
    assert latest(session) == (LATER, 2.0, 0, None, None)
    write(session, level(3.0, LATER + timedelta(minutes=10)), payload=3)
    assert latest(session)[3:] == (2.0, LATER), "the value before, for the trend"


def test_several_batches_share_a_transaction(session: Session) -> None:
    write(session, level(1.0))
    write(session, level(1.0, key="b"), payload=2)
    assert len(observed(session)) == 2


@given(st.lists(st.floats(width=64, allow_nan=False), min_size=1, max_size=50))
def test_the_bytes_have_the_length_of_their_rows(values: list[float]) -> None:
    told = [level(v, NOON + timedelta(seconds=i)) for i, v in enumerate(values)]
    assert len(encode(batch(*told))) == 19 + 2 + len(values) * 40


def test_a_cache_forgets() -> None:
    cache = SeriesCache()
    cache.of("x")["a", "water_level"] = 1
    assert cache.of("x") == {("a", "water_level"): 1}
    assert cache.of("y") == {}
    cache.forget()
    assert cache.of("x") == {}


def test_the_driver_is_in_the_same_transaction(session: Session) -> None:
    row = driver(session).execute("SELECT pg_current_xact_id()::text").fetchone()
    assert row == (session.scalar(text("SELECT pg_current_xact_id()::text")),)


def test_a_quality_that_is_no_small_number_is_refused() -> None:
    with pytest.raises(OverflowError):
        batch(level(1.0, quality=2**40))
    assert np.iinfo(np.int16).max == 32767

"""Stations, series, observations by month, latest values."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from core.db.schema.observed import Latest, Observation, Series, Station

NOW = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)


def station(session: Session, key: str = "a") -> Station:
    row = Station(source="x", key=key, name="架空橋", kind="river", updated_at=NOW,
                  geom="SRID=4326;POINT(140.5 30.5)")  # fmt: skip
    session.add(row)
    session.flush()
    return row


def version(session: Session, name: str) -> int:
    found = text("SELECT coalesce(max(version), 0) FROM table_version WHERE name = :name")
    return int(session.execute(found, {"name": name}).scalar_one())


def test_a_station_is_one_per_source_and_key(session: Session) -> None:
    row = station(session)
    session.refresh(row)
    assert row.thresholds == {}
    with pytest.raises(IntegrityError, match="uq_station_source_key"):
        station(session)


def test_a_series_needs_its_station(session: Session) -> None:
    row = station(session)
    session.add(Series(station_id=row.id, element="water_level"))
    session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():  # noqa: PT012
        session.add(Series(station_id=row.id, element="water_level"))
        session.flush()
    with pytest.raises(IntegrityError, match="fk_series"), session.begin_nested():  # noqa: PT012
        session.add(Series(station_id=row.id + 1, element="water_level"))
        session.flush()


@pytest.mark.parametrize(
    ("moment", "partition"),
    [
        (datetime(2026, 7, 1, tzinfo=UTC), "observation_202607"),
        (datetime(2026, 7, 31, 23, 59, 59, 999999, tzinfo=UTC), "observation_202607"),
        (datetime(2026, 8, 1, tzinfo=UTC), "observation_202608"),
    ],
)
def test_observations_lie_in_the_month_of_their_utc_time(
    session: Session, moment: datetime, partition: str
) -> None:
    session.execute(text("SELECT ensure_observation_month(:at)"), {"at": moment})
    session.add(Observation(series_id=1, observed_at=moment, value=1.5, quality=0))
    session.flush()
    assert session.scalar(text("SELECT tableoid::regclass::text FROM observation")) == partition


def test_one_value_per_series_and_time(session: Session) -> None:
    session.execute(text("SELECT ensure_observation_month(:at)"), {"at": NOW})
    add = text("INSERT INTO observation (series_id, observed_at, quality) VALUES (1, :at, 0)")
    session.execute(add, {"at": NOW})
    with pytest.raises(IntegrityError):
        session.execute(add, {"at": NOW})


@pytest.mark.parametrize("moment", ["1949-12-31T00:00Z", "2150-01-02T00:00Z"])
def test_no_partition_for_a_time_that_cannot_be(session: Session, moment: str) -> None:
    with pytest.raises(DataError, match="no partition"):
        session.execute(text("SELECT ensure_observation_month(:at)"), {"at": moment})


def test_the_application_cannot_drop_what_it_writes(session: Session) -> None:
    session.execute(text("SELECT ensure_observation_month(:at)"), {"at": NOW})
    for statement in ("DROP TABLE observation_202607", "TRUNCATE observation", "DROP TABLE latest"):
        with pytest.raises(Exception, match=r"permission denied|must be owner"), \
                session.begin_nested():  # fmt: skip
            session.execute(text(statement))


def test_latest_and_station_have_versions(session: Session) -> None:
    before = version(session, "latest")
    session.add(Latest(series_id=1, observed_at=NOW, received_at=NOW, value=1.0, quality=0))
    session.flush()
    assert version(session, "latest") == before + 1
    session.execute(text("UPDATE latest SET value = 2"))
    assert version(session, "latest") == before + 2
    session.execute(text("UPDATE latest SET value = 2 WHERE value = 99"))
    assert version(session, "latest") == before + 2, "nothing changed"
    session.execute(text("DELETE FROM latest"))
    assert version(session, "latest") == before + 3

"""One payload, one transaction: archived first, taken in once, whatever happens in between."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from shapely import Point
from sqlalchemy import select, text

from core.auth.actor import SYSTEM
from core.clock import tokyo
from core.db.cluster import OWNER, Cluster
from core.db.schema.system import QuarantineRow
from core.db.session import Database, DatabaseGoneError
from core.settings import StorageSettings
from core.storage import Storage
from ingest import service
from ingest.archive import Archive
from ingest.http import Outside
from ingest.pipeline import Pipeline, wait_s
from ingest.records import Item, Observation, Outage, Station
from ingest.source import Payload, UnreadableError
from tests.contents import everything, rows
from tests.ingest.sayings import Said, closure, hour, payloads, state, station, versions
from tests.town import (
    NOON,
    Answer,
    Clock,
    Town,
    gauge,
    open_pipeline,
    outage,
    outages,
    quick,
    rivers,
)


def test_a_run_takes_in_what_the_source_says(
    town: Town, pipeline: Pipeline, clean_database: Database
) -> None:
    town.routes[hour(NOON)] = Answer(rivers(gauge(1, 2.5), gauge(2, None)))
    report = pipeline.run(quick("river_levels"))
    assert report.error is None
    assert (report.payloads, report.counts["observation"]) == (1, 2)
    now = state(clean_database, "river_levels")
    assert (now.failures, now.last_error, now.last_success_at) == (0, None, NOON)
    assert now.counts == {"station": 2, "observation": 2}
    assert now.next_due_at == NOON + timedelta(seconds=300)
    assert now.newest_observed_at == NOON
    (payload,) = payloads(clean_database)
    assert payload.archived
    assert payload.parsed_at == NOON
    assert [row[:5] for row in rows(clean_database, "latest")] == [
        ("river_levels", "9900000001", "water_level", NOON, 2.5),
        ("river_levels", "9900000002", "water_level", NOON, None),
    ]


def test_the_same_again_changes_nothing(
    town: Town, pipeline: Pipeline, clean_database: Database, clock: Clock
) -> None:
    town.routes[hour(NOON)] = Answer(rivers(gauge(1, 2.5), gauge(2, 1.5), {"code": None}))
    town.routes["/power_hokuriku/current.csv"] = Answer(outages(outage(1), outage(2)))
    for name in ("river_levels", "power_hokuriku"):
        pipeline.run(quick(name))
    first, counted = everything(clean_database), versions(clean_database)
    assert len(first["observation"]) == 2
    assert len(first["outage"]) == 2
    assert len(first["quarantine"]) == 1
    for kept in payloads(clean_database):
        pipeline.load(quick(kept.source), pipeline.archive.replay(kept.id))
    assert everything(clean_database) == first
    assert versions(clean_database) == counted
    clock.pass_(seconds=1)
    pipeline.run(quick("river_levels"))
    assert everything(clean_database) == first
    assert versions(clean_database) == counted


def test_an_older_payload_overwrites_nothing(
    town: Town, pipeline: Pipeline, clean_database: Database, clock: Clock
) -> None:
    path = "/power_hokuriku/current.csv"
    early = NOON - timedelta(hours=1)
    clock.at = early
    town.routes[path] = Answer(outages(outage(1, "約 900 戸"), outage(2)))
    town.routes[hour(early)] = Answer(rivers(gauge(1, 1.0, early)))
    pipeline.run(quick("power_hokuriku"))
    pipeline.run(quick("river_levels"))
    clock.at = NOON
    town.routes[path] = Answer(outages(outage(1, "10 戸未満")))
    town.routes[hour(NOON)] = Answer(rivers(gauge(1, 3.0, NOON)))
    pipeline.run(quick("power_hokuriku"))
    pipeline.run(quick("river_levels"))
    newest = everything(clean_database)
    assert [row[5] for row in newest["outage"]] == [False, True]
    assert newest["latest"][0][3:] == (NOON, 3.0, 0, 1.0, early)
    for kept in payloads(clean_database)[:2]:
        pipeline.load(quick(kept.source), pipeline.archive.replay(kept.id))
    assert everything(clean_database) == newest


def test_a_correction_stays_when_what_it_corrected_is_replayed(
    take: Callable[..., dict[str, int]], pipeline: Pipeline, clean_database: Database
) -> None:
    for value in (1.0, 2.0):
        take(station("a"), Observation("a", "water_level", NOON, value))
    assert rows(clean_database, "latest")[0][4] == 2.0
    first = payloads(clean_database)[0]
    source = Said(quick("river_levels").manifest, "")
    pipeline.load(source, pipeline.archive.replay(first.id))
    assert rows(clean_database, "latest")[0][4] == 2.0
    assert rows(clean_database, "observation")[0][4] == 2.0


def test_two_at_once(
    town: Town, pipeline: Pipeline, clean_database: Database, database_url: str, outside: Outside,
    tmp_path: Any,
) -> None:  # fmt: skip
    from core.settings import DatabaseSettings

    town.routes[hour(NOON)] = Answer(rivers(*(gauge(i, i / 100) for i in range(300))))
    other = Database(database_url, DatabaseSettings())
    reports: list[Any] = []
    with open_pipeline(other, town, tmp_path / "archive", outside=outside) as second:
        threads = [
            threading.Thread(target=lambda p=p: reports.append(p.run(quick("river_levels"))))
            for p in (pipeline, second, pipeline, second)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    other.close()
    assert [report.error for report in reports] == [None] * 4
    assert len(rows(clean_database, "observation")) == 300
    assert len(rows(clean_database, "latest")) == 300
    assert len(rows(clean_database, "station")) == 300


def test_a_crash_between_archive_and_commit_is_taken_up(
    town: Town, pipeline: Pipeline, clean_database: Database, clock: Clock
) -> None:
    lost = Payload(name="2026/07/03/11/index.json", content=rivers(gauge(1, 2.5)), fetched_at=NOON)
    pipeline.archive.keep("river_levels", lost)
    clock.pass_(hours=2)
    town.routes[hour(clock.at)] = Answer(rivers(gauge(2, 1.5, clock.at), made_at=clock.at))
    assert pipeline.run(quick("river_levels")).payloads == 2
    assert [row[1] for row in rows(clean_database, "latest")] == ["9900000001", "9900000002"]
    assert all(payload.parsed_at for payload in payloads(clean_database))


def test_a_lost_archive_does_not_stand_in_the_way(
    town: Town, pipeline: Pipeline, clean_database: Database, tmp_path: Any
) -> None:
    for level in (1.0, 2.0):
        kept = Payload(name="x", content=rivers(gauge(1, level)), fetched_at=NOON)
        pipeline.archive.keep("river_levels", kept)
    first, second = sorted((tmp_path / "archive").rglob("*.gz"))
    first.unlink()
    second.write_bytes(b"\x1f\x8b broken")
    town.routes[hour(NOON)] = Answer(rivers(gauge(2, 1.5)))
    assert pipeline.run(quick("river_levels")).error is None
    assert [row[1] for row in rows(clean_database, "latest")] == ["9900000002"]
    errors = [payload.error for payload in payloads(clean_database)]
    assert sum(error is not None for error in errors) == 2


def test_a_payload_that_cannot_be_understood_says_so_and_keeps_nothing_out(
    town: Town, pipeline: Pipeline, clean_database: Database, clock: Clock
) -> None:
    town.routes[hour(NOON - timedelta(hours=1))] = Answer(b"<html>", headers={"ETag": '"bad"'})
    town.routes[hour(NOON)] = Answer(rivers(gauge(1, 2.5)), headers={"ETag": '"good"'})
    report = pipeline.run(quick("river_levels"))
    assert report.error is not None
    assert len(rows(clean_database, "latest")) == 1
    now = state(clean_database, "river_levels")
    assert now.failures == 1
    assert now.last_error == report.error
    assert now.last_success_at is None
    assert now.next_due_at == NOON + timedelta(seconds=120)
    # The bad one is asked for without conditions, the good one with.
    clock.pass_(seconds=600)
    town.asked.clear()
    pipeline.run(quick("river_levels"))
    conditions = {asked.path: asked.headers.get("if-none-match") for asked in town.asked}
    assert conditions[hour(NOON)] == '"good"'
    assert conditions[hour(NOON - timedelta(hours=1))] is None


@pytest.mark.parametrize(
    ("failures", "river", "register"),
    [(0, 300, 86_400), (1, 120, 120), (2, 240, 240), (4, 960, 960), (5, 1800, 1800),
     (10**6, 1800, 1800)],
)  # fmt: skip
def test_failures_double_the_wait_up_to_half_an_hour(
    failures: int, river: float, register: float
) -> None:
    assert wait_s(quick("river_levels"), failures) == river
    assert wait_s(quick("shelter_register"), failures) == register


def test_a_fault_of_a_client_does_not_stop_its_schedule(
    pipeline: Pipeline, clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.sources.river_levels import client

    def broken(*_: object) -> Iterator[Payload]:
        raise ZeroDivisionError

    monkeypatch.setattr(client, "fetch", broken)
    assert "ZeroDivisionError" in str(pipeline.run(quick("river_levels")).error)
    assert state(clean_database, "river_levels").next_due_at == NOON + timedelta(seconds=120)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (closure("b", road_name="国道\x00"), "NUL"),
        (closure("b", road_name="\ud800"), "surrogate"),
        (closure("b", geometry=Point(float("nan"), 30)), "座標"),
        (closure("b", attributes={"x": float("nan")}), "json"),
        (closure("b", attributes={"x": "\x00"}), "Unicode"),
        (Outage(key="b", utility="u", area_name="x", households=2**40, observed_at=NOON), "range"),
        (station("b", name="架空\x00橋"), "NUL"),
        (station("b", attributes={"x": "\ud800"}), "json"),
    ],
)
def test_one_bad_row_among_many(
    take: Callable[..., dict[str, int]], clean_database: Database, bad: Item, reason: str
) -> None:
    if isinstance(bad, Outage):
        good: list[Item] = [
            Outage(key=f"k{i}", utility="u", area_name="x", households=i, observed_at=NOON)
            for i in range(40)
        ]
        table = "outage"
    elif isinstance(bad, Station):
        good, table = [station(f"k{i}") for i in range(40)], "station"
    else:
        good, table = [closure(f"k{i}") for i in range(40)], "restriction"
    counts = take(*good[:17], bad, *good[17:])
    assert counts["rejected"] == 1
    assert len(rows(clean_database, table)) == 40
    with clean_database.transaction() as session:
        (kept,) = session.scalars(select(QuarantineRow)).all()
    assert (kept.reason, kept.locator, kept.state) == ("database_refused", "b", "open")
    assert reason in kept.message


def test_times_that_cannot_be_wait_in_quarantine(
    take: Callable[..., dict[str, int]], clean_database: Database
) -> None:
    take(
        station("a"),
        Observation("a", "water_level", NOON.replace(year=9999), 9.0),
        Observation("a", "water_level", NOON + timedelta(minutes=16), 8.0),
        Observation("a", "water_level", NOON + timedelta(minutes=14), 2.0),
        Observation("a", "water_level", NOON.replace(year=1900), 7.0),
        closure("c", observed_at=NOON + timedelta(days=1)),
    )
    assert rows(clean_database, "latest")[0][4] == 2.0
    assert len(rows(clean_database, "observation")) == 1
    assert rows(clean_database, "restriction") == []
    reasons = [row[1] for row in rows(clean_database, "quarantine")]
    assert sorted(reasons) == ["from_future"] * 3 + ["implausible_time"]


def test_a_payload_that_cannot_be_written_is_refused_and_not_taken_up_again(
    take: Callable[..., dict[str, int]], pipeline: Pipeline, clean_database: Database, town: Town
) -> None:
    with pytest.raises(UnreadableError, match="取り込み中の誤り"):
        take(station("a"), Observation("a", "water_level", NOON, 1.0, 2**40))
    (payload,) = payloads(clean_database)
    assert payload.parsed_at is None
    assert "取り込み中の誤り" in str(payload.error)
    assert rows(clean_database, "station") == [], "one transaction: nothing of it stays"
    town.routes[hour(NOON)] = Answer(rivers(gauge(1, 2.5)))
    assert pipeline.run(quick("river_levels")).error is None


def test_an_unknown_station_waits_until_somebody_describes_it(
    take: Callable[..., dict[str, int]], clean_database: Database
) -> None:
    take(Observation("new", "water_level", NOON, 1.5))
    assert [row[1] for row in rows(clean_database, "quarantine")] == ["unknown_station"]
    take(station("new"), Observation("new", "water_level", NOON, 1.5))
    assert len(rows(clean_database, "latest")) == 1


def test_retry_resolves_what_has_become_right_and_keeps_the_rest(
    pipeline: Pipeline, clean_database: Database
) -> None:
    from tests.town import rain_map, rain_table

    at = f"{tokyo(NOON):%Y%m%d%H%M}00"
    payload = Payload(name=f"{at}.json", content=rain_map(3, 1.0), fetched_at=NOON)
    source = quick("jma_amedas")
    pipeline.load(source, pipeline.archive.keep(source.name, payload))
    assert len(rows(clean_database, "quarantine")) == 3
    table = Payload(name="amedastable.json", content=rain_table(2), fetched_at=NOON)
    pipeline.load(source, pipeline.archive.keep(source.name, table))
    done = service.retry_quarantine(pipeline, SYSTEM, source="jma_amedas")
    assert (done.payloads, done.resolved, done.still_rejected, done.errors) == (1, 2, 1, ())
    assert sorted(row[3] for row in rows(clean_database, "quarantine")) == [
        "open", "resolved", "resolved"]  # fmt: skip
    assert len(rows(clean_database, "observation")) == 4


def test_a_full_disk_is_said_loudly_and_keeps_nothing_out(
    clean_database: Database, town: Town, outside: Outside, tmp_path: Any
) -> None:
    full = StorageSettings(folder=tmp_path, min_free_mb=10**9, small_payload_kb=5)
    town.routes[hour(NOON)] = Answer(rivers(*(gauge(i, 1.0) for i in range(100))))
    town.routes["/power_hokuriku/current.csv"] = Answer(outages(outage(1)))
    with open_pipeline(clean_database, town, tmp_path, storage=full, outside=outside) as pipeline:
        report = pipeline.run(quick("river_levels"))
        pipeline.run(quick("power_hokuriku"))
    assert report.error is None
    assert len(rows(clean_database, "observation")) == 100
    large, small = payloads(clean_database)
    assert (large.archived, small.archived) == (False, True)
    assert "空きが足りません" in str(state(clean_database, "river_levels").last_error)
    assert state(clean_database, "river_levels").failures == 0
    assert state(clean_database, "power_hokuriku").last_error is None


def test_a_database_that_goes_in_the_middle(
    cluster: Cluster, town: Town, pipeline: Pipeline, clean_database: Database
) -> None:
    name = clean_database.engine.url.database
    early = NOON - timedelta(hours=1)

    def cut(_: Any) -> Answer:
        """Answer the second file while every connection is thrown out."""
        with psycopg.connect(cluster.url("postgres", OWNER), autocommit=True) as owner:
            owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                          " WHERE datname = %s", [name])  # fmt: skip
        owner = psycopg.connect(cluster.url("postgres", OWNER), autocommit=True)
        owner.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')  # type: ignore[arg-type]
        owner.close()
        return Answer(rivers(gauge(2, 2.0)))

    town.routes[hour(early)] = Answer(rivers(gauge(1, 1.0, early)))
    town.routes[hour(NOON)] = cut
    try:
        with pytest.raises(DatabaseGoneError):
            pipeline.run(quick("river_levels"))
        with pytest.raises(DatabaseGoneError):
            pipeline.run(quick("river_levels"))
    finally:
        with psycopg.connect(cluster.url("postgres", OWNER), autocommit=True) as owner:
            owner.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')  # type: ignore[arg-type]
    town.routes[hour(NOON)] = Answer(rivers(gauge(2, 2.0)))
    assert pipeline.run(quick("river_levels")).error is None
    assert [row[1] for row in rows(clean_database, "latest")] == ["9900000001", "9900000002"]


def test_a_source_nobody_registered(pipeline: Pipeline, clean_database: Database) -> None:
    with clean_database.transaction() as session:
        session.execute(text("DELETE FROM source_state"))
    from core.errors import NotFoundError

    with pytest.raises(NotFoundError, match="登録されていません"):
        pipeline.run(quick("river_levels"))


def test_the_archive_is_written_before_anything_is_parsed(
    pipeline: Pipeline, clean_database: Database, tmp_path: Any
) -> None:
    archive = Archive(clean_database, Storage(StorageSettings(folder=tmp_path, min_free_mb=0)))
    kept = archive.keep("river_levels", Payload(name="x", content=b"<html>", fetched_at=NOON))
    assert archive.replay(kept.id).payload.content == b"<html>"
    with pytest.raises(UnreadableError):
        pipeline.load(quick("river_levels"), kept)
    assert payloads(clean_database)[0].error is not None

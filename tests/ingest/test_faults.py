"""Bad days of a source, over real HTTP: told, unnoticed by the others, over without a gap."""

from datetime import timedelta

import orjson
import pytest

from core.clock import tokyo
from core.db.schema.system import SourceState
from core.db.session import Database
from ingest import repository
from ingest.pipeline import Pipeline
from tests.contents import everything, rows
from tests.town import NOON, Answer, Clock, Town, gauge, outage, outages, quick, rivers

HOUR = f"/river_levels/{tokyo(NOON):%Y/%m/%d/%H}/index.json"
GAUGES = [gauge(number, 1.0 + number) for number in range(5)]
GOOD = Answer(rivers(*GAUGES))
SKEWED = NOON + timedelta(hours=3)


def state(database: Database, source: str) -> SourceState:
    with database.transaction() as session:
        return repository.lock_state(session, source)


@pytest.fixture
def wanted(
    town: Town, pipeline: Pipeline, clean_database: Database, clock: Clock
) -> dict[str, list[tuple[object, ...]]]:
    """Return what stands there after a good day, and begin afresh with yesterday's values."""
    town.routes[HOUR] = GOOD
    town.routes["/power_hokuriku/current.csv"] = Answer(outages(outage(1)))
    clock.at = NOON
    pipeline.run(quick("river_levels"))
    good = {name: rows(clean_database, name) for name in ("observation", "latest", "station")}
    from sqlalchemy import text

    with clean_database.transaction() as session:
        for table in ("latest", "observation", "series", "station", "payload"):
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - ours
        session.execute(text("UPDATE source_state SET last_success_at = NULL, memory = '{}'"))
    pipeline.series.forget()
    return good


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Answer(GOOD.content, way="hang"), "ReadTimeout"),
        (Answer(GOOD.content, way="closed"), "disconnected"),
        (Answer(GOOD.content, 500), "HTTP 500"),
        (Answer(GOOD.content, way="drip"), "遅すぎる"),
        (Answer(GOOD.content, way="truncated"), "complete message"),
        (Answer(GOOD.content[: len(GOOD.content) // 2]), "index.json"),
        (Answer(b"\x82\xa0" * 50), "index.json"),
        (Answer(b""), "index.json"),
        (Answer(b"<html>maintenance</html>"), "index.json"),
        (Answer(status=403), "HTTP 403"),
        (Answer(status=302, headers={"Location": "http://elsewhere.invalid/"}), "HTTP 302"),
        (Answer(status=404), "公開されていません"),
    ],
)
def test_a_bad_day(  # noqa: PLR0913, PLR0917 - fixtures
    town: Town, pipeline: Pipeline, clean_database: Database, clock: Clock,
    wanted: dict[str, list[tuple[object, ...]]], answer: Answer, word: str,
) -> None:  # fmt: skip
    town.routes[HOUR] = answer
    ill = quick("river_levels", timeout_s=0.2)
    for failures in (1, 2):
        report = pipeline.run(ill)
        assert word in str(report.error)
        now = state(clean_database, "river_levels")
        assert now.failures == failures
        assert word in str(now.last_error)
        assert now.last_success_at is None
    assert pipeline.run(quick("power_hokuriku")).error is None
    assert state(clean_database, "power_hokuriku").failures == 0
    assert len(rows(clean_database, "outage")) == 1
    assert rows(clean_database, "latest") == []
    town.routes[HOUR] = GOOD
    clock.pass_(seconds=60)
    assert pipeline.run(quick("river_levels")).error is None
    now = state(clean_database, "river_levels")
    assert (now.failures, now.last_error, now.last_success_at) == (0, None, clock.at)
    assert {name: rows(clean_database, name) for name in wanted} == wanted


def test_renamed_columns_are_kept_in_quarantine_with_a_reason(
    town: Town, pipeline: Pipeline, clean_database: Database,
    wanted: dict[str, list[tuple[object, ...]]],
) -> None:  # fmt: skip
    renamed = [{{"code": "gauge"}.get(k, k): v for k, v in item.items()} for item in GAUGES]
    town.routes[HOUR] = Answer(rivers(*renamed))
    assert pipeline.run(quick("river_levels")).error is None
    assert {row[1] for row in rows(clean_database, "quarantine")} == {"no_code"}
    assert len(rows(clean_database, "quarantine")) == len(GAUGES)
    town.routes[HOUR] = GOOD
    pipeline.run(quick("river_levels"))
    assert {name: rows(clean_database, name) for name in wanted} == wanted


def test_an_encoding_that_says_its_name_is_read(
    town: Town, pipeline: Pipeline, clean_database: Database,
    wanted: dict[str, list[tuple[object, ...]]],
) -> None:  # fmt: skip
    town.routes[HOUR] = Answer(GOOD.content.decode().encode("utf-16"))
    assert pipeline.run(quick("river_levels")).error is None
    assert {name: rows(clean_database, name) for name in wanted} == wanted


def test_duplicates_are_one(
    town: Town, pipeline: Pipeline, clean_database: Database,
    wanted: dict[str, list[tuple[object, ...]]],
) -> None:  # fmt: skip
    town.routes[HOUR] = Answer(rivers(*GAUGES, *GAUGES))
    assert pipeline.run(quick("river_levels")).error is None
    assert {name: rows(clean_database, name) for name in wanted} == wanted


@pytest.mark.parametrize("made_at", [NOON, SKEWED])
def test_a_clock_that_is_ahead_never_becomes_the_latest(
    town: Town, pipeline: Pipeline, clean_database: Database, made_at: object,
    wanted: dict[str, list[tuple[object, ...]]],
) -> None:  # fmt: skip
    ahead = [dict(item, obsTime=SKEWED.isoformat(), level=99.0) for item in GAUGES]
    town.routes[HOUR] = Answer(orjson.dumps({"generatedAt": made_at, "items": ahead}))
    assert pipeline.run(quick("river_levels")).error is None
    assert rows(clean_database, "latest") == []
    reasons = {row[1] for row in rows(clean_database, "quarantine")}
    assert reasons <= {"from_future", "in_future"}
    assert len(rows(clean_database, "quarantine")) == len(GAUGES)
    town.routes[HOUR] = GOOD
    pipeline.run(quick("river_levels"))
    assert {name: rows(clean_database, name) for name in wanted} == wanted


def test_a_clock_that_is_behind_overwrites_nothing(
    town: Town, pipeline: Pipeline, clean_database: Database,
    wanted: dict[str, list[tuple[object, ...]]],
) -> None:  # fmt: skip
    pipeline.run(quick("river_levels"))
    behind = NOON - timedelta(hours=3)
    late = [dict(item, obsTime=behind.isoformat(), level=0.1) for item in GAUGES]
    town.routes[HOUR] = Answer(rivers(*late))
    assert pipeline.run(quick("river_levels")).error is None
    assert rows(clean_database, "latest") == wanted["latest"]
    assert len(rows(clean_database, "observation")) == 2 * len(GAUGES)


def test_unchanged_is_a_success_without_a_payload(
    town: Town, pipeline: Pipeline, clean_database: Database, clock: Clock
) -> None:
    town.routes[HOUR] = lambda asked: (
        Answer(status=304) if "if-none-match" in asked.headers
        else Answer(GOOD.content, headers={"ETag": '"1"'})
    )  # fmt: skip
    assert pipeline.run(quick("river_levels")).payloads == 1
    before = everything(clean_database)
    clock.pass_(minutes=5)
    assert pipeline.run(quick("river_levels")).payloads == 0
    now = state(clean_database, "river_levels")
    assert now.last_success_at == clock.at
    assert now.last_change_at == NOON
    assert everything(clean_database) == before

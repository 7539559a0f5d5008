"""The worker process, as it runs: killed, robbed of its database, told to stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core.db.cluster import OWNER, Cluster
from core.db.session import Database
from core.settings import (
    DatabaseSettings,
    DrillSettings,
    IngestSettings,
    MapSettings,
    Settings,
    StorageSettings,
    WebSettings,
)
from ingest import registry, service
from server import worker
from tests.town import Answer, Town, open_town, outage, outages

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0
PATH = "/power_hokuriku/current.csv"

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def town() -> Iterator[Town]:
    with open_town() as made:
        yield made


@pytest.fixture
def ask(clean_database: Database) -> Callable[..., Any]:
    """Return how to look into the database from outside; one source is on."""
    with clean_database.transaction() as session:
        service.register_sources(session)
    url = clean_database.url
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE source_state SET enabled = (source = 'power_hokuriku')")

    def look(query: str) -> Any:
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(query)  # type: ignore[arg-type]
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    return look


@pytest.fixture
def start(clean_database: Database, town: Town, tmp_path: Path) -> Iterator[Start]:
    """Return how to start a worker as its own process."""
    processes: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        "HINOMI_DATABASE_URL": clean_database.url,
        "HINOMI_INGEST_FEEDS": town.address,
        "HINOMI_STORAGE_FOLDER": str(tmp_path / "storage"),
    }

    def begin() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "server.cli.main", "work"]
        with (tmp_path / f"worker{len(processes)}.log").open("wb") as log:
            processes.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log))
        return processes[-1]

    yield begin
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(true: Callable[[], Any], within_s: float = PATIENCE_S) -> float:
    """Wait until something is so; return how many seconds that took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within_s, "it never came"
        time.sleep(0.1)
    return time.monotonic() - began


@pytest.mark.slow
def test_a_killed_workers_job_is_taken_up_and_a_lost_database_comes_back(
    town: Town, start: Start, ask: Callable[..., Any], cluster: Cluster, clean_database: Database
) -> None:
    town.routes[PATH] = Answer(outages(outage(1)), way="hang")
    first = start()
    until(lambda: town.count(PATH))
    doing = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
    assert ask(f"{doing} AND lock LIKE 'source:%'") == 1
    first.send_signal(signal.SIGKILL)
    first.wait()
    town.routes[PATH] = Answer(outages(outage(1)))
    second = start()
    until(lambda: ask("SELECT count(*) FROM heartbeat WHERE now() - at < interval '5 s'"  # noqa: S608
                      f" AND process LIKE '%:{second.pid}'"))  # fmt: skip
    # The dead one's heartbeat is 12 s old at most before somebody looks, every 5 s.
    taken_s = until(lambda: ask("SELECT count(*) FROM outage WHERE NOT restored") == 1)
    assert taken_s < 45
    assert ask("SELECT failures FROM source_state WHERE source = 'power_hokuriku'") == 0
    until(lambda: ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'") == 0)

    name = clean_database.engine.url.database
    with psycopg.connect(cluster.url("postgres", OWNER), autocommit=True) as owner:
        owner.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')  # type: ignore[arg-type]
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                      [name])  # fmt: skip
        time.sleep(3)
        assert second.poll() is None, "the worker outlives its database"
        town.routes[PATH] = Answer(outages(outage(1), outage(2)))
        owner.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')  # type: ignore[arg-type]
    clean_database.close()
    ask("UPDATE source_state SET next_due_at = now() WHERE source = 'power_hokuriku'")
    until(lambda: ask("SELECT count(*) FROM outage WHERE NOT restored") == 2)

    second.send_signal(signal.SIGTERM)
    assert second.wait(30) == 0


@pytest.mark.slow
def test_a_source_is_asked_once_per_interval_and_a_heartbeat_is_seen(
    town: Town, start: Start, ask: Callable[..., Any]
) -> None:
    town.routes[PATH] = lambda _: (time.sleep(2), Answer(outages(outage(1))))[1]
    running = start()
    until(lambda: ask("SELECT last_success_at IS NOT NULL FROM source_state"
                      " WHERE source = 'power_hokuriku'"))  # fmt: skip
    # While it ran, it was due all the time and was queued once more: that must not ask again.
    until(lambda: ask("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
          == 0)  # fmt: skip
    assert town.count(PATH) == 1
    assert ask("SELECT kind FROM heartbeat") == "worker"
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 0


def settings(tmp_path: Path, **ingest: Any) -> Settings:
    return Settings(
        database=DatabaseSettings(), storage=StorageSettings(folder=tmp_path), web=WebSettings(),
        map=MapSettings(), ingest=IngestSettings(**ingest), drill=DrillSettings(active=True),
    )  # fmt: skip


def test_a_pipeline_asks_the_real_world_unless_there_is_a_simulated_one(
    database: Database, tmp_path: Path
) -> None:
    source = registry.source("jma_amedas")
    real = worker.make_pipeline(settings(tmp_path), database)
    assert real.base_of(source) == str(source.manifest.base_address)
    assert real.drill
    drill = worker.make_pipeline(settings(tmp_path, feeds="http://127.0.0.1:9"), database)
    assert drill.base_of(source) == "http://127.0.0.1:9/jma_amedas/"
    assert [p.outside.budget.take("h", 0) for p in (real, drill)] == [0.0, 0.0]
    for pipeline in (real, drill):
        pipeline.outside.close()
    assert timedelta(seconds=20).total_seconds() >= worker.STALLED_S + worker.RESCUE_S

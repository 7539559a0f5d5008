"""Observations per second from payload to committed row, archive on, beside a plain upsert.

Payloads are ten-minute AMeDAS maps of 1,300 stations made here; each is archived, parsed, checked
and committed as the worker does it. Two workers share the two cores: one takes even maps of one
station set, the other those of another, as two sources would.
"""

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import orjson
import psycopg

from core.db import cluster as private
from core.db import migrate
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
from ingest.source import Payload
from server.databases import VAR
from server.worker import make_pipeline

STATIONS = 1_300
NAME = "bench_ingest"
START = datetime(2026, 7, 3, tzinfo=UTC)


def table(first: int) -> bytes:
    """Return a station table in the wire format of AMeDAS."""
    return orjson.dumps(
        {
            f"{first + i:05d}": {
                "type": "A", "elems": "11111111", "lat": [30 + i % 10, 12.5],
                "lon": [131 + i % 9, 30.0], "alt": i, "kjName": f"観測所{i}", "knName": "カンソク",
                "enName": f"Station {i}",
            }
            for i in range(STATIONS)
        }
    )  # fmt: skip


def ten_minutes(first: int, random: Random) -> bytes:
    """Return one map of all stations, eight elements each."""
    return orjson.dumps(
        {
            f"{first + i:05d}": {
                "temp": [round(random.uniform(18, 33), 1), 0],
                "humidity": [random.randint(40, 99), 0],
                "precipitation10m": [random.choice((0, 0, 0.5, 3.5)), 0],
                "precipitation1h": [random.choice((0, 0, 4.0, 31.5)), 0],
                "precipitation3h": [random.choice((0, 12.0)), 0],
                "precipitation24h": [random.choice((0, 88.5)), 0],
                "windDirection": [random.randint(0, 16), 0],
                "wind": [round(random.uniform(0, 20), 1), 0],
            }
            for i in range(STATIONS)
        }
    )


def settings_for(url: str, folder: str) -> Settings:
    """Return settings of a bench process."""
    return Settings(
        database=DatabaseSettings(url=url), storage=StorageSettings(folder=Path(folder)),
        web=WebSettings(), map=MapSettings(), ingest=IngestSettings(), drill=DrillSettings(),
    )  # fmt: skip


def take_in(job: tuple[str, str, int, int]) -> int:
    """Run one worker's maps through the pipeline; return observations committed."""
    url, folder, first, maps = job
    settings = settings_for(url, folder)
    database = Database(url, settings.database)
    pipeline = make_pipeline(settings, database)
    source = registry.source("jma_amedas")
    random = Random(first)  # noqa: S311 - figures, not secrets
    payloads = []
    for step in range(maps):
        moment = START + timedelta(minutes=10 * step)
        name = f"{moment.astimezone().strftime('%Y%m%d%H%M')}00.json"
        payloads.append(Payload(name=name, content=ten_minutes(first, random), fetched_at=moment))
    done = 0
    started = time.perf_counter()
    for payload in payloads:
        now = payload.fetched_at + timedelta(hours=12)
        told = Payload(name=payload.name, content=payload.content, fetched_at=now)
        done += pipeline.load(source, pipeline.archive.keep(source.name, told))["observation"]
    elapsed = time.perf_counter() - started
    database.close()
    print(f"  worker {os.getpid()}: {done:,} in {elapsed:.2f} s = {done / elapsed:,.0f}/s")
    return done


def plain(url: str, rows: int) -> float:
    """Return rows per second of a plain text COPY and upsert of the same width, one process."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "CREATE TABLE plain (station text, element text, observed_at timestamptz,"
            " value float8, quality smallint, PRIMARY KEY (station, element, observed_at))"
        )
        connection.execute("CREATE TEMP TABLE incoming (LIKE plain)")
        connection.commit()
        elements = [f"element_{i}" for i in range(8)]
        per_map = STATIONS * len(elements)
        started = time.perf_counter()
        for step in range(max(1, rows // per_map)):
            moment = START + timedelta(minutes=10 * step)
            with connection.cursor() as cursor:
                with cursor.copy("COPY incoming FROM STDIN") as copy:
                    for i in range(STATIONS):
                        for element in elements:
                            copy.write_row((f"{i:05d}", element, moment, 1.5, 0))
                cursor.execute(
                    "INSERT INTO plain SELECT * FROM incoming ON CONFLICT"
                    " (station, element, observed_at) DO UPDATE SET value = excluded.value"
                )
                cursor.execute("TRUNCATE incoming")
            connection.commit()
        return max(1, rows // per_map) * per_map / (time.perf_counter() - started)


def describe_stations(url: str, folder: str) -> None:
    """Register the sources and take in both station tables."""
    settings = settings_for(url, folder)
    database = Database(url, settings.database)
    with database.transaction() as session:
        service.register_sources(session)
    pipeline = make_pipeline(settings, database)
    source = registry.source("jma_amedas")
    for first in (10_000, 50_000):
        told = Payload(name="amedastable.json", content=table(first), fetched_at=START)
        pipeline.load(source, pipeline.archive.keep(source.name, told))
    database.close()


def measure(url: str, folder: str, workers: int, maps: int) -> float:
    """Return observations per second of so many workers, from payload to committed row."""
    jobs = [(url, folder, 10_000 + 40_000 * i, maps) for i in range(workers)]
    started = time.perf_counter()
    with ProcessPoolExecutor(workers) as pool:
        done = sum(pool.map(take_in, jobs))
    return done / (time.perf_counter() - started)


def main() -> None:
    """Print observations per second and the ratio to the plain way."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--maps", type=int, default=30, help="maps per worker")
    parser.add_argument("--long", action="store_true", help="a whole day of maps")
    options = parser.parse_args()
    maps = 144 if options.long else options.maps
    cluster = private.ensure_cluster(VAR)
    private.drop_database(cluster, NAME)
    private.create_database(cluster, NAME)
    url, owner = cluster.url(NAME), cluster.url(NAME, private.OWNER)
    migrate.upgrade(owner)
    with TemporaryDirectory() as folder:
        describe_stations(url, folder)
        baseline = plain(owner, maps * STATIONS * 8)
        for workers in (1, 2):
            rate = measure(url, folder, workers, maps)
            print(
                f"ingest, {workers} worker(s): {rate:,.0f} observations/s"
                f" (plain COPY and upsert {baseline:,.0f}/s, ratio {rate / baseline:.2f})"
            )
            with psycopg.connect(owner) as connection:
                connection.execute("TRUNCATE observation, latest")
    private.drop_database(cluster, NAME)


if __name__ == "__main__":
    main()

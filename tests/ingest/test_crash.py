"""Killed at any moment, again and again: nothing is lost, nothing is doubled."""

import logging
import os
import random
import signal
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from core.clock import tokyo
from core.db.cluster import OWNER, Cluster
from core.db.session import Database
from core.settings import DatabaseSettings
from tests.contents import everything
from tests.town import (
    NOON,
    Answer,
    Town,
    closures,
    gauge,
    open_pipeline,
    outage,
    outages,
    quick,
    rain_map,
    rain_table,
    rivers,
)

SOURCES = ("jma_amedas", "river_levels", "power_hokuriku", "road_restrictions")
MAPS, STATIONS, KILLS = 18, 120, 8
PATIENCE_S = 60.0


def furnish(town: Town) -> None:
    """Let every source say a lot, some of it bad."""
    town.routes["/jma_amedas/const/amedastable.json"] = Answer(rain_table(STATIONS))
    town.routes["/jma_amedas/data/latest_time.txt"] = Answer(tokyo(NOON).isoformat().encode())
    for step in range(MAPS):
        at = NOON - timedelta(minutes=10 * step)
        # Two stations more than the table knows: they go to quarantine.
        town.routes[f"/jma_amedas/data/map/{tokyo(at):%Y%m%d%H%M}00.json"] = Answer(
            rain_map(STATIONS + 2, step / 2)
        )
    for back in range(3):
        at = NOON - timedelta(hours=back)
        town.routes[f"/river_levels/{tokyo(at):%Y/%m/%d/%H}/index.json"] = Answer(
            rivers(*(gauge(i, 1.5 + back, at) for i in range(40)), {"code": "?"}, made_at=at)
        )
    town.routes["/power_hokuriku/current.csv"] = Answer(outages(*(outage(i) for i in range(60))))
    town.routes["/road_restrictions/dourokisei.geojson"] = Answer(
        closures(*(f"国道{i}号" for i in range(50)))
    )


def run_all(url: str, town: Town, folder: Path) -> None:
    """Run every source once, as a worker of its own."""
    database = Database(url, DatabaseSettings())
    with open_pipeline(database, town, folder) as pipeline:
        for name in SOURCES:
            report = pipeline.run(quick(name, timeout_s=20))
            assert report.error is None, report.error
    database.close()


def start(url: str, town: Town, folder: Path) -> int:
    """Start a process that runs every source; return its id."""
    child = os.fork()
    if child:
        return child
    try:
        run_all(url, town, folder)
        os._exit(0)
    except BaseException:
        logging.getLogger(__name__).exception("the child failed")
        os._exit(1)


def kill_when(child: int, url: str, payloads: int) -> bool:
    """Kill a process once so many payloads are in the archive; False when it ended before."""
    end = time.monotonic() + PATIENCE_S
    with psycopg.connect(url, autocommit=True) as watching:
        while time.monotonic() < end:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                assert status == 0
                return False
            row = watching.execute("SELECT count(*) FROM payload").fetchone()
            if row and row[0] >= payloads:
                time.sleep(random.uniform(0, 0.03))  # noqa: S311 - anywhere in the next payload
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return True
            time.sleep(0.002)
    pytest.fail("the child neither worked nor ended")


def test_killed_again_and_again(
    town: Town, clean_database: Database, cluster: Cluster, database_url: str, tmp_path: Path
) -> None:
    furnish(town)
    kills, seen = 0, 0
    while kills < KILLS:
        seen += 1 + kills % 3
        if not kill_when(start(database_url, town, tmp_path / "a"), database_url, seen):
            break
        kills += 1
        with psycopg.connect(database_url) as connection:
            row = connection.execute("SELECT count(*) FROM payload").fetchone()
            seen = max(seen, row[0] if row else 0)
    assert kills >= 4, "the process was killed in the middle of its work"
    run_all(database_url, town, tmp_path / "a")
    disturbed = everything(clean_database)
    with psycopg.connect(database_url) as connection:
        left = connection.execute(
            "SELECT count(*) FROM payload WHERE parsed_at IS NULL OR error IS NOT NULL"
        ).fetchone()
    assert left == (0,), "every payload of the archive was taken in"
    name = clean_database.engine.url.database
    with psycopg.connect(cluster.url(str(name), OWNER), autocommit=True) as owner:
        owner.execute(
            "TRUNCATE observation, latest, series, station, restriction, outage, event, payload,"
            " quarantine, source_state CASCADE"
        )
    run_all(database_url, town, tmp_path / "b")
    undisturbed = everything(clean_database)
    assert len(undisturbed["observation"]) == MAPS * STATIONS * 2 + 3 * 40
    assert len(undisturbed["restriction"]) == 50
    assert len(undisturbed["outage"]) == 60
    assert len(undisturbed["quarantine"]) >= 3
    for table, expected in undisturbed.items():
        assert disturbed[table] == expected, table

"""Each part's state, and the whole."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from core import clock, events
from core.db import migrate
from core.db.schema.system import Heartbeat, SourceState
from core.db.session import Database
from core.events import Hub
from core.settings import StorageSettings
from layers.service import open_layers
from server import health
from server.health import Condition, Examiner, health_router
from server.scrape import Scrape

NOWHERE = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"


class HeardHub(Hub):
    """A hub that says whether it hears, without a thread."""

    def __init__(self, *, connected: bool = True) -> None:
        super().__init__(NOWHERE)
        self.connected = connected


def source(name: str, age_s: int, **more: Any) -> SourceState:
    at = clock.world() - timedelta(seconds=age_s)
    values = {
        "title": name, "title_en": name, "short": name, "credit": "", "interval_s": 60,
        "late_after_s": 120, "silent_after_s": 600, "enabled": True, "since": at,
        "last_success_at": at,
    }  # fmt: skip
    return SourceState(source=name, **{**values, **more})


def living(database: Database) -> None:
    with database.transaction() as session:
        events.beat(session, "worker:a:1", "worker", {})
        session.add(source("rain", 10))


def test_all_is_well(clean_database: Database, settings_of: Any) -> None:
    living(clean_database)
    found = Examiner(settings_of(), clean_database, HeardHub()).look()
    assert {name: part["state"] for name, part in found.parts.items()} == dict.fromkeys(
        ("database", "schema", "worker", "sources", "events", "storage"), Condition.OK
    )
    assert found.overall is Condition.OK
    assert found.parts["schema"]["current"] == found.parts["schema"]["head"]
    assert found.parts["sources"]["states"] == {"rain": "ok"}
    assert found.parts["worker"]["alive"] == 1


def test_a_dead_worker_a_silent_source_a_deaf_hub(
    clean_database: Database, settings_of: Any
) -> None:
    with clean_database.transaction() as session:
        for process, age_s in (("worker:a:1", 60), ("worker:b:2", 999_999)):
            at = clock.real() - timedelta(seconds=age_s)
            session.add(Heartbeat(process=process, kind="worker", at=at, detail={}))
        session.add_all(
            [source("rain", 10), source("rivers", 3600), source("off", 1, enabled=False)]
        )
    found = Examiner(settings_of(drill=True), clean_database, HeardHub(connected=False)).look()
    assert found.overall is Condition.DEGRADED
    worker = found.parts["worker"]
    assert (worker["state"], worker["alive"], worker["gone"]) == (Condition.DEGRADED, 0, 1)
    assert 60 <= worker["heard_s_ago"] <= 70
    assert found.parts["sources"]["states"] == {"off": "off", "rain": "ok", "rivers": "silent"}
    assert found.parts["events"]["state"] is Condition.DEGRADED
    assert found.parts["feeds"]["state"] is Condition.DEGRADED


def test_nothing_names_a_machine(clean_database: Database, settings_of: Any) -> None:
    with clean_database.transaction() as session:
        events.beat(session, "worker:secret-host:1", "worker", {"pid": 1})
    told = Examiner(settings_of(), clean_database, HeardHub()).look().wire()
    assert "secret-host" not in str(told)


def test_a_database_that_is_gone_is_down(settings_of: Any) -> None:
    settings = settings_of(NOWHERE)
    found = Examiner(settings, Database(NOWHERE, settings.database), HeardHub()).look()
    assert found.overall is Condition.DOWN
    assert found.parts["database"]["state"] is Condition.DOWN
    assert "worker" not in found.parts


def test_another_schema_is_down(
    clean_database: Database, settings_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "head", lambda: "9999")
    found = Examiner(settings_of(), clean_database, HeardHub()).look()
    assert found.overall is Condition.DOWN
    assert found.parts["schema"]["head"] == "9999"


def test_a_full_disk_is_said(clean_database: Database, settings_of: Any, tmp_path: Path) -> None:
    living(clean_database)
    full = StorageSettings(folder=tmp_path, min_free_mb=10**9)
    settings = settings_of().model_copy(update={"storage": full})
    found = Examiner(settings, clean_database, HeardHub()).look()
    assert found.parts["storage"]["state"] is Condition.DEGRADED
    assert found.overall is Condition.DEGRADED


def test_asking_often_looks_once_a_second(
    clean_database: Database, settings_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    examiner = Examiner(settings_of(), clean_database, HeardHub())
    first = examiner.look()
    assert examiner.look() is first
    monkeypatch.setattr(health, "ANSWER_KEPT_S", -1.0)
    assert examiner.look() is not first


@pytest.mark.parametrize(("url", "status"), [(None, 200), (NOWHERE, 503)])
def test_over_http(
    clean_database: Database, settings_of: Any, url: str | None, status: int
) -> None:
    living(clean_database)
    settings = settings_of(url) if url else settings_of()
    database = Database(url, settings.database) if url else clean_database
    app = FastAPI()
    scrape = Scrape(database, open_layers(database, settings))
    app.include_router(health_router(Examiner(settings, database, HeardHub()), scrape))

    async def go() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
            return [await client.get(path) for path in ("/health", "/health/live", "/metrics")]

    whole, alive, metrics = asyncio.run(go())
    assert whole.status_code == status
    assert whole.json()["status"] == ("ok" if status == 200 else "down")
    assert alive.status_code == 200
    assert "hinomi_http_requests_total" in metrics.text
    assert "hinomi_database_up" in metrics.text
    assert metrics.headers["content-type"].startswith("text/plain")


def test_the_heartbeat_table_may_be_empty(clean_database: Database) -> None:
    with clean_database.transaction() as session:
        session.execute(text("DELETE FROM heartbeat"))
        part = health.beating(session, "worker", clock.real())
    assert (part["state"], part["heard_s_ago"]) == (Condition.DEGRADED, None)

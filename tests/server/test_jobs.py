"""The jobs in PostgreSQL: one at a time per source, queued once, never for what is not due."""

import asyncio
from collections.abc import Awaitable, Callable

import procrastinate
import psycopg
import pytest
from sqlalchemy import text

from core.clock import world
from core.db.session import Database
from ingest import service
from ingest.pipeline import Report
from ingest.source import Source
from server import jobs


class Ran:
    """A pipeline that notes what it was asked to run."""

    def __init__(self, database: Database) -> None:
        self.names: list[str] = []
        self._database = database

    def run(self, source: Source) -> Report:
        """Note it and move its time, as the real one does."""
        self.names.append(source.name)
        with self._database.transaction() as session:
            session.execute(
                text("UPDATE source_state SET next_due_at = next_due_at + interval '1 h'"
                     " WHERE source = :name"), {"name": source.name}
            )  # fmt: skip
        return Report(source.name, error="試験")


def with_app(
    database: Database, ran: Ran, deed: Callable[[procrastinate.App], Awaitable[None]]
) -> None:
    """Do something with an application that has its tasks."""

    async def run() -> None:
        app = jobs.make_app(database.url)
        jobs.register(app, database, ran)  # type: ignore[arg-type]
        async with app.open_async():
            await deed(app)

    asyncio.run(run())


@pytest.fixture
def ran(clean_database: Database) -> Ran:
    with clean_database.transaction() as session:
        service.register_sources(session)
        session.execute(text("UPDATE source_state SET enabled = true, next_due_at = :at"),
                        {"at": world()})  # fmt: skip
    return Ran(clean_database)


def count(database: Database) -> int:
    with psycopg.connect(database.url) as connection:
        row = connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
        return int(row[0]) if row else -1


def test_a_job_is_queued_once(clean_database: Database, ran: Ran) -> None:
    async def deed(app: procrastinate.App) -> None:
        for _ in range(3):
            await jobs.defer(app, jobs.INGEST, "source:a", source="river_levels")
        await jobs.defer(app, jobs.INGEST, "source:b", source="jma_xml")

    with_app(clean_database, ran, deed)
    assert count(clean_database) == 2
    assert ran.names == []


def test_a_job_runs_its_source_and_is_gone(clean_database: Database, ran: Ran) -> None:
    async def deed(app: procrastinate.App) -> None:
        for lock in ("source:a", "source:again"):
            await jobs.defer(app, jobs.INGEST, lock, source="river_levels")
        await app.run_worker_async(wait=False, install_signal_handlers=False,
                                   delete_jobs="successful")  # fmt: skip

    with_app(clean_database, ran, deed)
    assert ran.names == ["river_levels"], "the second found it no longer due"
    assert count(clean_database) == 0


def test_a_source_that_was_switched_off_meanwhile_is_not_asked(
    clean_database: Database, ran: Ran
) -> None:
    with clean_database.transaction() as session:
        session.execute(text("UPDATE source_state SET enabled = false"))

    async def deed(app: procrastinate.App) -> None:
        await jobs.defer(app, jobs.INGEST, "source:a", source="river_levels")
        await app.run_worker_async(wait=False, install_signal_handlers=False)

    with_app(clean_database, ran, deed)
    assert ran.names == []


def test_shelters_are_made_of_reports(clean_database: Database, ran: Ran) -> None:
    with clean_database.transaction() as session:
        session.execute(text(
            "INSERT INTO shelter_report (source, key, form, name, geom, observed_at, received_at)"
            " VALUES ('x', 'register:1', 'register', '架空小学校',"
            " 'SRID=4326;POINT(140.5 30.5)', now(), now())"))  # fmt: skip

    async def deed(app: procrastinate.App) -> None:
        await jobs.defer(app, jobs.SHELTERS, "shelters")
        await app.run_worker_async(wait=False, install_signal_handlers=False)

    with_app(clean_database, ran, deed)
    with clean_database.transaction() as session:
        assert session.scalars(text("SELECT name FROM shelter")).all() == ["架空小学校"]

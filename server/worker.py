"""Schedules and long jobs: any number of copies, on any machines, over one PostgreSQL."""

import asyncio
import logging
import os
import signal
import socket
from contextlib import suppress

import procrastinate
import psycopg

from core import events
from core.clock import WORLD, world
from core.clock_store import follow
from core.db.session import Database, DatabaseGoneError
from core.settings import Settings
from core.storage import Storage
from ingest import service
from ingest.archive import Archive
from ingest.http import Outside
from ingest.pipeline import Pipeline
from ingest.source import Source
from server import jobs
from server.databases import database_url
from server.watch import SourceWatch

LOG = logging.getLogger(__name__)

TICK_S = 0.5
BEAT_S = 2.0
RESCUE_S = 5.0
# A killed worker's job is given to another one after this many seconds without its heartbeat.
STALLED_S = 12.0
# A simulated world is on this machine and runs up to 600 times faster than the real one.
DRILL_REQUESTS_PER_MINUTE = 30_000


def make_pipeline(settings: Settings, database: Database) -> Pipeline:
    """Return the ingest pipeline of a process."""
    feeds = settings.ingest.feeds
    per_minute = settings.ingest.host_requests_per_minute

    def base_of(source: Source) -> str:
        return f"{feeds}/{source.name}/" if feeds else str(source.manifest.base_address)

    return Pipeline(
        database=database,
        archive=Archive(database, Storage(settings.storage)),
        outside=Outside(
            user_agent=settings.ingest.user_agent,
            requests_per_minute=DRILL_REQUESTS_PER_MINUTE if feeds else per_minute,
        ),
        now=world,
        base_of=base_of,
        drill=settings.drill.active,
    )


class Worker:
    """One worker process."""

    def __init__(self, settings: Settings) -> None:
        self._url = database_url(settings)
        self._database = Database(self._url, settings.database)
        self._pipeline = make_pipeline(settings, self._database)
        self._hub = events.Hub(self._url)
        self._watch = SourceWatch()
        self._stop = asyncio.Event()
        self._shelters_dirty = asyncio.Event()
        self._name = f"worker:{socket.gethostname()}:{os.getpid()}"

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT; outlive every loss of the database."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        self._hub.start()

        def hear(message: events.Message) -> None:
            loop.call_soon_threadsafe(self._hear, message)

        self._hub.subscribe(hear)
        follow(self._database, self._hub, WORLD)
        beating = asyncio.create_task(self._beat())
        try:
            while not self._stop.is_set():
                await self._work_once()
        finally:
            beating.cancel()
            self._hub.stop()
            self._pipeline.outside.close()
            self._database.close()

    def _hear(self, message: events.Message) -> None:
        if message.get("topic") == "reconnected" or message.get("name") == "shelter_report":
            self._shelters_dirty.set()

    async def _work_once(self) -> None:
        """Work until told to stop or until the database goes; then wait a little."""
        app = jobs.make_app(self._url)
        jobs.register(app, self._database, self._pipeline)
        try:
            async with app.open_async():
                await asyncio.to_thread(self._register)
                LOG.info("%s works", self._name)
                await self._until_first(app)
        except (procrastinate.exceptions.ConnectorException, psycopg.Error, DatabaseGoneError,
                OSError) as error:  # fmt: skip
            LOG.warning("database gone (%s); trying again", type(error).__name__)
        if not self._stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), 2.0)

    async def _until_first(self, app: procrastinate.App) -> None:
        """Run jobs and schedule; when one of them ends, end the other."""
        working = asyncio.create_task(
            app.run_worker_async(
                name=self._name,
                concurrency=3,
                install_signal_handlers=False,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=8.0,
                delete_jobs="successful",
                update_heartbeat_interval=3.0,
                stalled_worker_timeout=STALLED_S,
            )
        )
        ticking = asyncio.create_task(self._tick(app))
        stopping = asyncio.create_task(self._stop.wait())
        tasks = {working, ticking, stopping}
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for task in done - {stopping}:
            task.result()

    def _register(self) -> None:
        with self._database.transaction() as session:
            service.register_sources(session)

    async def _tick(self, app: procrastinate.App) -> None:
        """Queue what is due; any number of workers may do this, the queueing lock holds."""
        since_rescue = RESCUE_S
        while True:
            for source in await asyncio.to_thread(self._due):
                await jobs.defer(app, jobs.INGEST, f"source:{source}", source=source)
            if self._shelters_dirty.is_set():
                self._shelters_dirty.clear()
                await jobs.defer(app, jobs.SHELTERS, "shelters")
            since_rescue += TICK_S
            if since_rescue >= RESCUE_S:
                since_rescue = 0.0
                await asyncio.to_thread(self._look)
                await self._rescue(app)
            await asyncio.sleep(TICK_S)

    def _due(self) -> list[str]:
        with self._database.transaction() as session:
            return service.due_sources(session)

    def _look(self) -> None:
        with self._database.transaction() as session:
            self._watch.look(session, world())

    async def _rescue(self, app: procrastinate.App) -> None:
        """Take up jobs whose worker died; their payloads are in the archive."""
        manager = app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S):
            LOG.warning("job %s of a dead worker is taken up again", job.id)
            await manager.finish_job(job, status=procrastinate.jobs.Status.FAILED, delete_job=True)

    async def _beat(self) -> None:
        """Say every two seconds that this worker lives."""
        while True:
            with suppress(DatabaseGoneError):
                await asyncio.to_thread(self._beat_once)
            await asyncio.sleep(BEAT_S)

    def _beat_once(self) -> None:
        with self._database.transaction() as session:
            events.beat(session, self._name, "worker", {"pid": os.getpid()})


def work(settings: Settings) -> None:
    """Run a worker process until it is told to stop."""
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    await Worker(settings).run()

"""The jobs of the worker, as procrastinate keeps them in PostgreSQL."""

import logging

import procrastinate

from core.auth.actor import SYSTEM
from core.db.session import Database
from ingest import registry, service
from ingest.pipeline import Pipeline

LOG = logging.getLogger(__name__)
INGEST = "ingest"
SHELTERS = "shelters"


def make_app(url: str) -> procrastinate.App:
    """Return the job application on a database; three connections beside the worker's own."""
    connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=3)
    return procrastinate.App(connector=connector)


def register(app: procrastinate.App, database: Database, pipeline: Pipeline) -> None:
    """Give the application its tasks."""

    @app.task(name=INGEST)
    def ingest(source: str) -> None:
        """Run one source, unless another run came first: jobs are queued while one is running."""
        with database.transaction() as session:
            if source not in service.due_sources(session):
                return
        report = pipeline.run(registry.source(source))
        if report.error:
            LOG.warning("source %s: %s", source, report.error)
        elif report.payloads:
            LOG.info("source %s: %s", source, report.counts)

    @app.task(name=SHELTERS)
    def shelters() -> None:
        """Make shelters of what was reported."""
        from evac.shelters import service  # noqa: PLC0415 - loads scipy, wanted only here

        with database.transaction() as session:
            service.update_shelters(session, SYSTEM)


async def defer(app: procrastinate.App, task: str, lock: str, **arguments: str) -> None:
    """Queue a job unless the same one waits already; one at a time per lock."""
    job = app.configure_task(task, lock=lock, queueing_lock=lock)
    try:
        await job.defer_async(**arguments)
    except procrastinate.exceptions.AlreadyEnqueued:
        LOG.debug("%s is queued already", lock)

"""What `/metrics` reads from the database at each scrape: sources, layers, quarantine."""

import time
from datetime import datetime
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core import clock, metrics
from core.db.schema.system import QuarantineRow, SourceState
from core.db.session import Database, DatabaseGoneError
from layers.freshness import SourceCondition, SourceStatus, statuses
from layers.service import LayerAccess

ANSWER_KEPT_S = 1.0
"""Nobody, scraping however often, costs the database more than one look a second."""
BY_LABEL = (
    metrics.LAYER_VERSION, metrics.SOURCE_STATE, metrics.SOURCE_AGE, metrics.SOURCE_LAG,
    metrics.SOURCE_FAILURES, metrics.INGEST_RECORDS, metrics.QUARANTINE_ROWS,
)  # fmt: skip


class Scrape:
    """Answers of `/metrics`; without a database only this process's own numbers are told."""

    def __init__(self, database: Database, layers: LayerAccess) -> None:
        self._database = database
        self._layers = layers
        self._lock = Lock()
        self._looked: float | None = None

    def read(self) -> bytes:
        """Return every metric, the shared ones as they are now or were less than a second ago."""
        with self._lock:
            if self._looked is None or time.monotonic() - self._looked > ANSWER_KEPT_S:
                self._look()
                self._looked = time.monotonic()
            return metrics.exposition()

    def _look(self) -> None:
        # What is gone must not be told on with its last value.
        for family in BY_LABEL:
            family.clear()
        try:
            with self._database.transaction() as session:
                self._set(session, clock.world())
        except (DatabaseGoneError, SQLAlchemyError):
            metrics.DATABASE_UP.set(0)
        else:
            metrics.DATABASE_UP.set(1)

    def _set(self, session: Session, now: datetime) -> None:
        for layer, version in self._layers.versions(session).items():
            if version:  # the official base maps have none
                metrics.LAYER_VERSION.labels(layer).set(version)
        for status in statuses(session).values():
            set_source(status, now)
        for source, totals in session.execute(select(SourceState.source, SourceState.totals)):
            for kind, count in totals.items():
                metrics.INGEST_RECORDS.labels(source, kind).set(count)
        waiting = (
            select(QuarantineRow.source, func.count())
            .where(QuarantineRow.state == "open")
            .group_by(QuarantineRow.source)
        )
        for source, count in session.execute(waiting):
            metrics.QUARANTINE_ROWS.labels(source).set(count)


def set_source(status: SourceStatus, now: datetime) -> None:
    """Tell how a source is doing at a world time; what it never did has no number."""
    found = status.condition(now)
    for condition in SourceCondition:
        metrics.SOURCE_STATE.labels(status.source, condition.value).set(condition is found)
    metrics.SOURCE_FAILURES.labels(status.source).set(status.failures)
    for family, at in (
        (metrics.SOURCE_AGE, status.last_success_at),
        (metrics.SOURCE_LAG, status.newest_observed_at),
    ):
        if at is not None:
            family.labels(status.source).set((now - at).total_seconds())

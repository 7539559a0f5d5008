"""fetch → archive → parse → check → upsert → status: one payload, one transaction.

The payload is archived and committed before parsing. Its records, its quarantine rows, its events
and the source's new state are one transaction: a crash before the commit leaves an unparsed
payload that the next run takes up, a crash after it leaves nothing to do. Doing it twice changes
nothing, since every upsert has a natural key.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core import events
from core.db.schema.system import SourceState
from core.db.session import Database, DatabaseGoneError
from core.errors import HinomiError
from ingest import observations, repository, rivers
from ingest.archive import Archive, Archived
from ingest.happenings import Happening, Scene, happenings
from ingest.http import Outside
from ingest.intake import Intake, orphans, take_in
from ingest.records import Rejected
from ingest.source import Source, UnreadableError
from ingest.staging import Absent
from ingest.tables import FORMS, Told

LOG = logging.getLogger(__name__)
# After a failure the wait begins here, doubles, and never exceeds half an hour.
FIRST_RETRY_S = 60.0
BACK_OFF_MOST_S = 1800.0


@dataclass(slots=True)
class Report:
    """What one run of a source did."""

    source: str
    payloads: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    error: str | None = None
    """Why the source or one of its payloads failed; the first reason."""
    trouble: str | None = None
    """What went wrong although everything was taken in, for instance a full disk."""

    def add(self, counts: dict[str, int]) -> None:
        """Add one payload's counts."""
        self.payloads += 1
        for label, count in counts.items():
            self.counts[label] = self.counts.get(label, 0) + count


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What a run needs, built once per process."""

    database: Database
    archive: Archive
    outside: Outside
    now: Callable[[], datetime]
    """World time."""
    base_of: Callable[[Source], str]
    """Where a source is asked: its own address, or below the simulated world's."""
    drill: bool = False
    """Exercise telegrams count only in a drill."""
    series: observations.SeriesCache = field(default_factory=observations.SeriesCache)

    def run(self, source: Source) -> Report:
        """Take up what a crash left, then fetch and take in what the source says now."""
        report = Report(source.name)
        memory: dict[str, Any] | None = None
        try:
            for archived in self.archive.unparsed(source.name):
                self._try(source, archived, report, None)
            memory = self._begin(source)
            fetcher = self.outside.fetcher(source.manifest, self.base_of(source), memory, self.now)
            for payload in source.fetch(fetcher):
                self._try(source, self.archive.keep(source.name, payload), report, memory)
        except DatabaseGoneError:
            raise
        except HinomiError as error:
            report.error = report.error or error.message
        except Exception as error:  # a fault of one client must not stop its schedule
            LOG.exception("source %s", source.name)
            report.error = report.error or _fault("受信中の誤り", error)
        self._end(source, report, memory)
        return report

    def _try(
        self, source: Source, archived: Archived, report: Report, memory: dict[str, Any] | None
    ) -> None:
        """Take a payload in; one that cannot be understood does not keep the next ones out."""
        report.trouble = report.trouble or archived.trouble
        try:
            self._take(source, archived, report, memory)
        except UnreadableError as error:
            report.error = report.error or f"{archived.payload.name}: {error.message}"
            if memory is not None:
                # Asked again without conditions: "unchanged" would hide that it was never parsed.
                memory.get("validators", {}).pop(archived.payload.url, None)

    def load(self, source: Source, archived: Archived) -> dict[str, int]:
        """Parse one archived payload and write it; return counts by kind.

        Raises
        ------
        UnreadableError
            When it cannot be understood as a whole; the payload's row then says why.
        """
        report = Report(source.name)
        self._take(source, archived, report, None)
        return report.counts

    def _begin(self, source: Source) -> dict[str, Any]:
        with self.database.transaction() as session:
            state = repository.lock_state(session, source.name)
            state.last_attempt_at = self.now()
            return {key: dict(value) for key, value in state.memory.items()}

    def _take(
        self, source: Source, archived: Archived, report: Report, memory: dict[str, Any] | None
    ) -> None:
        """Parse and write one payload in one transaction."""
        try:
            intake = take_in(source, archived.payload, drill=self.drill)
        except UnreadableError as error:
            self._refuse(archived, error.message)
            raise
        try:
            with self.database.transaction() as session:
                state = repository.lock_state(session, source.name)
                self._write(session, source, archived, intake)
                self._note(state, intake, memory)
        except BaseException as error:
            # Ids that were made in a transaction that is gone must not be remembered.
            self.series.forget()
            if isinstance(error, HinomiError) or not isinstance(error, Exception):
                raise
            # Left unparsed it would be taken up, and fail, again and again.
            LOG.exception("payload %s of %s", archived.id, source.name)
            message = _fault("取り込み中の誤り", error)
            self._refuse(archived, message)
            raise UnreadableError(message) from error
        report.add(intake.counts())

    def _refuse(self, archived: Archived, message: str) -> None:
        with self.database.transaction() as session:
            repository.refuse_payload(session, archived.id, message)

    def _write(self, session: Session, source: Source, archived: Archived, intake: Intake) -> None:
        now = self.now()
        scene = Scene(source.name, archived.payload.fetched_at)
        told = Told(source.name, archived.payload.fetched_at, now, archived.id)
        unusable = repository.upsert_stations(session, source.name, intake.stations, now)
        intake.rejected += [_refused(station, reason) for station, reason in unusable]
        found: list[Happening] = []
        for label, records in intake.reported.items():
            changes, refused = repository.write_reported(session, FORMS[label], records, told)
            found += happenings(label, changes, scene)
            intake.rejected += [_refused(record, reason) for record, reason in refused]
        for mark in intake.complete:
            form = FORMS[mark.kind]
            prefix = "status:" if mark.kind == "shelter_status" else ""
            absent = Absent(
                source.name,
                mark.observed_at,
                prefix + (mark.scope or ""),
                frozenset(prefix + record.key for record in intake.reported.get(mark.kind, [])),
            )
            found += happenings(mark.kind, repository.end_unnamed(session, form, absent), scene)
        found += self._observe(session, source, archived, intake)
        repository.add_happenings(session, found)
        payload = (archived.id, archived.payload)
        repository.quarantine(session, source.name, intake.rejected, payload)
        repository.finish_payload(session, archived.id, now, intake.counts())

    def _observe(
        self, session: Session, source: Source, archived: Archived, intake: Intake
    ) -> list[Happening]:
        """Write observations last: `latest` is what other writers of the same tables wait for."""
        if not intake.observations:
            return []
        batch = observations.collect(
            intake.observations,
            self.series.of(source.name),
            lambda wanted: repository.resolve_series(session, source.name, wanted),
        )
        intake.rejected += orphans(batch.orphans)
        if not len(batch):
            return []
        observations.stage(session, batch)
        crossed: list[Happening] = []
        if any(station.kind == "river" for station in intake.stations):
            crossed = rivers.crossings(session, source.name, self.now())
        observations.merge(session, batch, archived.id, self.now())
        return crossed

    def _note(self, state: SourceState, intake: Intake, memory: dict[str, Any] | None) -> None:
        """Bring the source's state up to this payload."""
        counts = intake.counts()
        state.last_change_at = self.now()
        newest = intake.newest()
        if newest and (state.newest_observed_at is None or newest > state.newest_observed_at):
            state.newest_observed_at = newest
        state.counts = counts
        totals = dict(state.totals)
        for label, count in counts.items():
            totals[label] = int(totals.get(label, 0)) + count
        state.totals = totals
        if memory is not None:
            state.memory = {key: dict(value) for key, value in memory.items()}

    def _end(self, source: Source, report: Report, memory: dict[str, Any] | None) -> None:
        """Write how the run went, and when the next one is due."""
        now = self.now()
        with self.database.transaction() as session:
            state = repository.lock_state(session, source.name)
            if report.error is None:
                state.failures, state.last_success_at = 0, now
                state.last_error = report.trouble
                if report.trouble:
                    repository.add_happenings(session, [_storage_trouble(report.trouble, now)])
                if memory is not None:
                    state.memory = {key: dict(value) for key, value in memory.items()}
            else:
                state.failures += 1
                state.last_error = repository.storable(report.error)
            state.next_due_at = now + timedelta(seconds=wait_s(source, state.failures))
            events.notify(session, "source", name=source.name)


def wait_s(source: Source, failures: int) -> float:
    """Return world seconds until the next run.

    The interval while all is well. After a failure one minute (or the interval, if shorter),
    doubled by every failure in a row: a list asked once a day is not missed for a day.
    """
    interval = float(source.manifest.interval_s)
    if failures == 0:
        return interval
    first = min(interval, FIRST_RETRY_S)
    return min(BACK_OFF_MOST_S, first * 2.0 ** min(failures, 12))


def _storage_trouble(trouble: str, now: datetime) -> Happening:
    """Return the line that says, at most once an hour, that raw payloads are no longer kept."""
    return Happening(
        at=now,
        kind="system",
        severity=3,
        text_ja=f"受信データを保存できません: {trouble}",
        text_en="Raw payloads cannot be kept: the storage is full or broken",
        layer=None,
        feature=None,
        dedup=f"storage:{now:%Y%m%d%H}",
    )


def _fault(what: str, error: Exception) -> str:
    return f"{what} {type(error).__name__}: {error}"[:300]


def _refused(record: Any, reason: str) -> Rejected:  # noqa: ANN401 - any record
    return Rejected(
        reason="database_refused",
        message=f"データベースに入れられない値があります: {reason}",
        locator=str(getattr(record, "key", "")),
        raw=repr(record)[:4000],
    )

"""How old is it: states of sources and of what they told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from layers import wire

FAILING_AFTER = 3
"""Failures in a row from which a source that is not yet late counts as failing."""


class SourceCondition(StrEnum):
    """How a source is doing."""

    OK = "ok"
    LATE = "late"
    SILENT = "silent"
    FAILING = "failing"
    OFF = "off"
    NEVER = "never"


class Freshness(StrEnum):
    """How a single value stands: live, late, silent, or never reported."""

    LIVE = "live"
    LATE = "late"
    SILENT = "silent"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A source as `source_state` knows it, judged at one world time."""

    source: str
    title: str
    title_en: str
    short: str
    credit: str
    enabled: bool
    late_after_s: int
    silent_after_s: int
    station_silent_after_s: int | None
    last_success_at: datetime | None
    newest_observed_at: datetime | None
    failures: int
    last_error: str | None

    def condition(self, now: datetime) -> SourceCondition:
        """Return the state at a world time."""
        if not self.enabled:
            return SourceCondition.OFF
        if self.last_success_at is None:
            failing = self.failures >= FAILING_AFTER
            return SourceCondition.FAILING if failing else SourceCondition.NEVER
        age = age_s(self.last_success_at, now)
        if age > self.silent_after_s:
            return SourceCondition.SILENT
        if age > self.late_after_s:
            return SourceCondition.LATE
        return SourceCondition.FAILING if self.failures >= FAILING_AFTER else SourceCondition.OK

    def station(self, observed_at: datetime | None, now: datetime) -> Freshness:
        """Return the state of one station whose newest value is of `observed_at`."""
        silent_after = self.station_silent_after_s or self.silent_after_s
        return judge(observed_at, now, min(self.late_after_s, silent_after), silent_after)

    def told(self, observed_at: datetime | None, now: datetime) -> Freshness:
        """Return the state of something that stays true for as long as its source is heard.

        A closure told yesterday stands while the road manager's list still comes in.
        """
        if observed_at is None:
            return Freshness.NEVER
        return {
            SourceCondition.OK: Freshness.LIVE,
            SourceCondition.FAILING: Freshness.LIVE,
            SourceCondition.LATE: Freshness.LATE,
        }.get(self.condition(now), Freshness.SILENT)

    def report(self, now: datetime) -> dict[str, Any]:
        """Return what screens show of it."""
        age = None if self.last_success_at is None else age_s(self.last_success_at, now)
        return {
            "source": self.source,
            "short": self.short,
            "title": self.title,
            "title_en": self.title_en,
            "state": self.condition(now).value,
            "last_success_at": wire.moment(self.last_success_at),
            "age_s": age,
        }


def age_s(then: datetime, now: datetime) -> int:
    """Return the age in whole seconds; 0 for a time in the future (a clock ahead of ours)."""
    return max(0, int((now - then).total_seconds()))


def judge(then: datetime | None, now: datetime, late_after: int, silent_after: int) -> Freshness:
    """Return the state of a value by its age against two limits in seconds."""
    if then is None:
        return Freshness.NEVER
    age = age_s(then, now)
    if age > silent_after:
        return Freshness.SILENT
    return Freshness.LATE if age > late_after else Freshness.LIVE


_STATUSES = text(
    "SELECT source, title, title_en, short, credit, enabled, late_after_s, silent_after_s,"
    " station_silent_after_s, last_success_at, newest_observed_at, failures, last_error"
    " FROM source_state ORDER BY source"
)


def statuses(session: Session) -> Mapping[str, SourceStatus]:
    """Return every source by name, in the order of names."""
    rows = session.execute(_STATUSES).mappings()
    return {row["source"]: SourceStatus(**row) for row in rows}


def reports(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Return what the wall's status row shows: one entry for each source."""
    return [status.report(now) for status in statuses(session).values()]


def conditions(known: Mapping[str, SourceStatus], now: datetime) -> tuple[object, ...]:
    """Return all that the states of what sources told depend on, besides the age of it."""
    return tuple(
        (one.source, one.condition(now), one.late_after_s, one.silent_after_s,
         one.station_silent_after_s)
        for one in known.values()
    )  # fmt: skip

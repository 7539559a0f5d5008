"""One payload's items, sorted by kind and checked against time, before anything is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.records import (
    Complete,
    Item,
    Observation,
    Rejected,
    Station,
)
from ingest.source import Payload, Source, UnreadableError

# Clocks differ by minutes. Something from farther ahead would become "newest" and stay it, so it
# waits in quarantine instead.
AHEAD = timedelta(minutes=15)
# No public feed of this kind reaches further back; an older time is a broken one.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
RAW = 4_000


@dataclass(slots=True)
class Intake:
    """What a payload holds."""

    stations: list[Station] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    reported: dict[str, list[Any]] = field(default_factory=dict)
    """Records by label."""
    complete: list[Complete] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return how many of each kind."""
        found = {
            "station": len(self.stations),
            "observation": len(self.observations),
            **{label: len(records) for label, records in self.reported.items()},
            "rejected": len(self.rejected),
        }
        return {label: count for label, count in found.items() if count}

    def newest(self) -> datetime | None:
        """Return the newest time anything in it was observed."""
        # The moments of one payload are mostly one object: look at each object once.
        times = list({id(o[2]): o[2] for o in self.observations}.values())
        times += [m for r in self.reported.values() for x in r if (m := observed_at(x))]
        return max(times, default=None)


def observed_at(record: Any) -> datetime | None:  # noqa: ANN401 - any record
    """Return the time a record claims to be of, None where its kind has none."""
    for name in ("observed_at", "issued_at", "passed_at"):
        moment = getattr(record, name, None)
        if isinstance(moment, datetime):
            return moment
    return None


def take_in(source: Source, payload: Payload, *, drill: bool = False) -> Intake:
    """Parse a payload into its kinds; rows from the future or the far past are rejected.

    Warnings marked 訓練 or 試験 are left out unless this is a drill.

    Raises
    ------
    UnreadableError
        When the payload as a whole cannot be understood; also for a fault of the parser itself,
        which must not stop other payloads.
    """
    intake = Intake()
    limit = payload.fetched_at + AHEAD
    try:
        _sort(source.parse(payload), intake, limit)
    except UnreadableError:
        raise
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
        message = f"解析中の誤り {type(error).__name__}: {error}"[:300]
        raise UnreadableError(message) from error
    if not drill and "warning" in intake.reported:
        real = [record for record in intake.reported["warning"] if record.status == "通常"]
        intake.reported["warning"] = real
    return intake


def _sort(items: Iterable[Item], intake: Intake, limit: datetime) -> None:
    good: datetime | None = None
    for item in items:
        if isinstance(item, Observation):
            # Comparing times of two zones is slow, and neighbours mostly share one time object.
            if item[2] is good or EARLIEST <= item[2] <= limit:
                good = item[2]
                intake.observations.append(item)
            else:
                intake.rejected.append(_wrong_time(item, item[2], limit))
        elif isinstance(item, Rejected):
            intake.rejected.append(item)
        elif isinstance(item, Complete):
            intake.complete.append(item)
        elif isinstance(item, Station):
            intake.stations.append(item)
        else:
            moment = observed_at(item)
            if moment is None or EARLIEST <= moment <= limit:
                intake.reported.setdefault(item.label, []).append(item)
            else:
                intake.rejected.append(_wrong_time(item, moment, limit))


def _wrong_time(item: Any, moment: datetime, limit: datetime) -> Rejected:  # noqa: ANN401
    ahead = moment > limit
    word = "未来の時刻です（送信側の時計を確認してください）" if ahead else "古すぎる時刻です"
    return Rejected(
        reason="from_future" if ahead else "implausible_time",
        message=f"{moment.isoformat()} は{word}",
        locator=str(getattr(item, "key", None) or getattr(item, "station", "")),
        raw=repr(item)[:RAW],
    )


def orphans(keys: Iterable[str]) -> Iterator[Rejected]:
    """Yield one rejected row per station that observations name and nobody has described."""
    for key in keys:
        yield Rejected(
            reason="unknown_station",
            message=f"観測所 {key} が観測所一覧にありません。一覧を受信した後に再試行してください",
            locator=key,
            raw=f"station={key}",
        )

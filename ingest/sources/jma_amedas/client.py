"""Fetch the station table once a day and every ten-minute map not yet seen."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ingest.reading import TOKYO
from ingest.source import (
    Fetcher,
    Manifest,
    NotPublishedError,
    Payload,
    SourceFailedError,
    fetch_paths,
)

TABLE = "const/amedastable.json"
LATEST = "data/latest_time.txt"
STEP = timedelta(minutes=10)
CATCH_UP = 18
"""Maps fetched at most in one run (three hours): what a gap is caught up with."""


def fetch(http: Fetcher, manifest: Manifest) -> Iterator[Payload]:
    """Yield the station table if not fetched today, then the maps since the last run, oldest first.

    Raises
    ------
    SourceFailedError
        When the newest time cannot be read, or none of the maps due is published.
    """
    del manifest
    today = http.now.astimezone(TOKYO).date().isoformat()
    if http.memory.get("table_day") != today:
        yield from _table(http)
        http.memory["table_day"] = today
    newest = _newest(http)
    if newest is None:
        return
    last = _known_time(http.memory.get("newest_map"))
    if last is not None and last > http.now:
        # The clock was set back, as a drill that is played again does: start afresh.
        last = None
    yield from fetch_paths(http, [map_path(at) for at in _due(newest, last)])
    if last is None or newest > last:
        http.memory["newest_map"] = newest.isoformat()


def map_path(at: datetime) -> str:
    """Return the path of the map of one time."""
    return f"data/map/{at.astimezone(TOKYO):%Y%m%d%H%M}00.json"


def _table(http: Fetcher) -> Iterator[Payload]:
    try:
        table = http.get(TABLE)
    except NotPublishedError:
        # Without the table the maps are still worth having: the stations are known from before.
        return
    if table is not None:
        yield table


def _newest(http: Fetcher) -> datetime | None:
    """Return the time of the newest map the source tells of; None before it has told any."""
    told = http.get(LATEST)
    if told is None:
        return _known_time(http.memory.get("latest_time"))
    text = told.content[:100].decode("ascii", errors="replace").strip()
    at = _known_time(text)
    if at is None:
        message = f"最新時刻 {text!r} を読めません"
        raise SourceFailedError(message)
    http.memory["latest_time"] = at.isoformat()
    return at


def _known_time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=TOKYO)


def _due(newest: datetime, last: datetime | None) -> list[datetime]:
    """Return the times of the maps to fetch, oldest first, at most `CATCH_UP`.

    A newest time before the last map (the source went back, or a drill was rewound) asks for that
    newest map alone; the pipeline keeps what is newer.
    """
    if last is not None and newest <= last:
        return [newest]
    count = CATCH_UP if last is None else min(CATCH_UP, -(-(newest - last) // STEP))
    return [newest - STEP * step for step in reversed(range(count))]

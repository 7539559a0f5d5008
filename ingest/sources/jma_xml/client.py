"""Look at the feed every minute and fetch each telegram in force once."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from ingest.source import Fetcher, Manifest, NotPublishedError, Payload, SourceFailedError
from ingest.sources.jma_xml.feed import Entry, entries_of, newest_statements, path_below

FEED = "feed/extra.xml"
LONG_FEED = "feed/extra_l.xml"
GAP = timedelta(minutes=10)
"""The short feed reaches back at least so far (reference/D-formats.md D3)."""
OVERLAP = timedelta(hours=1)
"""An entry may appear that much later than its own time says."""
MOST_TELEGRAMS = 40
"""Fetched in one run; the rest waits for the next, newest first."""
MOST_NAMES = 1_000
MOST_PENDING = 600

_LOG = logging.getLogger(__name__)


def fetch(http: Fetcher, manifest: Manifest) -> Iterator[Payload]:
    """Yield the telegrams not had yet, the newest first when there are many.

    Remembered: when the feed was last looked at, the names had, the paths still to be fetched and
    the time before which everything is known.

    Raises
    ------
    SourceFailedError
        When the feed cannot be fetched or read, or the first telegram asked for fails.
    """
    _forget_the_future(http)
    fresh = _announced(http, manifest)
    queue = list(dict.fromkeys([*_lines(http.memory.get("pending")), *fresh]))[-MOST_PENDING:]
    for done in range(MOST_TELEGRAMS):
        if not queue:
            break
        try:
            telegram = http.get(queue[-1])
        except NotPublishedError:
            _LOG.warning("telegram announced but not published: %.200s", queue[-1])
            telegram = None
        except SourceFailedError:
            if not done:
                raise
            # What was had stays had; the rest is asked for again next time.
            break
        queue.pop()
        # Said before the yield: what was announced must not be forgotten if the run ends there.
        http.memory["pending"] = "\n".join(queue)
        if telegram is not None:
            yield telegram
    http.memory["pending"] = "\n".join(queue)


def _forget_the_future(http: Fetcher) -> None:
    """Start afresh when the clock was set back, as a drill that is played again does."""
    last = _time(http.memory.get("checked_at"))
    if last is not None and last > http.now + GAP:
        http.memory.clear()


def _announced(http: Fetcher, manifest: Manifest) -> list[str]:
    """Return the paths of telegrams announced since the last look, oldest first."""
    last = _time(http.memory.get("checked_at"))
    after_gap = last is None or http.now - last > GAP
    fresh: list[str] = []
    for path in (LONG_FEED, FEED) if after_gap else (FEED,):
        try:
            feed = http.get(path)
        except NotPublishedError:
            if path == FEED:
                raise
            continue
        if feed is not None:
            fresh += _new_paths(http, manifest, feed, path)
    http.memory["checked_at"] = http.now.isoformat()
    return fresh


def _new_paths(http: Fetcher, manifest: Manifest, feed: Payload, path: str) -> list[str]:
    """Return the paths of telegrams of a feed not seen before, oldest first; remember them."""
    url = feed.url or f"{manifest.base_address}{path}"
    seen = _lines(http.memory.get("seen"))
    known = set(seen)
    horizon = _time(http.memory.get("horizon"))
    entries = [
        entry
        for entry in entries_of(feed.content, url)
        if entry.name not in known and (horizon is None or entry.updated_at >= horizon)
    ]
    if entries:
        # A time in the future must not shut out what comes after it.
        newest = min(max(entry.updated_at for entry in entries), http.now)
        http.memory["horizon"] = max(newest - OVERLAP, horizon or newest - OVERLAP).isoformat()
        names = [*seen, *(entry.name for entry in entries)]
        http.memory["seen"] = "\n".join(names[-MOST_NAMES:])
    bases = (url.removesuffix(path), str(manifest.base_address))
    return [below for entry in newest_statements(entries) if (below := _below(entry, bases))]


def _below(entry: Entry, bases: tuple[str, str]) -> str | None:
    below = path_below(entry.address, bases)
    if below is None:
        _LOG.warning("the feed names an address elsewhere, not fetched: %.200s", entry.address)
    return below


def _time(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _lines(text: str | None) -> list[str]:
    return [line for line in (text or "").split("\n") if line]

"""Fetch the file of this hour, and of the hours missed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ingest.reading import TOKYO
from ingest.source import Fetcher, Manifest, NotPublishedError, Payload, SourceFailedError

HOUR = timedelta(hours=1)
CATCH_UP = 30
"""Hours fetched at most in one run."""
USUAL = 3
"""Hours looked at on a first run; when not one of so many is published, the source has failed."""


def fetch(http: Fetcher, manifest: Manifest) -> Iterator[Payload]:
    """Yield the hourly files from the newest one had (it may have grown) to this hour, in order.

    Raises
    ------
    SourceFailedError
        When none of the last three hours is published, or a fetch fails.
    """
    del manifest
    this_hour = http.now.astimezone(TOKYO).replace(minute=0, second=0, microsecond=0)
    published: list[datetime] = []
    for hour in _due(this_hour, _known_hour(http.memory.get("newest_hour"))):
        try:
            payload = http.get(hour_path(hour))
        except NotPublishedError:
            continue
        published.append(hour)
        if payload is not None:
            yield payload
    if published:
        http.memory["newest_hour"] = published[-1].isoformat()
    if not published or published[-1] <= this_hour - USUAL * HOUR:
        message = f"直近{USUAL}時間のファイルが公開されていません"
        raise SourceFailedError(message)


def hour_path(hour: datetime) -> str:
    """Return the path of the file of an hour (Asia/Tokyo)."""
    return f"{hour.astimezone(TOKYO):%Y/%m/%d/%H}/index.json"


def _known_hour(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        hour = datetime.fromisoformat(text)
    except ValueError:
        return None
    return hour if hour.tzinfo is not None else None


def _due(this_hour: datetime, newest: datetime | None) -> list[datetime]:
    """Return the hours to ask for, oldest first; the previous one always, for it may come late."""
    behind = USUAL - 1 if newest is None else int((this_hour - newest) / HOUR)
    count = min(max(behind, 1), CATCH_UP - 1)
    return [this_hour - step * HOUR for step in reversed(range(count + 1))]

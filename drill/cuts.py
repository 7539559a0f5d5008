"""Tables that hold a whole series, cut so that at a world time only the past is told."""

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime, time

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NOON = time(12)
"""A day's column is told from noon on, the hour it is taken to be true at."""
OBSERVED = "source_observed_at_jst"
_MARK = b"\xef\xbb\xbf"


def day_columns(content: bytes, now: datetime) -> bytes:
    """Return a CSV without the columns of days that have not come; `now` in Japan time."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    if not rows:
        return content
    last = f"{now:%Y-%m-%d}"
    kept = [
        index
        for index, name in enumerate(rows[0])
        if not _DAY.fullmatch(name) or name < last or (name == last and now.time() >= NOON)
    ]
    return _written([[row[index] for index in kept if index < len(row)] for row in rows])


def observed_rows(content: bytes, now: datetime) -> bytes:
    """Return a CSV without the rows observed later than `now` (aware)."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    if not rows or OBSERVED not in rows[0]:
        return content
    column = rows[0].index(OBSERVED)
    return _written([rows[0], *(row for row in rows[1:] if _past(row, column, now))])


def _past(row: list[str], column: int, now: datetime) -> bool:
    try:
        return datetime.fromisoformat(row[column]) <= now
    except (ValueError, IndexError, TypeError):
        return False


def _written(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return _MARK + text.getvalue().encode()


CUTS: dict[str, Callable[[bytes, datetime], bytes]] = {
    "day_columns": day_columns,
    "observed_rows": observed_rows,
}

"""Series with one column per day: opened or not, crowding, or head-counts.

Only the day is known; noon (Japanese time) stands for it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from ingest.reading import TOKYO, rejected, trimmed, whole_number_of
from ingest.records import Item, Rejected, ShelterOpening, ShelterStatus
from ingest.shelter_tables import Row
from ingest.sources.shelter_status.opened import status_of
from ingest.sources.shelter_status.words import crowding_of, opening_of

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NOON = time(12, tzinfo=TOKYO)


def is_series(row: Row) -> bool:
    """Tell whether a row has at least two columns named by a day."""
    return len(_days(row.cells)) > 1


def _days(cells: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in cells if _DAY.fullmatch(name))


def statuses(rows: Iterator[Row], arrived: datetime) -> Iterator[Item]:
    """Yield the state of each shelter on each day that says something."""
    held = list(rows)
    cells = {trimmed(row.cells[day]) for row in held for day in _days(row.cells)}
    marks = cells <= {"0", "1"}
    taken: set[str] = set()
    for row in held:
        days = _days(row.cells)
        bare = Row(
            row.locator,
            {name: value for name, value in row.cells.items() if name not in days},
            row.position,
        )
        whole = status_of(bare, arrived)
        if isinstance(whole, Rejected):
            yield whole
            continue
        if whole.key in taken:  # two names matched to one portal number: tell them apart
            own = trimmed(row.cells.get("shelter_id")) or row.locator
            whole = replace(whole, key=f"archive:{own}")
        taken.add(whole.key)
        yield from _days_of(row, days, whole, marks=marks)


def _days_of(row: Row, days: list[str], whole: ShelterStatus, *, marks: bool) -> Iterator[Item]:
    seen_open = False
    for day in days:
        said = trimmed(row.cells[day])
        if said is None:
            continue
        try:
            at = datetime.combine(date.fromisoformat(day), NOON)
        except ValueError:
            yield rejected("bad_day", f"日付の列「{day}」を読めません。", row.locator, said)
            continue
        people = None if marks else whole_number_of(said)
        opening = _opening(said, people, marks=marks)
        seen_open = seen_open or opening is ShelterOpening.OPEN
        if opening is ShelterOpening.NOT_OPEN and seen_open:
            opening = ShelterOpening.CLOSED
        yield replace(
            whole,
            observed_at=at,
            opening=opening,
            headcount=people,
            crowding=None if marks else crowding_of(said) if people is None else None,
        )


def _opening(said: str, people: int | None, *, marks: bool) -> ShelterOpening:
    if marks:
        return ShelterOpening.OPEN if said == "1" else ShelterOpening.NOT_OPEN
    if people is not None:
        return ShelterOpening.OPEN
    word = opening_of(said)
    # 平常, 混雑 and 不明 are all said of opened ones.
    return ShelterOpening.OPEN if word is ShelterOpening.UNKNOWN else word

"""Bytes of a portal's JSON, a list of opened shelters or a daily series → shelter reports."""

from collections.abc import Iterator
from itertools import chain

from ingest.reading import observed_at_of, rejected
from ingest.records import Item
from ingest.shelter_tables import Row, rows_of
from ingest.source import Payload, UnreadableError
from ingest.sources.shelter_status import daily, opened, portal


def parse(payload: Payload) -> Iterator[Item]:
    """Yield what is reported of each shelter; the dialect is told by the first row.

    Raises
    ------
    UnreadableError
        When the payload is no table, or says nothing about opening, crowding or people.
    """
    arrived = observed_at_of(payload)
    rows = rows_of(payload.content)
    first: Row | None = None
    for row in rows:
        if isinstance(row, Row):
            first = row
            break
        yield rejected("not_a_row", "避難所の行ではありません。", row, row)
    if first is None:
        return
    kind = next((kind for kind, fits in _DIALECTS if fits(first)), None)
    if kind is None:
        message = "開設・混雑・人数の列がありません（名簿であれば shelter_register で取り込みます）"
        raise UnreadableError(message)
    spoilt: list[str] = []
    yield from kind.statuses(_proper(chain([first], rows), spoilt), arrived)
    for locator in spoilt:
        yield rejected("not_a_row", "避難所の行ではありません。", locator, locator)


_DIALECTS = ((portal, portal.is_portal), (daily, daily.is_series), (opened, opened.is_list))


def _proper(rows: Iterator[Row | str], spoilt: list[str]) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, Row):
            yield row
        else:
            spoilt.append(row)

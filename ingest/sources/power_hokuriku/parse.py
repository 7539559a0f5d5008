"""Lists of areas without power → outages. CSV without header, or GeoJSON of areas."""

from collections.abc import Iterator

from ingest.records import Item
from ingest.source import Payload, UnreadableError
from ingest.sources.power_hokuriku.areas import outage_areas
from ingest.sources.power_hokuriku.rows import outage_rows


def parse(payload: Payload) -> Iterator[Item]:
    """Yield the outages of a list; a CSV that is whole ends those it no longer names.

    Raises
    ------
    UnreadableError
        When the bytes are neither such a CSV nor such a GeoJSON, or are empty: no bytes at all say
        nothing, a list without rows (a line break alone) says that nobody is without power.
    """
    if not payload.content:
        message = "中身が空です"
        raise UnreadableError(message)
    if payload.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return outage_areas(payload)
    return outage_rows(payload)

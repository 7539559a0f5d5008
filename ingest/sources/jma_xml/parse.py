"""Telegrams → states of warnings per area; telegrams of other kinds say nothing here."""

from collections.abc import Iterator

from ingest.records import Item
from ingest.source import Payload
from ingest.sources.jma_xml.rivers import river_reports
from ingest.sources.jma_xml.telegram import read_telegram
from ingest.sources.jma_xml.weather import landslide_reports, weather_reports


def parse(payload: Payload) -> Iterator[Item]:
    """Yield the warnings of a telegram, nothing for a kind that carries none (earthquakes …).

    Raises
    ------
    UnreadableError
        When the bytes are no disaster-prevention XML.
    """
    telegram = read_telegram(payload.content)
    if telegram.kind is None:
        return iter(())
    if telegram.kind in {"VXKO", "VXSU"}:
        return river_reports(telegram)
    if telegram.kind == "VXWW50":
        return landslide_reports(telegram)
    return weather_reports(telegram)

"""Weather warnings as XML."""

from collections import Counter

from drill.feeds.telegrams import Telegram, telegrams_of
from drill.feeds.weather_xml import weather_xml
from drill.island.build import Island
from ingest.records import WarningReport
from ingest.source import Payload
from ingest.sources.jma_xml.parse import parse


def reports(island: Island, telegram: Telegram) -> list[WarningReport]:
    content = weather_xml(island, telegram).encode()
    payload = Payload(name=telegram.name, content=content, fetched_at=telegram.issued_at)
    return [item for item in parse(payload) if isinstance(item, WarningReport)]


def weather(island: Island) -> list[Telegram]:
    return [telegram for telegram in telegrams_of(island) if telegram.kind]


def test_levels_come_back_as_they_were_sent(island: Island) -> None:
    codes = island.municipalities.code.tolist()
    for telegram in weather(island):
        if telegram.kind is None or telegram.kind.code == "VPWW61":
            continue
        told = {r.municipality_code: r.level for r in reports(island, telegram)}
        assert [told[code] for code in codes] == telegram.levels.tolist()


def test_the_last_telegram_lifts_everything(island: Island) -> None:
    last = [t for t in weather(island) if t.kind and t.kind.code == "VPWW55"][-1]
    found = reports(island, last)
    assert not any(report.active for report in found)
    assert "解除" in weather_xml(island, last)


def test_thunder_carries_no_level(island: Island) -> None:
    first = next(t for t in weather(island) if t.kind and t.kind.code == "VPWW61")
    counts = Counter(report.active for report in reports(island, first))
    assert counts[True] > 0
    assert all(report.level is None for report in reports(island, first))


def test_a_flood_forecast_is_not_written_here(island: Island) -> None:
    flood = next(t for t in telegrams_of(island) if t.kind is None)
    assert weather_xml(island, flood) == ""

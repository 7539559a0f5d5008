"""Flood forecasts as XML."""

from drill.feeds.floods import flood_xml
from drill.feeds.telegrams import telegrams_of
from drill.island.build import Island
from ingest.records import WarningReport
from ingest.source import Payload
from ingest.sources.jma_xml.parse import parse


def test_each_river_tells_its_level_and_towns(island: Island) -> None:
    floods = [telegram for telegram in telegrams_of(island) if telegram.kind is None]
    codes = set(island.municipalities.code.tolist())
    seen: set[int] = set()
    for telegram in floods:
        content = flood_xml(island, telegram).encode()
        payload = Payload(name=telegram.name, content=content, fetched_at=telegram.issued_at)
        reports = [item for item in parse(payload) if isinstance(item, WarningReport)]
        level = int(telegram.levels[0])
        assert {report.level for report in reports} == {level}
        assert {report.phenomenon for report in reports} == {"river_flood"}
        named = {r.municipality_code for r in reports} - {None}
        assert named <= codes
        assert "訓練" in (reports[0].headline or "")
        seen.add(level)
    assert 0 in seen
    assert max(seen) >= 4


def test_serial_numbers_count_up(island: Island) -> None:
    floods = [telegram for telegram in telegrams_of(island) if telegram.kind is None]
    for river in {telegram.river for telegram in floods}:
        serials = [telegram.serial for telegram in floods if telegram.river == river]
        assert serials == list(range(1, len(serials) + 1))

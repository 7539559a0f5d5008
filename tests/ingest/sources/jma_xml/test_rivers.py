"""Flood forecasts: the section, its municipalities, and those no longer named."""

from collections.abc import Callable

from ingest.records import Complete, Item, Rejected, WarningReport
from ingest.sources.jma_xml.rivers import river_reports
from ingest.sources.jma_xml.telegram import read_telegram

TITLE = "指定河川洪水予報"


def headline(code: str, name: str, ending: str = "（予報区域）", area: str = "990000000100") -> str:
    kind = (
        f"<Kind><Name>{name}</Name><Code>{code}</Code><Condition>{name}（発表）</Condition></Kind>"
    )
    return (
        f'<Information type="指定河川洪水予報{ending}"><Item>{kind}<Areas><Area>'
        f"<Name>架空川下流</Name><Code>{area}</Code></Area></Areas></Item></Information>"
        '<Information type="指定河川洪水予報（府県予報区等）"><Item><Areas><Area>'
        "<Name>架空県</Name><Code>990000</Code></Area></Areas></Item></Information>"
    )


def city(code: str, name: str) -> str:
    return f"<Area><Name>x</Name><City>{name}</City><CityCode>{code}</CityCode></Area>"


BODY = (
    "<Warning><Item><Kind><Property><Type>主文</Type><Text>あふれるおそれ。</Text></Property></Kind>"
    "<Stations><Station><Name>架空橋</Name><Location>架空市</Location></Station></Stations></Item>"
    f"<Item><Areas>{city('9920100', '架空市')}{city('9920200', '架空町')}"
    f"{city('9920100', '架空市')}{city('0000000', '不明')}</Areas></Item></Warning>"
)


def read(content: bytes) -> list[Item]:
    return list(river_reports(read_telegram(content)))


def test_section_municipalities_and_completeness(telegram: Callable[..., bytes]) -> None:
    river, first, second, complete = read(
        telegram(TITLE, headline=headline("40", "レベル４氾濫危険警報"), body=BODY)
    )
    assert isinstance(river, WarningReport)
    assert isinstance(first, WarningReport)
    assert isinstance(second, WarningReport)
    assert river.key == "VXKO:990000000100:river_flood"
    assert (river.level, river.active, river.municipality_code) == (4, True, None)
    assert river.attributes["municipality_codes"] == ["99201", "99202"]
    assert river.attributes["stations"] == {"架空橋": "架空市"}
    assert river.attributes["prefectures"] == ["架空県"]
    assert river.attributes["text"] == "あふれるおそれ。"
    assert first.key == "VXKO:990000000100:9920100:river_flood"
    assert (first.municipality_code, first.area_name, first.level) == ("99201", "架空市", 4)
    assert first.attributes["river"] == "架空川下流"
    assert second.municipality_code == "99202"
    assert isinstance(complete, Complete)
    assert (complete.kind, complete.scope) == ("warning", "VXKO:990000000100:")
    assert all(key.startswith(str(complete.scope)) for key in (river.key, first.key, second.key))


def test_lifted_and_cancelled(telegram: Callable[..., bytes]) -> None:
    for content in (
        telegram(TITLE, headline=headline("10", "氾濫注意報解除")),
        telegram(TITLE, headline=headline("30", "氾濫警報"), info_type="取消"),
    ):
        river = read(content)[0]
        assert isinstance(river, WarningReport)
        assert (river.level, river.active) == (0, False)


def test_an_exercise_ends_nothing_real(telegram: Callable[..., bytes]) -> None:
    items = read(telegram(TITLE, headline=headline("20", "氾濫注意報"), body=BODY, status="訓練"))
    assert [item.label for item in items] == ["warning"] * 3


def test_rivers_with_level_notices(telegram: Callable[..., bytes]) -> None:
    items = read(
        telegram(
            "水位周知河川に関する情報",
            headline=headline("21", "レベル２氾濫注意報", "（発表区間）", "9900000001"),
        )
    )
    assert isinstance(items[0], WarningReport)
    assert (items[0].key, items[0].level) == ("VXSU:9900000001:river_flood", 2)


def test_what_cannot_be_read_is_kept_apart(telegram: Callable[..., bytes]) -> None:
    (bad,) = read(telegram(TITLE))
    assert isinstance(bad, Rejected)
    assert bad.reason == "no_section"
    items = read(telegram(TITLE, headline=headline("77", "見知らぬ予報")))
    assert isinstance(items[0], Rejected)
    assert items[0].reason == "unknown_code"
    assert isinstance(items[1], WarningReport)
    # Something is announced for the river, though nobody here knows how severe it is.
    assert (items[1].level, items[1].active) == (None, True)
    no_code = read(telegram(TITLE, headline=headline("20", "氾濫注意報", area="")))
    assert [item.reason for item in no_code if isinstance(item, Rejected)] == [
        "no_area",
        "no_section",
    ]

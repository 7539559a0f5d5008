"""States of warnings per area, in the words of today's system and of the former one."""

from collections.abc import Callable
from typing import Any

from ingest.records import Rejected, WarningReport
from ingest.sources.jma_xml.telegram import read_telegram
from ingest.sources.jma_xml.weather import landslide_reports, weather_reports

RAIN = "気象警報・注意報（Ｒ０６）（大雨）"


def kind(code: str | None, name: str | None, status: str, more: str = "") -> str:
    told = f"<Name>{name}</Name><Code>{code}</Code>" if code else ""
    return f"<Kind>{told}<Status>{status}</Status>{more}</Kind>"


def item(kinds: str, code: str | None, name: str = "架空市") -> str:
    told = f"<Code>{code}</Code>" if code else ""
    return f"<Item>{kinds}<Area><Name>{name}</Name>{told}</Area></Item>"


def division(items: str, which: str = "市町村等") -> str:
    return f'<Warning type="気象警報・注意報（{which}）">{items}</Warning>'


def reports(content: bytes) -> list[WarningReport]:
    items = list(weather_reports(read_telegram(content)))
    assert all(isinstance(each, WarningReport) for each in items)
    return [each for each in items if isinstance(each, WarningReport)]


def test_levels_by_municipality(telegram: Callable[..., bytes]) -> None:
    danger = (
        "<Property><Type>大雨浸水危険度</Type><SignificancyPart><Base>"
        '<Significancy type="大雨浸水危険度"><Code>41</Code></Significancy>'
        "</Base></SignificancyPart></Property>"
    )
    body = division(
        item(kind("43", "レベル４大雨危険警報", "発表"), "990000", "架空県"), "府県予報区等"
    )
    body += division(item(kind("43", "レベル４大雨危険警報", "発表"), "990010"), "一次細分区域等")
    body += division(
        item(kind("43", "レベル４大雨危険警報", "発表", danger), "9920100")
        + item(kind("10", "レベル２大雨注意報", "継続"), "9920200", "架空町")
        + item(kind("10", "レベル２大雨注意報", "解除"), "9920300", "解除村")
        + item(kind(None, None, "発表警報・注意報はなし"), "9920400", "なし村")
    )
    wide, city, town, lifted, none = reports(telegram(RAIN, body=body))
    assert (wide.municipality_code, wide.level, wide.active) == (None, 4, True)
    assert city.key == "VPWW55:9920100:heavy_rain"
    assert (city.municipality_code, city.level, city.code) == ("99201", 4, "43")
    assert city.attributes["severity"] == "danger"
    assert city.attributes["kinds"] == [
        {
            "code": "43",
            "name": "レベル４大雨危険警報",
            "status": "発表",
            "significancy": {"大雨浸水危険度": "41"},
        }
    ]
    assert (town.level, town.active) == (2, True)
    assert (lifted.level, lifted.active, lifted.name) == (0, False, "レベル２大雨注意報")
    assert (none.level, none.active, none.code, none.name) == (0, False, "00", "発表なし")


def test_many_advisories_are_one_state(telegram: Callable[..., bytes]) -> None:
    kinds = kind("14", "雷注意報", "継続") + kind("20", "濃霧注意報", "発表")
    body = division(item(kinds + kind("24", "霜注意報", "解除"), "9920100"))
    (state,) = reports(telegram("気象警報・注意報（Ｒ０６）（その他注意報）", body=body))
    assert (state.phenomenon, state.level, state.active) == ("other", None, True)
    assert state.name == "雷注意報・濃霧注意報"
    assert len(state.attributes["kinds"]) == 3


def test_the_severest_comes_first(telegram: Callable[..., bytes]) -> None:
    kinds = kind("13", "風雪注意報", "継続") + kind("35", "暴風特別警報", "発表")
    (state,) = reports(
        telegram("気象警報・注意報（Ｒ０６）（暴風）", body=division(item(kinds, "9920100")))
    )
    assert (state.code, state.level) == ("35", None)
    assert state.attributes["severity"] == "special"


def test_the_former_system_states_everything_at_once(telegram: Callable[..., bytes]) -> None:
    kinds = kind("03", "大雨警報", "発表") + kind("18", "洪水注意報", "発表")
    kinds += kind("08", "高潮警報", "継続") + kind("14", "雷注意報", "解除")
    states = {
        state.phenomenon: state
        for state in reports(
            telegram("気象特別警報・警報・注意報", body=division(item(kinds, "9920100")))
        )
    }
    told: dict[str, Any] = {name: (state.active, state.level) for name, state in states.items()}
    assert told == {
        "heavy_rain": (True, 3),
        "river_flood": (True, 2),
        "storm_surge": (True, 4),
        "storm": (False, None),
        "wave": (False, None),
        "heavy_snow": (False, None),
        "other": (False, None),
    }
    assert states["other"].name == "雷注意報"


def test_a_cancellation_ends_what_its_headline_names(telegram: Callable[..., bytes]) -> None:
    headline = (
        '<Information type="気象警報・注意報（市町村等）"><Item><Kind><Name>レベル３大雨警報</Name>'
        "<Code>03</Code></Kind><Areas><Area><Name>架空市</Name><Code>9920100</Code></Area>"
        "<Area><Name>架空町</Name><Code>9920200</Code></Area></Areas></Item></Information>"
    )
    states = reports(telegram(RAIN, headline=headline, info_type="取消"))
    assert [(state.area_code, state.active, state.level) for state in states] == [
        ("9920100", False, 0),
        ("9920200", False, 0),
    ]
    assert {state.info_type for state in states} == {"取消"}


def test_an_exercise_keeps_its_name(telegram: Callable[..., bytes]) -> None:
    body = division(item(kind("03", "レベル３大雨警報", "発表"), "9920100"))
    (state,) = reports(telegram(RAIN, body=body, status="訓練"))
    assert (state.status, state.active) == ("訓練", True)


def test_an_area_without_a_code_is_kept_apart(telegram: Callable[..., bytes]) -> None:
    rain = kind("03", "レベル３大雨警報", "発表")
    body = division(item(rain, None, "名無し") + item(rain, "9920100"))
    bad, good = weather_reports(read_telegram(telegram(RAIN, body=body)))
    assert isinstance(bad, Rejected)
    assert (bad.reason, bad.locator) == ("no_area", "Item 0")
    assert "名無し" in bad.raw
    assert isinstance(good, WarningReport)


def test_landslide_alert(telegram: Callable[..., bytes]) -> None:
    body = (
        '<Warning type="土砂災害警戒情報">'
        + item(kind("3", "警戒", "発表"), "9920100")
        + item(kind("1", "解除", "解除"), "9920200")
        + item(kind("0", "なし", "なし"), "9920300")
        + item(kind("3", "警戒", "継続"), None)
        + "</Warning>"
    )
    content = telegram("土砂災害警戒情報", body=body, head_title="架空県レベル４土砂災害危険警報")
    on, off, none, bad = landslide_reports(read_telegram(content))
    assert isinstance(on, WarningReport)
    assert isinstance(off, WarningReport)
    assert isinstance(none, WarningReport)
    assert isinstance(bad, Rejected)
    assert (on.key, on.level, on.active) == ("VXWW50:9920100:landslide", 4, True)
    assert on.name == "レベル４土砂災害危険警報"
    assert (off.level, off.active, off.name) == (0, False, "解除")
    assert (none.level, none.active) == (0, False)
    former = next(iter(landslide_reports(read_telegram(telegram("土砂災害警戒情報", body=body)))))
    assert isinstance(former, WarningReport)
    assert former.name == "土砂災害警戒情報"

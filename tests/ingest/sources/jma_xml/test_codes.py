"""Kinds from titles, levels from codes and names."""

import pytest

from ingest.sources.jma_xml.codes import (
    CODES,
    FORMER_PHENOMENA,
    LEVELLED,
    PHENOMENON_OF_KIND,
    SEVERITIES,
    flood_level_of,
    kind_of_title,
    level_of,
    means_nothing_issued,
)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("気象警報・注意報（Ｒ０６）（大雨）", "VPWW55"),
        ("気象警報・注意報（Ｒ０６）（土砂）", "VPWW56"),
        ("気象警報・注意報（Ｒ０６）（高潮）", "VPWW57"),
        ("気象警報・注意報（Ｒ０６）（暴風）", "VPWW58"),
        ("気象警報・注意報(R06)(暴風（雪）)", "VPWW58"),
        ("気象警報・注意報（Ｒ０６）（波浪）", "VPWW59"),
        ("気象警報・注意報（Ｒ０６）（大雪）", "VPWW60"),
        ("気象警報・注意報（Ｒ０６）（その他注意報）", "VPWW61"),
        ("気象特別警報・警報・注意報", "VPWW53"),
        ("気象警報・注意報（Ｈ２７）", "VPWW54"),
        ("気象警報・注意報", "VPWW50"),
        ("指定河川洪水予報", "VXKO"),
        ("水位周知河川に関する情報", "VXSU"),
        ("土砂災害警戒情報", "VXWW50"),
        ("気象警報・注意報（Ｒ０６）（見知らぬ）", None),
        ("震源・震度に関する情報", None),
        ("", None),
    ],
)
def test_the_kind_stands_in_the_title(title: str, kind: str | None) -> None:
    assert kind_of_title(title) == kind


def test_every_code_is_of_a_known_phenomenon_and_severity() -> None:
    known = {*PHENOMENON_OF_KIND.values(), "river_flood"}
    assert {warned.phenomenon for warned in CODES.values()} <= known
    assert {warned.severity for warned in CODES.values()} == set(SEVERITIES)
    assert set(FORMER_PHENOMENA) | {"landslide"} == known
    assert all(
        (warned.former_level is not None) == (warned.phenomenon in LEVELLED)
        for warned in CODES.values()
    )


@pytest.mark.parametrize(
    ("code", "name", "former", "level"),
    [
        ("43", "レベル４大雨危険警報", False, 4),
        ("33", "大雨特別警報", False, 5),
        ("08", "レベル３高潮警報", False, 3),
        ("08", "高潮警報", True, 4),
        ("04", "洪水警報", True, 3),
        ("05", "暴風警報", False, None),
        ("77", "見知らぬ注意報", False, None),
    ],
)
def test_level(code: str, name: str, former: bool, level: int | None) -> None:
    assert level_of(code, name, former=former) == level


@pytest.mark.parametrize(
    ("code", "level"),
    [("10", 0), ("20", 2), ("22", 2), ("31", 3), ("40", 4), ("53", 5), ("60", None), ("", None)],
)
def test_flood_level(code: str, level: int | None) -> None:
    assert flood_level_of(code) == level


def test_nothing_issued() -> None:
    assert means_nothing_issued(None, "発表警報・注意報はなし")
    assert means_nothing_issued("10", "解除")
    assert means_nothing_issued("00", None)
    assert not means_nothing_issued("10", "警報から注意報")

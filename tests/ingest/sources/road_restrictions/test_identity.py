"""Keys of restrictions."""

from shapely import LineString

from ingest.sources.road_restrictions.identity import KeyDesk, geometry_key, stretch_key

ROAD = ("国道445号", "national")


def test_a_stretch_keeps_its_key_whatever_end_comes_first() -> None:
    key = stretch_key("mlit", ROAD, "熊本県甲町乙１−２", "丙IC")
    assert key == stretch_key("mlit", ("445号", "national"), "丙IC", "甲町乙1-2")
    assert key is not None
    assert key.startswith("mlit:R445:")
    assert key != stretch_key("pref", ROAD, "甲町乙1-2", "丙IC")
    assert key != stretch_key("mlit", ROAD, "甲町乙1-3", "丙IC")


def test_without_road_or_place_there_is_no_stretch() -> None:
    assert stretch_key("mlit", (None, None), "甲", "乙") is None
    assert stretch_key("mlit", ROAD, None, None) is None


def test_a_line_keeps_its_key_when_drawn_anew_or_backwards() -> None:
    line = LineString([(130.50001, 32.5), (130.51, 32.51), (130.52, 32.52)])
    other = LineString([(130.52, 32.52), (130.51, 32.51), (130.50002, 32.5)])
    assert geometry_key("mlit", line, None) == geometry_key("mlit", other, "x")
    assert geometry_key("mlit", line, None) != geometry_key(
        "mlit", LineString([(130.5, 32.5), (130.53, 32.52)]), None
    )
    assert geometry_key("mlit", None, "整理1") == "mlit:named:整理1"
    assert geometry_key("mlit", None, None) is None


def test_a_key_told_twice_is_numbered() -> None:
    desk = KeyDesk()
    assert [desk.take("a"), desk.take(None, "a"), desk.take("b", "a"), desk.take(None)] == [
        "a", "a#2", "b", None,
    ]  # fmt: skip

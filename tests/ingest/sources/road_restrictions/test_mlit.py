"""One feature of MLIT's map at a time."""

import time
from datetime import datetime
from typing import Any

from shapely import LineString

from ingest.reading import TOKYO
from ingest.records import Item, Rejected, Restriction, RestrictionKind
from ingest.sources.road_restrictions.mlit import (
    cells,
    ends_of,
    feature_geometry,
    features,
    road_of,
)

AT = datetime(2026, 9, 10, 16, 0, tzinfo=TOKYO)
LINE = [[130.5, 32.5], [130.51, 32.51]]


def told(*rows: dict[str, Any], line: Any = LINE) -> list[Item]:
    geometry = {"type": "LineString", "coordinates": line}
    return list(features("mlit", [{"properties": row, "geometry": geometry} for row in rows], AT))


def one(**row: Any) -> Restriction:
    (item,) = told(row)
    assert isinstance(item, Restriction)
    return item


FULL = {
    "県名": "甲県", "市町村名": "乙市", "道路種別": "都道府県道", "路線名": "県道7号丙線",
    "始点住所": "甲県乙市丁１", "終点住所": "甲県乙市戊２", "規制種別": "災害", "規制理由": "落石",
    "規制開始_日時": "2026/9/9/16:27", "規制開始_内容": "全面通行止", "_color": "#FF0000",
}  # fmt: skip


def test_a_full_row() -> None:
    item = one(**FULL)
    assert item.kind is RestrictionKind.CLOSED
    assert (item.road_name, item.road_class) == ("県道7号丙線", "prefectural")
    assert (item.place, item.reason) == ("甲県乙市丁１ ～ 甲県乙市戊２", "落石")
    assert item.started_at == datetime(2026, 9, 9, 16, 27, tzinfo=TOKYO)
    assert item.geometry == LineString(LINE)
    assert (item.lifted, item.observed_at) == (False, AT)
    assert item.attributes["県名"] == "甲県"


def test_grey_is_lifted_but_only_on_this_map() -> None:
    assert one(**FULL | {"_color": "#999999"}).lifted
    assert one(**FULL | {"_color": "#999999"}).attributes["lifted_by"] == "colour"
    assert not one(状態="全面通行止め", 路線名="国道9号", _color="#999999").lifted


def test_a_change_replaces_what_it_began_with() -> None:
    changed = one(**FULL | {"規制変更_内容": "片側交互通行", "_color": "#999999"})
    assert (changed.kind, changed.lifted) == (RestrictionKind.ALTERNATING, False)
    lifted = one(**FULL | {"規制変更_内容": "規制解除", "規制変更_日時": "2026/9/10 9:00"})
    assert (lifted.kind, lifted.lifted) == (RestrictionKind.CLOSED, True)
    assert lifted.ended_at == datetime(2026, 9, 10, 9, 0, tzinfo=TOKYO)
    ambulance = one(**FULL | {"規制変更_内容": "緊急車両のみ通行可"})
    assert (ambulance.kind, ambulance.lifted) == (RestrictionKind.CLOSED, False)
    assert ambulance.attributes["emergency_only"] is True


def test_a_line_without_words_is_unknown_and_stands() -> None:
    item = one(name="整理ID1", _color="#9900ff")
    assert (item.kind, item.lifted, item.road_name) == (RestrictionKind.UNKNOWN, False, None)
    assert item.key.startswith("mlit:at:")


def test_the_road_where_the_class_belongs() -> None:
    item = one(道路種別="国道445号", 始点住所="八代市葉木", 規制種別="災害")
    assert (item.road_name, item.road_class) == ("国道445号", "national")


def test_the_same_stretch_told_twice_is_two_restrictions() -> None:
    first, second = told(FULL, FULL | {"規制理由": "道路損壊"})
    assert isinstance(first, Restriction)
    assert isinstance(second, Restriction)
    assert second.key == f"{first.key}#2"


def test_bad_features_are_told_apart() -> None:
    items = [
        *told(FULL, line=[[32.5, 130.5], [32.6, 130.6]]),
        *features("mlit", [7, {"properties": {}, "geometry": None}], AT),
    ]
    assert [item.reason for item in items if isinstance(item, Rejected)] == [
        "bad_geometry", "not_a_feature", "nothing_said",
    ]  # fmt: skip


def test_a_section_names_both_ends() -> None:
    empty = dict.fromkeys(("start", "end", "section", "road", "class"))
    assert ends_of(empty | {"section": "甲IC 〜 乙IC"}) == ("甲IC", "乙IC")
    assert ends_of(empty | {"section": "甲 → 乙"}) == ("甲", "乙")
    assert ends_of(empty | {"section": "甲トンネル"}) == ("甲トンネル", None)
    assert ends_of(empty | {"start": "甲", "section": "x"}) == ("甲", None)
    assert road_of(empty) == (None, None)
    assert feature_geometry({"geometry": None}, "feature 0") is None


def test_a_hostile_section_costs_no_more_than_its_length() -> None:
    began = time.process_time()
    said = cells({"区間": "a" + " " * 9_000 + "b", "道路種別": "1" * 9_000})
    for _ in range(20):
        ends_of(said)
        road_of(said)
    # Processor time, and far from both: linear takes milliseconds, the former way took minutes.
    assert time.process_time() - began < 5.0


def test_the_ends_of_a_section_carry_no_blanks() -> None:
    assert ends_of(cells({"区間": "甲町 → 乙町"})) == ("甲町", "乙町")

"""JSON lists of restrictions and their histories."""

from datetime import datetime
from typing import Any

import pytest
from shapely import LineString, Point

from ingest.geojson import BadGeometryError
from ingest.reading import TOKYO
from ingest.records import Item, Rejected, Restriction, RestrictionKind
from ingest.sources.road_restrictions.listing import (
    geometry_in,
    item_key,
    items,
    map_history,
    pair,
    restriction_from,
)

AT = datetime(2026, 9, 10, 16, 0, tzinfo=TOKYO)
ITEM: dict[str, Any] = {
    "region": "甲地域", "route_name": "乙線", "content": "全面通行止め", "reason_type": "災害",
    "reason_detail": None, "start_timestamp": "2026-09-09 08:00:00", "end_timestamp": None,
    "start_lat": 32.5, "start_lon": 130.5, "end_lat": 32.51, "end_lon": 130.51,
    "path": [[32.5, 130.5], [32.51, 130.51]],
}  # fmt: skip


def only(found: list[Item]) -> Restriction:
    (item,) = found
    assert isinstance(item, Restriction)
    return item


def test_pairs_in_either_order() -> None:
    assert pair([32.5, 130.5]) == pair([130.5, 32.5]) == (130.5, 32.5)
    assert pair({"lat": 32.5, "lon": 130.5}) == (130.5, 32.5)
    for bad in ([1, 2], [32.5], "x", None, {"lat": None}):
        with pytest.raises(BadGeometryError):
            pair(bad)


def test_geometry_from_what_there_is() -> None:
    assert geometry_in(ITEM) == LineString([(130.5, 32.5), (130.51, 32.51)])
    assert geometry_in(ITEM | {"path": None}) == LineString([(130.5, 32.5), (130.51, 32.51)])
    assert geometry_in(ITEM | {"path": [[32.5, 130.5]]}) == Point(130.5, 32.5)
    assert geometry_in({"point": {"lat": 32.5, "lon": 130.5}}) == Point(130.5, 32.5)
    assert geometry_in({}) is None


def test_a_prefectural_item() -> None:
    item = only(list(items("pref", [ITEM], AT)))
    assert (item.kind, item.lifted, item.observed_at) == (RestrictionKind.CLOSED, False, AT)
    assert (item.road_name, item.road_class, item.place) == ("乙線", "prefectural", "甲地域")
    assert item.started_at == datetime(2026, 9, 9, 8, 0, tzinfo=TOKYO)
    assert item.key == item_key("pref", ITEM | {"content": "解除", "length_km": 9})
    assert item.key != item_key("pref", ITEM | {"start_timestamp": "2026-09-10 08:00:00"})


def test_what_was_lifted_is_in_the_history() -> None:
    history = [{"content": "片側交互通行止め"}, {"content": "解除"}]
    seen = {"last_seen": "2026-09-09T10:00:00", "history": history, "still_listed": False}
    item = only(list(items("pref", [ITEM | seen | {"content": "解除"}], AT)))
    assert (item.kind, item.lifted) == (RestrictionKind.ALTERNATING, True)
    assert item.observed_at == datetime(2026, 9, 9, 10, 0, tzinfo=TOKYO)
    gone = only(list(items("pref", [ITEM | seen | {"content": "全面通行止め"}], AT)))
    assert gone.lifted


def test_a_transcribed_notice_ends_when_it_says_so_and_a_planned_end_is_no_end() -> None:
    past = {"end_timestamp": "2026-09-10 08:00:00"}
    notice = {**ITEM, **past, "section": "甲IC〜乙IC"}
    assert restriction_from(notice, "k", AT).lifted
    assert not restriction_from(ITEM | past, "k", AT).lifted
    late = {**notice, "end_timestamp": "2026-09-11 08:00:00"}
    assert not restriction_from(late, "k", AT).lifted


def test_bad_items_are_told_apart() -> None:
    found = list(items("pref", [5, {}, ITEM | {"path": [[1, 2], [3, 4]]}, ITEM], AT))
    assert [item.reason for item in found if isinstance(item, Rejected)] == [
        "not_an_item", "nothing_said", "bad_geometry",
    ]  # fmt: skip
    assert isinstance(found[-1], Restriction)


def test_a_history_of_map_snapshots() -> None:
    row = {
        "id": "1", "路線名": "九州自動車道", "道路種別": "高速自動車国道", "区間": "甲IC 〜 乙IC",
        "規制内容": "全面通行止め", "開始日時": "2026-09-08 16:27", "状態": "解除済み",
        "最終確認時点": "2026-09-09 16:00", "解除確認時点": "2026-09-10 09:00",
        "geometry": {"type": "LineString", "coordinates": [[130.5, 32.5], [130.6, 32.6]]},
    }  # fmt: skip
    lifted = only(list(map_history("mlit", [row], AT)))
    assert (lifted.kind, lifted.lifted) == (RestrictionKind.CLOSED, True)
    assert lifted.ended_at == lifted.observed_at == datetime(2026, 9, 10, 9, 0, tzinfo=TOKYO)
    standing = row | {"状態": "規制中", "解除確認時点": None}
    item = only(list(map_history("mlit", [standing], AT)))
    assert (item.lifted, item.ended_at) == (False, None)
    assert item.observed_at == datetime(2026, 9, 9, 16, 0, tzinfo=TOKYO)
    found = list(map_history("mlit", [3, {}, row | {"geometry": {"type": "Point"}}], AT))
    assert [item.reason for item in found if isinstance(item, Rejected)] == [
        "not_an_item", "nothing_said", "bad_geometry",
    ]  # fmt: skip

"""The JSON lists: a prefecture's current restrictions, their archive, and what was transcribed.

Paths in these files are latitude before longitude; a pair the other way round is recognised, since
in Japan the two ranges do not touch.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from core.geo import JAPAN_LAT, JAPAN_LON
from ingest.geojson import BadGeometryError
from ingest.reading import number_of, position_of, rejected, time_of, trimmed, without
from ingest.records import Item, Restriction
from ingest.sources.road_restrictions.identity import KeyDesk, geometry_key
from ingest.sources.road_restrictions.mlit import cells, feature_geometry, key_of, restriction_of
from ingest.sources.road_restrictions.vocabulary import (
    emergency_only,
    kind_of,
    road_class_of,
    route_of,
    says_lifted,
)

PREFECTURE = "pref"
_GEOMETRY = ("path", "point", "start_lat", "start_lon", "end_lat", "end_lon")
_FIELDS = (
    *_GEOMETRY, "route_name", "section", "reason", "reason_type",
    "start_timestamp", "end_timestamp",
)  # fmt: skip


def pair(value: object) -> tuple[float, float]:
    """Return longitude, latitude of a pair in either order.

    Raises
    ------
    BadGeometryError
        When it is no pair of numbers in Japan.
    """
    if isinstance(value, Mapping):
        value = (value.get("lat"), value.get("lon", value.get("lng")))
    if isinstance(value, (list, tuple)) and len(value) >= 2:  # noqa: PLR2004
        first, second = number_of(value[0]), number_of(value[1])
        if first is not None and second is not None:
            if JAPAN_LAT[0] <= first <= JAPAN_LAT[1] and JAPAN_LON[0] <= second <= JAPAN_LON[1]:
                return second, first
            if position_of(first, second) is not None:
                return first, second
    message = "位置が日本の範囲の外か、数ではありません"
    raise BadGeometryError(message)


def geometry_in(item: dict[str, Any]) -> BaseGeometry | None:
    """Return the path of an item, else its point, else the line between its ends, else None.

    Raises
    ------
    BadGeometryError
        When what stands there cannot be used.
    """
    path = item.get("path")
    if isinstance(path, list) and path:
        points = [pair(value) for value in path]
        return LineString(points) if len(points) > 1 else Point(points[0])
    if item.get("point") is not None:
        return Point(pair(item["point"]))
    ends = [
        pair((item[f"{end}_lat"], item.get(f"{end}_lon")))
        for end in ("start", "end")
        if item.get(f"{end}_lat") is not None
    ]
    if not ends:
        return None
    return LineString(ends) if len(ends) > 1 and ends[0] != ends[1] else Point(ends[0])


def item_key(feed: str, item: dict[str, Any]) -> str | None:
    """Return the key of an item: road, region or section, ends to 10 m, and when it began."""
    route = route_of(
        trimmed(item.get("route_name")), road_class_of(trimmed(item.get("route_name")))
    )
    where = trimmed(item.get("section")) or trimmed(item.get("region")) or ""
    ends = [
        f"{number:.4f}"
        for name in ("start_lat", "start_lon", "end_lat", "end_lon")
        if (number := number_of(item.get(name))) is not None
    ]
    if not route or not (where or ends):
        return None
    return "|".join((f"{feed}:{route[:40]}", where[:60], *ends, str(item.get("start_timestamp"))))


def restriction_from(item: dict[str, Any], key: str, observed_at: datetime) -> Restriction:
    """Return the restriction that an item of a list tells.

    Raises
    ------
    BadGeometryError
        When its position cannot be used.
    """
    content, detail = trimmed(item.get("content")), trimmed(item.get("reason_detail"))
    reason = trimmed(item.get("reason")) or detail or trimmed(item.get("reason_type"))
    ended_at = time_of(item.get("end_timestamp"))
    lifted = says_lifted(content) or item.get("still_listed") is False
    if "section" in item:  # transcribed notices name the time it really ended
        lifted = lifted or (ended_at is not None and ended_at <= observed_at)
    road = trimmed(item.get("route_name"))
    attributes = without(item, *_FIELDS)
    if emergency_only(content):
        attributes["emergency_only"] = True
    return Restriction(
        key=key,
        kind=kind_of(_standing(item, content), detail),
        geometry=geometry_in(item),
        road_name=road,
        road_class=road_class_of(road) or ("prefectural" if "region" in item else None),
        place=trimmed(item.get("section")) or trimmed(item.get("region")),
        reason=reason,
        started_at=time_of(item.get("start_timestamp")),
        ended_at=ended_at,
        lifted=lifted,
        observed_at=observed_at,
        attributes=attributes,
    )


def _standing(item: dict[str, Any], content: str | None) -> str | None:
    # 解除 alone does not say what was lifted; the item's own history does.
    history = item.get("history")
    if content != "解除" or not isinstance(history, list):
        return content
    former = [trimmed(step.get("content")) for step in history if isinstance(step, dict)]
    return next((words for words in reversed(former) if words and words != "解除"), content)


def items(feed: str, found: list[Any], observed_at: datetime) -> Iterator[Item]:
    """Yield the restrictions of a list, each true when last seen, else at the list's own time."""
    desk = KeyDesk()
    for index, item in enumerate(found):
        locator = f"items[{index}]"
        if not isinstance(item, dict):
            yield rejected("not_an_item", "規制の行ではありません。", locator, item)
            continue
        seen = time_of(item.get("last_seen")) or observed_at
        try:
            key = desk.take(
                item_key(feed, item),
                geometry_key(feed, geometry_in(item), trimmed(item.get("route_name"))),
            )
            if key is None:
                yield rejected("nothing_said", "位置も路線名もない行です。", locator, item)
                continue
            yield restriction_from(item, key, seen)
        except BadGeometryError as error:
            yield rejected("bad_geometry", f"{error}。", locator, item)


def map_history(feed: str, found: list[Any], observed_at: datetime) -> Iterator[Item]:
    """Yield the restrictions of a history of map snapshots, each as it was last known."""
    desk = KeyDesk()
    for index, item in enumerate(found):
        locator = f"items[{index}]"
        if not isinstance(item, dict):
            yield rejected("not_an_item", "規制の行ではありません。", locator, item)
            continue
        geometry = feature_geometry(item, locator)
        if geometry is not None and not isinstance(geometry, BaseGeometry):
            yield geometry
            continue
        row = {name: value for name, value in item.items() if name not in {"geometry", "状態"}}
        key = key_of(desk, feed, row, geometry)
        if key is None:
            yield rejected("nothing_said", "位置も路線名もない行です。", locator, item)
            continue
        gone = time_of(item.get("解除確認時点"))
        seen = gone or time_of(item.get("最終確認時点")) or observed_at
        told = restriction_of(row, geometry, key, seen)
        state = cells(item | {"規制内容": item.get("状態")})["content"]
        yield _ended(told, gone) if gone is not None or state == "解除済み" else told


def _ended(told: Restriction, gone: datetime | None) -> Restriction:
    values = {name: getattr(told, name) for name in Restriction.__slots__}
    return Restriction(**(values | {"lifted": True, "ended_at": told.ended_at or gone}))

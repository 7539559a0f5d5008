"""The line features of MLIT's passable-road map (dourokisei) and of maps made from them.

Seven attribute sets are known; the columns are looked up by every name they have had. Where no
word says so, the colour does: the map draws in grey (`#999999`) what is passable again. Checked at
both snapshots of Kumamoto 2026 against the prefecture's own history: every stretch that it calls
lifted is grey, and none is that it calls fully closed.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from shapely.geometry.base import BaseGeometry

from ingest.geojson import BadGeometryError, geometry_of, properties_of
from ingest.reading import rejected, time_of, trimmed, without
from ingest.records import Item, Rejected, Restriction, RestrictionKind
from ingest.sources.road_restrictions.identity import KeyDesk, geometry_key, stretch_key
from ingest.sources.road_restrictions.vocabulary import (
    emergency_only,
    kind_of,
    road_class_of,
    says_lifted,
)

GREY = "#999999"
_ALIASES: dict[str, tuple[str, ...]] = {
    "road": ("路線名", "道路名", "roadname"),
    "class": ("道路種別", "roadtype", "道路種別（元データ）"),
    "start": ("始点住所", "始点", "起点", "startpoint"),
    "end": ("終点住所", "終点", "endpoint"),
    "section": ("区間", "規制区間"),
    "changed": ("規制変更_内容",),
    "content": ("規制内容", "状態", "規制開始_内容", "passstts"),
    "reason": ("規制理由", "reason", "category"),
    "started": ("規制開始_日時", "規制開始", "開始日時", "starttime"),
    "ended": ("規制解除_日時", "規制終了_日時", "規制終了", "endtime"),
    "changed_at": ("規制変更_日時",),
    "name": ("name", "整理番号", "id"),
}
_USED = frozenset(name for names in _ALIASES.values() for name in names) - {"name", "id"}
_BETWEEN = re.compile(r"→|〜|～|~|⇔|↔|から")


def cells(row: dict[str, Any]) -> dict[str, str | None]:
    """Return what a row says, by our own column names."""
    return {
        ours: next((text for name in names if (text := trimmed(row.get(name)))), None)
        for ours, names in _ALIASES.items()
    }


def ends_of(said: dict[str, str | None]) -> tuple[str | None, str | None]:
    """Return the two named ends of the stretch."""
    if said["start"] or said["end"] or not said["section"]:
        return said["start"], said["end"]
    start, *rest = (end.strip() for end in _BETWEEN.split(said["section"], maxsplit=1))
    return start, (rest[0] if rest else None)


def road_of(said: dict[str, str | None]) -> tuple[str | None, str | None]:
    """Return name and class of the road; some rows give the name where the class belongs."""
    name = said["road"]
    if name is None and re.search(r"\d号", said["class"] or ""):
        name = said["class"]
    return name, road_class_of(said["class"], name)


def restriction_of(
    row: dict[str, Any], geometry: BaseGeometry | None, key: str, observed_at: datetime
) -> Restriction:
    """Return the restriction that one row of attributes tells."""
    said = cells(row)
    name, road_class = road_of(said)
    start, end = ends_of(said)
    changed_lifted = says_lifted(said["changed"])
    words = said["content"] if changed_lifted else said["changed"] or said["content"]
    kind = kind_of(words)
    attributes = without(row, *_USED) | {
        key: said[key] for key in ("content", "changed", "changed_at") if said[key]
    }
    lifted = changed_lifted or says_lifted(said["content"])
    if not lifted and row.get("_color") == GREY and "規制種別" in row:
        lifted = kind is RestrictionKind.CLOSED or kind is RestrictionKind.UNKNOWN
        attributes |= {"lifted_by": "colour"} if lifted else {}
    if emergency_only(words):
        attributes["emergency_only"] = True
    return Restriction(
        key=key,
        kind=kind,
        geometry=geometry,
        road_name=name,
        road_class=road_class,
        place=" ～ ".join(part for part in dict.fromkeys((start, end)) if part) or None,
        reason=said["reason"],
        started_at=time_of(said["started"]),
        ended_at=time_of(said["ended"] or (said["changed_at"] if changed_lifted else None)),
        lifted=lifted,
        observed_at=observed_at,
        attributes=attributes,
    )


def feature_geometry(feature: dict[str, Any], locator: str) -> BaseGeometry | Rejected | None:
    """Return the geometry of a feature, None where it has none, or why it cannot be used."""
    if feature.get("geometry") is None:
        return None
    try:
        return geometry_of(feature["geometry"])
    except BadGeometryError as error:
        return rejected("bad_geometry", f"{error}。", locator, feature)


def key_of(
    desk: KeyDesk, feed: str, row: dict[str, Any], geometry: BaseGeometry | None
) -> str | None:
    """Return the natural key of a row, None when nothing tells it from others."""
    said = cells(row)
    return desk.take(
        stretch_key(feed, road_of(said), *ends_of(said)),
        geometry_key(feed, geometry, said["name"]),
    )


def features(feed: str, found: list[Any], observed_at: datetime) -> Iterator[Item]:
    """Yield the restrictions of a list of GeoJSON features, all true at one time."""
    desk = KeyDesk()
    for index, feature in enumerate(found):
        locator = f"feature {index}"
        row = properties_of(feature)
        if row is None:
            yield rejected("not_a_feature", "GeoJSON の地物ではありません。", locator, feature)
            continue
        geometry = feature_geometry(feature, locator)
        if isinstance(geometry, Rejected):
            yield geometry
            continue
        key = key_of(desk, feed, row, geometry)
        if key is None:
            yield rejected("nothing_said", "位置も路線名もない行です。", locator, feature)
            continue
        yield restriction_of(row, geometry, key, observed_at)

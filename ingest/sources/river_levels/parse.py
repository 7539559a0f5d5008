"""Hourly river files → gauges and water levels.

One item is one gauge above its reporting threshold. A gauge that is no longer listed has fallen
below it or has stopped; one that is still listed may have stopped years ago. So presence says
nothing, and nothing is dropped for its age: `obsTime` tells how old a level is.

`over` (units: above start, tens: above warning, hundreds: above flood) is not kept, since level and
thresholds say the same and say it for every moment.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ingest.reading import (
    json_of,
    number_of,
    position_of,
    rejected,
    time_of,
    trimmed,
)
from ingest.records import Item, Observation, Station
from ingest.source import Payload, UnreadableError

# Key of the file (the third is misspelt at the source) → threshold. C2: a gauge publishes the level
# at which it starts to measure, the one at which the river overflows, and some a danger level.
_THRESHOLDS = {
    "startLevel": "observation_start",
    "warnLevel": "danger",
    "fladLevel": "flood",
}
_CODE = re.compile(r"[0-9A-Za-z_-]{1,32}")
_TOWN = re.compile(r"[0-9]{5}")
# A river at the head of a gauge's name, with what may follow it: nothing, a space, a bracket, a
# bank or a distance. Another 川 further on makes it uncertain which river is meant.
_NAMED_AFTER = re.compile(r"([^\s\d()（）【】/／・－―-]+?川)(?=$|[\s(（]|[左右]岸|[LR]?\d)[^川]*")
_AHEAD = timedelta(minutes=10)
# Levels are metres above sea level or above the gauge's zero: no gauge stands above the highest
# peak or below the deepest lake bed.
_LOWEST_M, _HIGHEST_M = -500.0, 3776.0


def parse(payload: Payload) -> Iterator[Item]:
    """Yield a station and its water level (metres) for each usable item.

    A bad level or time leaves the station, a bad position leaves the level.

    Raises
    ------
    UnreadableError
        When the bytes are not an hourly file.
    """
    content = json_of(payload.content)
    items = content.get("items") if isinstance(content, dict) else None
    if _is_master(content):
        return iter(())
    if not isinstance(items, list):
        message = "川の水位情報の時間ファイルではありません（items がありません）"
        raise UnreadableError(message)
    made_at = time_of(content.get("generatedAt")) or payload.fetched_at
    return _gauges(items, made_at)


def _is_master(content: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether a file is one of the feed's own lists of places, which name no gauge."""
    if not isinstance(content, dict) or "items" in content:
        return False
    return any(isinstance(content.get(name), list) for name in ("towns", "prefs"))


def _gauges(items: list[Any], made_at: datetime) -> Iterator[Item]:
    for number, row in enumerate(items):
        where = f"items[{number}]"
        if not isinstance(row, dict):
            yield rejected("not_an_object", "観測所の欄が表ではありません", where, row)
            continue
        code = trimmed(row.get("code"))
        if code is None or not _CODE.fullmatch(code):
            yield rejected("no_code", "観測所コードがありません", where, row)
            continue
        yield from _station(row, code, where)
        yield _level(row, code, made_at, where)


def _station(row: Mapping[str, Any], code: str, where: str) -> Iterator[Item]:
    position = position_of(row.get("longitude"), row.get("latitude"))
    name = trimmed(row.get("name"))
    if name is None:
        yield rejected("no_name", "観測所名がありません", where, row)
        return
    if position is None:
        message = "緯度・経度が日本の範囲にありません（水位だけを取り込みます）"
        yield rejected("bad_position", message, where, row)
        return
    thresholds, unreadable = _thresholds(row)
    if unreadable:
        message = f"基準水位 {'・'.join(unreadable)} を読めません（ほかは取り込みます）"
        yield rejected("bad_threshold", message, where, row)
    attributes: dict[str, Any] = {
        field: text
        for field, text in (
            ("river", _river(trimmed(row.get("placeRiver")), name)),
            ("prefecture", trimmed(row.get("placePref"))),
            ("city", trimmed(row.get("placeCity"))),
            ("kana", trimmed(row.get("kana"))),
        )
        if text is not None
    }
    if list(thresholds.values()) != sorted(thresholds.values()):
        attributes["thresholds_out_of_order"] = True
    yield Station(
        key=code,
        name=name,
        kind="river",
        lon=position.lon,
        lat=position.lat,
        municipality_code=_town(row.get("townCode")),
        thresholds=thresholds,
        attributes=attributes,
    )


def _river(told: str | None, name: str) -> str | None:
    """Return the river's name; the files repeat the gauge's name there, so it is taken out of it.

    None unless the name says it beyond doubt: 226 of the 478 gauges of two days in 2025 do.
    """
    if told != name:
        return told
    found = _NAMED_AFTER.fullmatch(name)
    return found[1] if found else None


def _town(code: object) -> str | None:
    return code if isinstance(code, str) and _TOWN.fullmatch(code) else None


def _thresholds(row: Mapping[str, Any]) -> tuple[dict[str, float], list[str]]:
    """Return the thresholds given, lowest meaning first, and the keys that hold no level."""
    thresholds: dict[str, float] = {}
    unreadable: list[str] = []
    for key, name in _THRESHOLDS.items():
        if row.get(key) is None:
            continue
        level = number_of(row[key])
        if level is None or not _LOWEST_M <= level <= _HIGHEST_M:
            unreadable.append(key)
        else:
            thresholds[name] = level
    return thresholds, unreadable


def _level(row: Mapping[str, Any], code: str, made_at: datetime, where: str) -> Item:
    at = time_of(row.get("obsTime"))
    if at is None:
        return rejected("no_time", "観測時刻がないか、読めません", where, row)
    if at > made_at + _AHEAD:
        return rejected("in_future", "観測時刻がファイルの作成時刻より先です", where, row)
    if row.get("level") is None:
        return Observation(code, "water_level", at, None, 2)
    level = number_of(row["level"])
    if level is None or not _LOWEST_M <= level <= _HIGHEST_M:
        return rejected("bad_level", "水位が数値ではないか、あり得ない値です", where, row)
    return Observation(code, "water_level", at, level)

"""AMeDAS files → stations and observations (reference/D-formats.md D1).

Two shapes: the station table, an object keyed by the station number with degree-and-minute
positions, and the map of one time, an object keyed by the station number whose elements are
`[value, flag]`. The time of a map stands in its name alone (Asia/Tokyo).
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from core.geo import in_japan
from ingest.reading import TOKYO, number_of, rejected, trimmed
from ingest.records import Item, Observation, Station
from ingest.source import Payload, UnreadableError

_TIME_IN_NAME = re.compile(r"(?<!\d)(\d{12})(?:\d\d)?\.json$")

# Key of the file → element, lowest and highest value that can be. The limits are far outside the
# Japanese records (−41.0 and 41.8 ℃, 153 mm/h, 85.3 m/s) and only catch garbage.
_ELEMENTS: dict[str, tuple[str, float, float]] = {
    "precipitation10m": ("precipitation_10m", 0.0, 200.0),
    "precipitation1h": ("precipitation_1h", 0.0, 400.0),
    "precipitation3h": ("precipitation_3h", 0.0, 1000.0),
    "precipitation24h": ("precipitation_24h", 0.0, 2500.0),
    "temp": ("temperature", -60.0, 60.0),
    "maxTemp": ("temperature_max", -60.0, 60.0),
    "minTemp": ("temperature_min", -60.0, 60.0),
    "humidity": ("humidity", 0.0, 100.0),
    "pressure": ("pressure", 500.0, 1100.0),
    "normalPressure": ("sea_level_pressure", 850.0, 1100.0),
    "wind": ("wind_speed", 0.0, 120.0),
    "windDirection": ("wind_direction", 0.0, 16.0),
    "gust": ("gust", 0.0, 150.0),
    "gustDirection": ("gust_direction", 0.0, 16.0),
    "sun10m": ("sunshine_10m", 0.0, 10.0),
    "sun1h": ("sunshine_1h", 0.0, 1.0),
    "snow": ("snow_depth", 0.0, 2000.0),
    "snow1h": ("snowfall_1h", 0.0, 200.0),
    "snow6h": ("snowfall_6h", 0.0, 500.0),
    "snow12h": ("snowfall_12h", 0.0, 700.0),
    "snow24h": ("snowfall_24h", 0.0, 1000.0),
    "visibility": ("visibility", 0.0, 1_000_000.0),
    "weather": ("weather", 0.0, 1000.0),
}
# Told beside the elements. The time of a daily extreme is not used: its time zone is nowhere
# documented, so an extreme is stored as "so far" at the time of its map.
_BESIDE = {
    "prefNumber", "observationNumber", "maxTempTime", "minTempTime", "gustTime",
}  # fmt: skip
_NOT_OBSERVED = 7
_STATION = re.compile(r"[0-9A-Za-z_-]{1,32}")


def parse(payload: Payload) -> Iterator[Item]:
    """Yield the stations of the table or the observations of a map.

    Flags: 0 normal, 1 usable with a mark; any other flag gives no value and keeps the flag; flag 7
    or none means the station does not observe the element, and nothing is yielded.

    Raises
    ------
    UnreadableError
        When the bytes are neither a station table nor a map, or a map has no time in its name.
    """
    try:
        content = orjson.loads(payload.content)
    except orjson.JSONDecodeError as error:
        message = f"JSONとして読めません（{error}）"
        raise UnreadableError(message) from error
    if not isinstance(content, dict):
        message = "アメダスの地点表でも観測値でもありません"
        raise UnreadableError(message)
    if _is_table(payload.name, content):
        return _stations(content)
    return _observations(content, _map_time(payload.name))


def _is_table(name: str, content: dict[str, Any]) -> bool:
    first = next(iter(content.values()), None)
    if isinstance(first, dict) and first:
        return "kjName" in first or "lat" in first
    return name.endswith("amedastable.json")


def _map_time(name: str) -> datetime:
    match = _TIME_IN_NAME.search(name)
    if match is None:
        message = f"ファイル名 {name!r} に観測時刻がありません"
        raise UnreadableError(message)
    try:
        return datetime.strptime(match[1], "%Y%m%d%H%M").replace(tzinfo=TOKYO)
    except ValueError as error:
        message = f"ファイル名 {name!r} の観測時刻が正しくありません"
        raise UnreadableError(message) from error


def _stations(content: dict[str, Any]) -> Iterator[Item]:
    for key, entry in content.items():
        if not isinstance(entry, dict):
            yield rejected("not_an_object", "地点の欄が表ではありません", _shown(key), entry)
            continue
        lon, lat = _degrees(entry.get("lon")), _degrees(entry.get("lat"))
        name = trimmed(entry.get("kjName"))
        if name is None or not _STATION.fullmatch(key):
            yield rejected("no_name", "地点番号か地点名がありません", _shown(key), entry)
        elif lon is None or lat is None or not in_japan(lon, lat):
            yield rejected("bad_position", "地点の緯度・経度が日本の範囲にありません", key, entry)
        else:
            yield Station(
                key=key,
                name=name,
                kind="weather",
                lon=lon,
                lat=lat,
                elevation_m=number_of(entry.get("alt")),
                attributes={
                    field: text
                    for field in ("type", "elems", "knName", "enName")
                    if (text := trimmed(entry.get(field))) is not None
                },
            )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _degrees(value: object) -> float | None:
    """Return decimal degrees of `[degrees, minutes]`, None if it is not that."""
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_number, value)):  # noqa: PLR2004
        return None
    degrees, minutes = value
    if not 0 <= minutes <= 60 or not 0 <= degrees <= 180:  # noqa: PLR2004
        return None
    return float(round(degrees + minutes / 60, 6))


def _observations(content: dict[str, Any], at: datetime) -> Iterator[Item]:
    """Yield what a map says; the hot loop of the whole pipeline, kept flat."""
    unknown: set[str] = set()
    known = _ELEMENTS.get
    for station, values in content.items():
        if not isinstance(values, dict) or not _STATION.fullmatch(station):
            yield rejected("bad_station", "地点の欄を読めません", _shown(station), values)
            continue
        for key, pair in values.items():
            rule = known(key)
            if rule is None:
                if key not in _BESIDE and key not in unknown:
                    unknown.add(key)
                    yield rejected(
                        "unknown_element",
                        f"要素 {_shown(key)} を知りません",
                        f"{station}.{_shown(key)}",
                        pair,
                    )
                continue
            if type(pair) is list and len(pair) == 2 and pair[1] == 0:  # noqa: PLR2004
                value = pair[0]
                kind = type(value)
                if (kind is float or kind is int) and rule[1] <= value <= rule[2]:
                    yield Observation(station, rule[0], at, float(value), 0)
                    continue
            item = _doubtful(station, key, pair, at)
            if item is not None:
                yield item


def _doubtful(station: str, key: str, pair: object, at: datetime) -> Item | None:
    """Return what one `[value, flag]` not plainly normal says; None: not observed there."""
    element, low, high = _ELEMENTS[key]
    where = f"{station}.{key}"
    if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004
        return rejected("bad_pair", "値と品質の組ではありません", where, pair)
    value, flag = pair
    if flag is None or flag == _NOT_OBSERVED:
        return None
    if type(flag) is not int or not 0 <= flag < _NOT_OBSERVED:
        return rejected("bad_quality", f"品質 {_shown(str(flag))} を知りません", where, pair)
    if flag > 1:
        return Observation(station, element, at, None, flag)
    if _is_number(value) and low <= value <= high:
        return Observation(station, element, at, float(value), flag)
    return rejected("implausible_value", f"値 {_shown(str(value))} はあり得ません", where, pair)


def _shown(text: str) -> str:
    """Return a text of the source as a message may carry it."""
    return text[:40].replace("\0", "")

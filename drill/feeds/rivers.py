"""The hourly river files: every gauge above its reporting threshold, and some long dead ones."""

import re
from datetime import UTC, datetime, timedelta

import numpy as np

from drill.answer import FeedAnswer, found_json, not_found
from drill.island.build import Island
from drill.island.timeline import JST, START, floor_time, step_at
from drill.island.towns import PREFECTURE, PREFECTURE_CODE

PUBLISHED_AFTER = timedelta(minutes=3)
KEPT = timedelta(days=10)
_HOUR = re.compile(r"(\d{4})/(\d{2})/(\d{2})/(\d{2})/index\.json")
OVER_WARNING, OVER_FLOOD = 10, 100


class RiverFeed:
    """Answers for the river gauges of an island."""

    def __init__(self, island: Island) -> None:
        self._gauges = island.river_gauges
        self._levels = island.levels
        self._towns = island.municipalities
        self._lonlat = island.grid.lonlat(island.river_gauges.xy)

    def answer(self, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return the answer for `{YYYY}/{MM}/{DD}/{HH}/index.json`.

        The file of the current hour is made anew every ten minutes.
        """
        del base
        match = _HOUR.fullmatch(path)
        if match is None:
            return not_found(path)
        try:
            hour = datetime(*(int(part) for part in match.groups()), tzinfo=JST)  # type: ignore[misc, arg-type]
        except ValueError:
            return not_found(path)
        newest = floor_time(at - PUBLISHED_AFTER)
        observed = min(newest, hour + timedelta(minutes=50))
        if observed < hour or hour < newest - KEPT:
            return not_found(path)
        return found_json(self._file(hour, observed), observed + PUBLISHED_AFTER)

    def _file(self, hour: datetime, observed: datetime) -> dict[str, object]:
        step = step_at(observed)
        level = self._levels.level[step]
        dead = self._gauges.dead > 0
        listed = np.flatnonzero((level >= self._levels.start) | dead)
        items = [self._item(int(index), observed, float(level[index])) for index in listed]
        return {
            "generatedAt": _utc(observed + PUBLISHED_AFTER),
            "timeZone": "Asia/Tokyo",
            "hourPath": f"{hour:%Y/%m/%d/%H}",
            "source": "訓練 https://k.river.go.jp/swin/files/area_info/current/{prefCode}.json",
            "totalItems": len(items),
            "floodCount": sum(bool(item["isFlood"]) for item in items),
            "warningCount": sum(bool(item["isWarning"]) for item in items),
            "items": items,
        }

    def _item(self, index: int, observed: datetime, level: float) -> dict[str, object]:
        gauges, levels = self._gauges, self._levels
        town = int(gauges.municipality[index])
        if gauges.dead[index]:
            observed = START - timedelta(days=31 + 5 * index % 40, hours=index % 7)
            level = float(levels.start[index]) + 0.4
        warning = level >= levels.danger[index]
        flood = level >= levels.flood[index]
        start = level >= levels.start[index]
        lon, lat = self._lonlat[index]
        city = f"{PREFECTURE}{self._towns.county[town]}{self._towns.name[town]}"
        return {
            "code": str(gauges.code[index]),
            "name": str(gauges.name[index]),
            "obsTime": observed.isoformat(),
            "point": index + 1,
            "level": level,
            "townCode": str(self._towns.code[town]),
            "prefCode": f"{PREFECTURE_CODE}000",
            "over": int(start) + OVER_WARNING * int(warning) + OVER_FLOOD * int(flood),
            "startLevel": float(levels.start[index]),
            "warnLevel": float(levels.danger[index]),
            "fladLevel": float(levels.flood[index]),
            "qt": None,
            "kana": str(gauges.kana[index]),
            "addrKana": "くんれん",
            "observedAt": _utc(observed),
            "placeCountry": "日本",
            "placeRiver": str(gauges.name[index]),
            "placePref": PREFECTURE,
            "placeCity": city,
            "isWarning": bool(warning),
            "isFlood": bool(flood),
            "latitude": round(float(lat), 6),
            "longitude": round(float(lon), 6),
        }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")

"""The AMeDAS files (reference/D-formats.md D1): station table, newest time, ten-minute maps."""

import re
from datetime import datetime, timedelta

import numpy as np

from drill.answer import TEXT, FeedAnswer, found, found_json, not_found
from drill.island.build import Island
from drill.island.grid import Floats
from drill.island.names import katakana
from drill.island.timeline import JST, PEAK_H, START, STEP, floor_time, running_sum, step_at

PUBLISHED_AFTER = timedelta(minutes=4)
"""A map appears some minutes after its time."""
KEPT = timedelta(days=10)
_MAP = re.compile(r"data/map/(\d{12})00\.json")
ELEMENTS_RAIN, ELEMENTS_FULL = "10000000", "11111011"
MISSING_EVERY = 211
"""One value in so many is flagged as missing."""
BROKEN = 6
"""Flag: missing through a fault."""


class AmedasFeed:
    """Answers for the rain gauges of an island."""

    def __init__(self, island: Island) -> None:
        self._gauges = island.rain_gauges
        self._lonlat = island.grid.lonlat(island.rain_gauges.xy)
        depth = island.rain / 6.0
        self._ten = np.round(depth * 2) / 2
        self._sums = {
            name: np.round(running_sum(depth, steps) * 2) / 2
            for name, steps in (
                ("precipitation1h", 6), ("precipitation3h", 18), ("precipitation24h", 144),
            )
        }  # fmt: skip

    def answer(self, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return the answer for a path below `bosai/amedas/`."""
        del base
        newest = floor_time(at - PUBLISHED_AFTER)
        if path == "const/amedastable.json":
            return found_json(self._table(), START - timedelta(days=60))
        if path == "data/latest_time.txt":
            return found(newest.isoformat().encode(), TEXT, newest)
        match = _MAP.fullmatch(path)
        if match is None:
            return not_found(path)
        try:
            time = datetime.strptime(match[1], "%Y%m%d%H%M").replace(tzinfo=JST)
        except ValueError:
            return not_found(path)
        if time > newest or time < newest - KEPT or time != floor_time(time):
            return not_found(path)
        return found_json(self._map(time), time + PUBLISHED_AFTER)

    def _table(self) -> dict[str, object]:
        gauges = self._gauges
        return {
            str(code): {
                "type": "A" if full else "D",
                "elems": ELEMENTS_FULL if full else ELEMENTS_RAIN,
                "lat": _minutes(lat),
                "lon": _minutes(lon),
                "alt": round(float(altitude)),
                "kjName": str(name),
                "knName": katakana(str(kana)),
                "enName": f"Kunren {code}",
            }
            for code, full, (lon, lat), altitude, name, kana in zip(
                gauges.code,
                gauges.full,
                self._lonlat,
                gauges.altitude,
                gauges.name,
                gauges.kana,
                strict=True,
            )
        }

    def _map(self, time: datetime) -> dict[str, object]:
        step = step_at(time)
        tick = int((time - START) / STEP)
        rain = {"precipitation10m": self._ten[step]}
        rain |= {name: sums[step] for name, sums in self._sums.items()}
        result: dict[str, object] = {}
        for index, code in enumerate(self._gauges.code):
            gone = (tick * 31 + index * 17) % MISSING_EVERY == 0
            row: dict[str, object] = {"prefNumber": 99, "observationNumber": index + 1}
            if self._gauges.full[index]:
                row |= self._weather(time, index, float(rain["precipitation10m"][index]))
            for name, values in rain.items():
                row[name] = [None, BROKEN] if gone else [float(values[index]), 0]
            result[str(code)] = row
        return result

    def _weather(self, time: datetime, index: int, rain: float) -> dict[str, object]:
        hour = (time - START) / timedelta(hours=1)
        near = float(np.exp(-(((hour - PEAK_H) / 8.0) ** 2)))
        wobble = float(np.sin(hour * 2.7 + index * 1.3))
        height = float(self._gauges.altitude[index])
        day = float(np.cos((hour % 24 - 2) / 24 * 2 * np.pi))
        sea = 1008.0 - 16.0 * near + 0.4 * wobble
        temperature = 25.5 + 2.8 * day * (1 - 0.7 * near) - 0.0062 * height - 0.05 * min(rain, 20)
        wind = 2.0 + 13.0 * near + 1.5 * wobble + height / 300
        return {
            "pressure": [round(sea - height / 8.6, 1), 0],
            "normalPressure": [round(sea, 1), 0],
            "temp": [round(temperature, 1), 0],
            "humidity": [round(min(99.0, 74 + 22 * near + 3 * wobble + min(rain, 4))), 0],
            "windDirection": [int(5 + 6 * near + wobble) % 16 + 1, 0],
            "wind": [round(max(0.2, wind), 1), 0],
        }


def _minutes(degrees: float) -> Floats | list[float]:
    """Return degrees and decimal minutes, as the station table gives positions."""
    whole = int(degrees)
    return [whole, round((float(degrees) - whole) * 60, 1)]

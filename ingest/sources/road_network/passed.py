"""MLIT's passed links (通行実績, tukoujisseki): lines that probe vehicles drove, without any id.

The same link stands in the file once for each passing layer; told again, forwards or backwards, it
is merged silently. That a road is missing here does not mean that it is closed.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from shapely.geometry import LineString

from core.geo import JAPAN_LAT, JAPAN_LON
from ingest.reading import rejected
from ingest.records import Item, RoadLink

_LOW = np.array([JAPAN_LON[0], JAPAN_LAT[0]])
_HIGH = np.array([JAPAN_LON[1], JAPAN_LAT[1]])


def passed_links(features: list[Any], passed_at: datetime) -> Iterator[Item]:
    """Yield each link once, with the time of the file as the time of passing."""
    seen: set[bytes] = set()
    for index, feature in enumerate(features):
        lines = _lines(feature)
        if not lines:
            message = "線の座標がない、または日本の範囲の外です。"
            yield rejected("bad_geometry", message, f"feature {index}", feature)
            continue
        for line in lines:
            mark = _mark(line)
            if mark not in seen:
                seen.add(mark)
                yield RoadLink(
                    key=f"passed:{mark.hex()}", geometry=LineString(line), passed_at=passed_at
                )


def _lines(feature: object) -> list[npt.NDArray[np.float64]]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        return []
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "LineString":
        coordinates = [coordinates]
    elif geometry.get("type") != "MultiLineString" or not isinstance(coordinates, list):
        return []
    read = [_line(line) for line in coordinates]
    return [] if any(line is None for line in read) else [line for line in read if line is not None]


def _line(coordinates: object) -> npt.NDArray[np.float64] | None:
    try:
        line = np.asarray(coordinates, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        return None
    if line.ndim != 2 or line.shape[0] < 2 or line.shape[1] < 2:  # noqa: PLR2004
        return None
    line = line[:, :2]
    return line if bool(((line >= _LOW) & (line <= _HIGH)).all()) else None


def _mark(line: npt.NDArray[np.float64]) -> bytes:
    # Rounded to 0.1 m and read in one direction, whichever comes first.
    points = np.round(line * 1e6).astype(np.int64)
    along, against = points.tobytes(), np.ascontiguousarray(points[::-1]).tobytes()
    return hashlib.blake2b(min(along, against), digest_size=10).digest()

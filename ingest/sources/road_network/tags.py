"""OpenStreetMap tags in Hinomi's terms: which ways are roads, which way they go, how wide and fast.

Metres and kilometres per hour; a value that cannot be read is None, never a guess.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ingest.reading import folded, number_of, trimmed

# Built, and open to vehicles or people on foot; not proposed, construction, platform, bus_stop …
ROADS = frozenset({
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary",
    "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential", "living_street",
    "service", "road", "busway", "track", "pedestrian", "footway", "path", "steps", "cycleway",
    "bridleway", "corridor", "escape",
})  # fmt: skip
KEPT = (
    "foot", "motor_vehicle", "vehicle", "motorcar", "hgv", "access", "surface", "service",
    "junction", "maxheight", "maxweight", "incline", "toll",
)  # fmt: skip
# Speed limits written as a zone. Japan's legal limits: 60 km/h on ordinary roads and 100 km/h on
# national expressways (道路交通法施行令 第11条, 第27条).
ZONES = {"jp:national": 60.0, "jp:rural": 60.0, "jp:urban": 60.0, "jp:motorway": 100.0,
         "jp:express": 100.0, "walk": 6.0, "jp:walk": 6.0}  # fmt: skip
MILE_KM, FOOT_M, INCH_M = 1.609344, 0.3048, 0.0254
KNOT_KMH = 1.852
WIDEST_M, FASTEST_KMH, MOST_LANES, DEEPEST_LEVEL = 100.0, 200.0, 20, 20


def is_road(tags: Mapping[str, str]) -> bool:
    """Tell whether a way is a road to be driven or walked on (areas are not lines)."""
    return tags.get("highway") in ROADS and tags.get("area") != "yes"


def oneway_of(tags: Mapping[str, str]) -> int:
    """Return 1 along the way, -1 against it, 0 both ways (or changing with the hour)."""
    value = (tags.get("oneway") or "").strip().lower()
    if value in {"yes", "true", "1"}:
        return 1
    if value in {"-1", "reverse"}:
        return -1
    if value:
        return 0
    around = tags.get("junction") in {"roundabout", "circular"}
    return 1 if around or tags.get("highway") == "motorway" else 0


def stands(value: str | None) -> bool:
    """Tell whether a tag such as bridge or tunnel says anything but no."""
    return value is not None and value.strip().lower() not in {"", "no", "false", "0"}


@lru_cache(maxsize=4096)
def length_m(value: str | None) -> float | None:
    """Return metres from `3`, `3.5 m`, `3,5`, `12 ft`, `11'6"`, `350 cm`; None beyond 100 m."""
    text = folded(value).lower()
    feet = re.fullmatch(r"(\d+(?:\.\d+)?)'(?:(\d+(?:\.\d+)?)\")?", text)
    if feet is not None:
        metres: float | None = float(feet[1]) * FOOT_M + float(feet[2] or 0) * INCH_M
    else:
        found = re.fullmatch(r"(\d+(?:[.,]\d+)?)(m|cm|km|ft|feet|メートル)?", text)
        number = number_of(found[1].replace(",", ".")) if found else None
        unit = {"cm": 0.01, "km": 1000.0, "ft": FOOT_M, "feet": FOOT_M}
        metres = None if found is None or number is None else number * unit.get(found[2], 1.0)
    return metres if metres is not None and 0 < metres <= WIDEST_M else None


@lru_cache(maxsize=4096)
def speed_kmh(value: str | None) -> float | None:
    """Return kilometres per hour from `50`, `30 mph`, `JP:urban`, `50;40` (the lower), or None."""
    read: list[float] = []
    for part in folded(value).lower().split(";"):
        found = re.fullmatch(r"(\d+(?:\.\d+)?)(km/h|kmh|kph|mph|knots)?", part)
        if part in ZONES:
            read.append(ZONES[part])
        elif found is not None:
            factor = {"mph": MILE_KM, "knots": KNOT_KMH}.get(found[2], 1.0)
            read.append(float(found[1]) * factor)
        else:
            return None
    speed = min(read, default=None)
    return speed if speed is not None and 0 < speed <= FASTEST_KMH else None


@lru_cache(maxsize=4096)
def whole(value: str | None, most: int) -> int | None:
    """Return a whole number (the lowest of `2;3`) between -most and most, or None."""
    numbers = [number_of(part) for part in (value or "").split(";")]
    if not numbers or any(number is None or number != int(number) for number in numbers):
        return None
    least = min(int(number) for number in numbers if number is not None)
    return least if -most <= least <= most else None


def link_fields(tags: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a RoadLink that tags tell, without key and geometry."""
    lanes = whole(tags.get("lanes"), MOST_LANES)
    return {
        "road_class": tags.get("highway"),
        "name": trimmed(tags.get("name:ja") or tags.get("name")),
        "ref": trimmed(tags.get("ref")),
        "oneway": oneway_of(tags),
        "bridge": stands(tags.get("bridge")),
        "tunnel": stands(tags.get("tunnel")),
        "level": whole(tags.get("layer"), DEEPEST_LEVEL) or 0,
        "width_m": length_m(tags.get("width") or tags.get("est_width")),
        "lanes": lanes if lanes is not None and lanes > 0 else None,
        "speed_kmh": speed_kmh(tags.get("maxspeed")),
        "attributes": {name: tags[name] for name in KEPT if name in tags},
    }

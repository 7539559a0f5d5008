"""Flood forecasts of designated rivers (VXKO) and of rivers with level notices (VXSU).

The record of a forecast section stands for the river; municipalities named as likely to be flooded
get records of their own. Both say the same level. reference/D-formats.md D3.3.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, tostring

from ingest.reading import rejected
from ingest.records import Complete, Item
from ingest.sources.jma_xml.codes import flood_level_of
from ingest.sources.jma_xml.telegram import Area, Telegram, area_of, every, report, text

# 予報区域 of VXKO, 発表区間 of VXSU.
_SECTIONS = ("(予報区域)", "(発表区間)")
_PREFECTURES = "(府県予報区等)"
_CITY = re.compile(r"(?!0{7})\d{7}")
# Samples and damaged telegrams could name any number; real ones name some tens.
_MOST_NAMES = 200


def river_reports(telegram: Telegram) -> Iterator[Item]:
    """Yield the level of each forecast section, then of each municipality it may flood."""
    found = False
    for item in _headline(telegram, _SECTIONS):
        kind = next(every(item, "Kind"), None)
        for element in every(item, "Areas/Area"):
            area = area_of(element)
            if area is None or kind is None:
                raw = tostring(item, encoding="unicode")
                yield rejected("no_area", "予報区域のコードがありません", "Headline", raw)
                continue
            found = True
            yield from _section(telegram, kind, area)
    if not found and not telegram.cancelled:
        raw = tostring(telegram.root, encoding="unicode")
        yield rejected("no_section", "洪水予報の対象の区間がありません", "Headline", raw)


def _headline(telegram: Telegram, endings: tuple[str, ...]) -> Iterator[Element]:
    for information in every(telegram.root, "Head/Headline/Information"):
        if unicodedata.normalize("NFKC", information.get("type", "")).endswith(endings):
            yield from every(information, "Item")


def _section(telegram: Telegram, kind: Element, area: Area) -> Iterator[Item]:
    code, name = text(kind, "Code") or "", text(kind, "Name") or ""
    level = flood_level_of(code)
    if level is None:
        raw = tostring(kind, encoding="unicode")
        yield rejected("unknown_code", f"洪水予報のコード {code[:20]} を知りません", area.code, raw)
    if telegram.cancelled:
        level = 0
    cities = _municipalities(telegram)
    told = {"condition": text(kind, "Condition"), "severity": _severity(level)}
    for place, scope, more in (
        (area, "", _about(telegram, cities)),
        *(
            (city, f"{area.code}:", {"river": area.name, "river_code": area.code})
            for city in cities
        ),
    ):
        yield report(
            telegram,
            place,
            "river_flood",
            kind=(code, name),
            level=level,
            active=level != 0,
            scope=scope,
            attributes={**told, **more},
        )
    if telegram.status == "通常":
        # A municipality no longer named is no longer expected to be flooded. An exercise must not
        # end what is real, so only telegrams in earnest say so.
        yield Complete(
            kind="warning", observed_at=telegram.issued_at, scope=f"{telegram.kind}:{area.code}:"
        )


def _severity(level: int | None) -> str:
    return {0: "none", 2: "advisory", 3: "warning", 4: "danger", 5: "special"}.get(
        level or 0, "warning"
    )


def _about(telegram: Telegram, cities: list[Area]) -> dict[str, Any]:
    """Return what a river's record tells beside its level."""
    items = list(every(telegram.root, "Body/Warning/Item"))
    stations = {
        name: text(station, "Location")
        for item in items
        for station in every(item, "Stations/Station")
        if (name := text(station, "Name")) is not None
    }
    sentences = [said for item in items if (said := text(item, "Kind/Property/Text")) is not None]
    prefectures = {
        name
        for item in _headline(telegram, (_PREFECTURES,))
        for area in every(item, "Areas/Area")
        if (name := text(area, "Name")) is not None
    }
    return {
        "stations": dict(list(stations.items())[:_MOST_NAMES]),
        "text": sentences[0] if sentences else None,
        "prefectures": sorted(prefectures)[:_MOST_NAMES],
        "municipality_codes": [city.municipality_code for city in cities],
    }


def _municipalities(telegram: Telegram) -> list[Area]:
    """Return the municipalities of the areas likely to be flooded, each once."""
    cities: dict[str, Area] = {}
    for element in every(telegram.root, "Body/Warning/Item/Areas/Area"):
        code = text(element, "CityCode")
        if code is None or not _CITY.fullmatch(code):
            continue
        city = Area(code, text(element, "City") or code)
        if city.municipality_code is not None:
            cities.setdefault(code, city)
    return list(cities.values())[:_MOST_NAMES]

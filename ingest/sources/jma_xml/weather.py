"""Weather warnings (VPWW50, 53, 54, 55 to 61) and landslide alerts (VXWW50).

A telegram of this family states all its areas, so every area gets a record for every phenomenon
the telegram speaks of, lifted ones and those without any included: the newest one then replaces
whatever was known, and nothing stays on by having been left out.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, tostring

from ingest.reading import rejected
from ingest.records import Item, WarningReport
from ingest.sources.jma_xml.codes import (
    CODES,
    FORMER_PHENOMENA,
    LEVELLED,
    OTHER,
    PHENOMENON_OF_KIND,
    SEVERITIES,
    level_of,
    means_nothing_issued,
)
from ingest.sources.jma_xml.telegram import Area, Telegram, area_of, every, report, text

# Of the four or five divisions of one telegram: the widest and the municipalities. The two between
# say nothing that these do not.
_DIVISIONS = ("(府県予報区等)", "(市町村等)")
_NOTHING = ("00", "発表なし")
_LANDSLIDE_ALERT = "3"


@dataclass(frozen=True, slots=True)
class Kind:
    """One `Kind` of an item."""

    code: str | None
    name: str
    status: str | None
    condition: str | None
    significancy: dict[str, str] = field(default_factory=dict)
    """Danger by type, as code: 大雨浸水危険度 31 … (D3.2)."""

    @property
    def issued(self) -> bool:
        """Tell whether it stands."""
        return not means_nothing_issued(self.code, self.status)

    def told(self) -> dict[str, Any]:
        """Return what the source said, for the record's attributes."""
        given = {
            "code": self.code,
            "name": self.name,
            "status": self.status,
            "condition": self.condition,
            "significancy": self.significancy or None,
        }
        return {key: value for key, value in given.items() if value is not None}


def weather_reports(telegram: Telegram) -> Iterator[Item]:
    """Yield the state of each phenomenon in each prefecture and municipality of the telegram."""
    for number, item in enumerate(_items(telegram)):
        kinds = [_kind(element) for element in every(item, "Kind")]
        areas = [
            area_of(element) for path in ("Area", "Areas/Area") for element in every(item, path)
        ]
        if not areas or None in areas:
            yield rejected("no_area", "地域のコードがありません", f"Item {number}", _raw(item))
        for area in areas:
            if area is not None:
                yield from _states(telegram, area, kinds)


def landslide_reports(telegram: Telegram) -> Iterator[Item]:
    """Yield whether the landslide alert (土砂災害警戒情報, level 4) stands in each municipality."""
    modern = "レベル" in telegram.title
    standing = "レベル４土砂災害危険警報" if modern else "土砂災害警戒情報"
    for number, item in enumerate(every(telegram.root, "Body/Warning/Item")):
        area = next((area_of(element) for element in every(item, "Area")), None)
        if area is None:
            yield rejected("no_area", "地域のコードがありません", f"Item {number}", _raw(item))
            continue
        kind = next((_kind(element) for element in every(item, "Kind")), Kind(None, "", None, None))
        active = kind.code == _LANDSLIDE_ALERT and kind.issued and not telegram.cancelled
        yield report(
            telegram,
            area,
            "landslide",
            kind=(kind.code or "0", standing if active else kind.name or "なし"),
            level=4 if active else 0,
            active=active,
            attributes={"kinds": [kind.told()], "severity": "danger" if active else "none"},
        )


def _items(telegram: Telegram) -> Iterator[Element]:
    """Yield the items of the body, or of the headline when a cancellation has no body."""
    for path in ("Body/Warning", "Head/Headline/Information"):
        found = [
            item
            for division in every(telegram.root, path)
            if unicodedata.normalize("NFKC", division.get("type", "")).endswith(_DIVISIONS)
            for item in every(division, "Item")
        ]
        if found:
            yield from found
            return


def _kind(element: Element) -> Kind:
    significancy = {
        danger.get("type", "")[:40]: code
        for danger in every(element, "Property/SignificancyPart/Base/Significancy")
        if (code := text(danger, "Code")) is not None
    }
    return Kind(
        text(element, "Code"),
        text(element, "Name") or "",
        text(element, "Status"),
        text(element, "Condition"),
        significancy,
    )


def _states(telegram: Telegram, area: Area, kinds: list[Kind]) -> Iterator[WarningReport]:
    only = PHENOMENON_OF_KIND.get(telegram.kind or "")
    for phenomenon in (only,) if only else FORMER_PHENOMENA:
        of_it = [kind for kind in kinds if only or _phenomenon(kind) == phenomenon]
        yield _state(telegram, area, phenomenon, of_it)


def _phenomenon(kind: Kind) -> str:
    return CODES.get(kind.code or "", OTHER).phenomenon


def _state(telegram: Telegram, area: Area, phenomenon: str, kinds: list[Kind]) -> WarningReport:
    """Return one record of all kinds of one phenomenon: the severest, with every name."""
    issued = [] if telegram.cancelled else [kind for kind in kinds if kind.issued]
    issued.sort(key=lambda kind: SEVERITIES.index(_severity(kind)), reverse=True)
    told = {"kinds": [kind.told() for kind in kinds]}
    if not issued:
        return report(
            telegram,
            area,
            phenomenon,
            kind=next(((kind.code, kind.name) for kind in kinds if kind.code), _NOTHING),
            level=0 if phenomenon in LEVELLED else None,
            active=False,
            attributes={**told, "severity": "none"},
        )
    former = telegram.kind not in PHENOMENON_OF_KIND
    levels = [level_of(kind.code or "", kind.name, former=former) for kind in issued]
    return report(
        telegram,
        area,
        phenomenon,
        kind=(issued[0].code or "", "・".join(kind.name for kind in issued)),
        level=max((level for level in levels if level is not None), default=None),
        active=True,
        attributes={**told, "severity": _severity(issued[0])},
    )


def _severity(kind: Kind) -> str:
    return CODES.get(kind.code or "", OTHER).severity


def _raw(item: Element) -> str:
    return tostring(item, encoding="unicode")

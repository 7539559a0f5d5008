"""The envelope of a telegram: control part, head, and its tree without namespaces in the way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree

from ingest.reading import time_of, trimmed
from ingest.records import WarningReport
from ingest.source import UnreadableError
from ingest.sources.jma_xml.codes import kind_of_title

ROOT = "{http://xml.kishou.go.jp/jmaxml1/}Report"
# Real telegrams are about 15 deep; far deeper ones only exhaust what reads them.
_DEEPEST = 50
_LONGEST_TEXT = 2_000
_MUNICIPAL_AREA = re.compile(r"(?!00)[0-9]{7}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telegram:
    """One telegram, before its body is read."""

    kind: str | None
    """VPWW55 …, None for one that is not read here."""
    status: str
    info_type: str
    title: str
    """Head/Title."""
    issued_at: datetime
    event_id: str | None
    headline: str | None
    attributes: dict[str, Any]
    """What the envelope says beyond the fields: serial number, office, time of sending."""
    root: Element

    @property
    def cancelled(self) -> bool:
        """Tell whether it takes back what was sent before."""
        return self.info_type == "取消"


@dataclass(frozen=True, slots=True)
class Area:
    """An area named in a telegram."""

    code: str
    name: str

    @property
    def municipality_code(self) -> str | None:
        """Return the five digits of a municipal area of seven, None for wider areas (D2)."""
        return self.code[:5] if _MUNICIPAL_AREA.fullmatch(self.code) else None


def read_telegram(content: bytes) -> Telegram:
    """Return the envelope of a telegram.

    Raises
    ------
    UnreadableError
        When it is no XML, no disaster-prevention XML, or has no title or time.
    """
    root = _tree(content)
    if root.tag != ROOT:
        message = "気象庁防災情報XMLではありません"
        raise UnreadableError(message)
    title, issued_at = text(root, "Control/Title"), time_of(text(root, "Head/ReportDateTime"))
    if title is None or issued_at is None:
        message = "電文の見出し（Control/Title、Head/ReportDateTime）がありません"
        raise UnreadableError(message)
    beyond = {
        "serial": text(root, "Head/Serial"),
        "office": text(root, "Control/PublishingOffice"),
        "sent_at": text(root, "Control/DateTime"),
        "title": text(root, "Head/Title"),
    }
    return Telegram(
        kind=kind_of_title(title),
        status=text(root, "Control/Status") or "通常",
        info_type=text(root, "Head/InfoType") or "発表",
        title=beyond["title"] or title,
        issued_at=issued_at,
        event_id=text(root, "Head/EventID"),
        headline=text(root, "Head/Headline/Text"),
        attributes={key: value for key, value in beyond.items() if value is not None},
        root=root,
    )


def _tree(content: bytes) -> Element:
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:
        # defusedxml refuses document types and entities with a ValueError of its own.
        message = f"XMLとして読めません（{str(error)[:120]}）"
        raise UnreadableError(message) from error
    level = [root]
    for _ in range(_DEEPEST):
        level = [child for element in level for child in element]
    if level:
        message = "XMLの入れ子が深すぎます"
        raise UnreadableError(message)
    return root


def every(element: Element, path: str) -> Iterator[Element]:
    """Yield what stands under a path of names of any namespace: `Body/Warning/Item`."""
    found = [element]
    for name in path.split("/"):
        found = [child for parent in found for child in parent.findall(f"{{*}}{name}")]
    yield from found


def text(element: Element, path: str) -> str | None:
    """Return the trimmed text of the first element under a path, None if there is none."""
    for found in every(element, path):
        value = trimmed(found.text)
        return None if value is None else value[:_LONGEST_TEXT]
    return None


def area_of(element: Element) -> Area | None:
    """Return the area of an `Area` element, None when it has no usable code."""
    code, name = text(element, "Code"), text(element, "Name")
    if code is None or not code.isascii() or not code.isalnum() or len(code) > 20:  # noqa: PLR2004
        return None
    return Area(code, name or code)


def report(  # noqa: PLR0913 - a record has so many fields
    telegram: Telegram,
    area: Area,
    phenomenon: str,
    *,
    kind: tuple[str, str],
    level: int | None,
    active: bool,
    scope: str = "",
    attributes: dict[str, Any],
) -> WarningReport:
    """Return the record of one phenomenon in one area; `kind` is code and name."""
    code, name = kind
    return WarningReport(
        key=f"{telegram.kind}:{scope}{area.code}:{phenomenon}",
        telegram=telegram.kind or "",
        phenomenon=phenomenon,
        area_code=area.code,
        area_name=area.name,
        municipality_code=area.municipality_code,
        code=code,
        name=name,
        level=level,
        active=active,
        issued_at=telegram.issued_at,
        status=telegram.status,
        info_type=telegram.info_type,
        event_id=telegram.event_id,
        headline=telegram.headline,
        attributes={**telegram.attributes, **attributes},
    )

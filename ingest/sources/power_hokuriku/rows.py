"""The CSV: one row per incident and town, nine columns, no header.

Began at, area code (five digits of the municipality and four of the town), prefecture,
municipality, town, households (`約 60 戸`, `10 戸未満`), cause, outlook, state of the work.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from ingest.reading import (
    CSV_FIELD_CHARACTERS,
    rejected,
    text_of,
    time_in_name,
    time_of,
    trimmed,
)
from ingest.records import Complete, Item, Outage
from ingest.source import Payload, UnreadableError

UTILITY = "北陸電力送配電"
_COLUMNS = 9
_CODE = re.compile(r"\d{9}")
_PREFECTURE = re.compile(r"[都道府県]$")
_RESTORED = re.compile(r"復旧済|送電済|復旧完了")
_HOUSEHOLDS = re.compile(
    r"(?P<about>約)?(?P<number>\d{1,3}(?:,\d{3})+|\d{1,7})(?:戸|軒)?(?P<under>未満)?"
)


def outage_rows(payload: Payload) -> Iterator[Item]:
    """Return the outages of a CSV, and completeness when every row of it could be read.

    Observed at the time in the file's name (`202401112000.csv`, Asia/Tokyo), else when fetched.

    Raises
    ------
    UnreadableError
        When it is no CSV, or not one of its rows is an outage (an error page is no list).
    """
    observed_at = time_in_name(payload.name) or payload.fetched_at
    text = text_of(payload.content)
    items: list[Item] = [_outage(row, line, observed_at) for line, row in _rows(text)]
    usable = sum(isinstance(item, Outage) for item in items)
    if items and not usable:
        message = "停電の行が1つもありません（列が変わったか、別のページです）"
        raise UnreadableError(message)
    items = list(_numbered(items))
    # A row that could not be read, or a last line cut short, may name an area still without power:
    # then nothing is taken for restored.
    if usable == len(items) and text.endswith("\n"):
        items.append(Complete(kind="outage", observed_at=observed_at))
    return iter(items)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(CSV_FIELD_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in reader:
            if any(trimmed(cell) for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        message = f"CSVとして読めません（{str(error)[:120]}）"
        raise UnreadableError(message) from error


def _outage(cells: list[str], line: int, observed_at: datetime) -> Item:
    where = f"row {line}"
    if len(cells) != _COLUMNS:
        message = f"列が{_COLUMNS}つではなく{len(cells)}あります"
        return rejected("bad_columns", message, where, cells)
    began, code, prefecture, municipality, town, households, cause, outlook, state = (
        trimmed(cell) for cell in cells
    )
    code = unicodedata.normalize("NFKC", code or "")
    if not _CODE.fullmatch(code) or not _PREFECTURE.search(prefecture or ""):
        message = "地域コード（9桁）か都道府県名を読めません"
        return rejected("bad_area", message, where, cells)
    occurred_at = time_of(began)
    if occurred_at is None:
        return rejected("bad_time", "停電の発生日時を読めません", where, cells)
    number, qualifier = households_of(households)
    return Outage(
        key=f"{code}:{occurred_at:%Y%m%d%H%M}",
        utility=UTILITY,
        area_name=town or municipality or code,
        municipality_name=municipality,
        municipality_code=code[:5],
        households=number,
        households_text=households,
        qualifier=qualifier,
        restored=bool(_RESTORED.search(state or "")),
        occurred_at=occurred_at,
        outlook=outlook,
        cause=cause,
        observed_at=observed_at,
        attributes={
            name: value
            for name, value in (("prefecture", prefecture), ("state", state), ("area_code", code))
            if value is not None
        },
    )


def households_of(text: str | None) -> tuple[int | None, str]:
    """Return households and how exact they are: `約 60 戸` 60, about; `10 戸未満` 10, under.

    None households when the text says no number (調査中).
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))
    found = _HOUSEHOLDS.fullmatch(plain)
    if found is None:
        return None, "exact"
    qualifier = "under" if found["under"] else "about" if found["about"] else "exact"
    return int(found["number"].replace(",", "")), qualifier


def _numbered(items: Iterable[Item]) -> Iterator[Item]:
    """Tell apart incidents of one town that began in the same minute, by their order."""
    told: Counter[str] = Counter()
    for item in items:
        if isinstance(item, Outage):
            told[item.key] += 1
            if told[item.key] > 1:
                yield replace(item, key=f"{item.key}:{told[item.key]}")
                continue
        yield item

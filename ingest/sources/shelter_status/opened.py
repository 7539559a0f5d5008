"""Lists of opened shelters, with head-counts: towns' tables, SIP4D, and the series made of them.

A list that names one time only is a snapshot: what it does not name is not open.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ingest.reading import rejected, time_of, trimmed, whole_number_of
from ingest.records import Complete, Item, Rejected, ShelterOpening, ShelterStatus
from ingest.shelter_tables import Row, key_of, municipality_of, said
from ingest.sources.shelter_status.words import crowding_of, opening_of

_OBSERVED = ("時点", "source_updated_at_jst", "source_observed_at_jst", "観測日時", "更新日時",
             "snapshot_date_jst")  # fmt: skip
_OPENING = ("opening_status", "開設状況", "開設状態", "状況", "eststts", "is_open")
_CROWDING = ("congestion_status", "混雑状況", "混雑", "crowdstts", "crowdedStatus")
_STARTED = ("開設日時", "開設時刻", "starttime", "opened_at")
_ENDED = ("閉鎖日時", "閉鎖時刻", "endtime", "closed_at")
_HOUSEHOLDS = ("世帯数", "避難世帯数", "houseno", "households")
_COUNT = re.compile(r"^(人数|避難者数|避難人数|受入人数|evacuee_count|evacueeno|headcount)")
# What belongs to the report; the rest of such tables repeats the register.
KEPT = ("地区", "対象となる町会・自治会", "電話番号", "備考", "note", "shelter_id",
        "web_shelter_id", "portal_shelter_id", "reference_common_id", "change_type",
        "source_format", "source_page_url", "publicflg")  # fmt: skip
_SCOPE = re.compile(r"^(?:[^:]+:|E\d\d)")


def is_list(row: Row) -> bool:
    """Tell whether a row says anything about opening, crowding or people."""
    says = any(name in row.cells for name in (*_OBSERVED, *_OPENING, *_CROWDING))
    return says or _count_column(row.cells) is not None


def _count_column(cells: Mapping[str, Any]) -> str | None:
    return next((name for name in cells if _COUNT.match(name)), None)


def _first(cells: Mapping[str, Any], names: Sequence[str]) -> str | None:
    return next((text for name in names if (text := trimmed(cells.get(name)))), None)


def archive_key(cells: Mapping[str, Any]) -> str | None:
    """Return the key of a row: portal number, common id, or the archive's own id."""
    own = trimmed(cells.get("shelter_id"))
    if said(cells, "portal_id") or own is None:
        return key_of(cells)
    return own.removeprefix("ref:") if own.startswith("ref:") else f"archive:{own}"


def status_of(row: Row, arrived: datetime) -> ShelterStatus | Rejected:
    """Return what a row of a list says, true at the time it names, else when the list came."""
    cells = row.cells
    name, key = said(cells, "name"), archive_key(cells)
    if name is None or key is None:
        return rejected("no_name", "名称のない行です。", row.locator, dict(cells))
    column = _count_column(cells)
    counted = trimmed(cells.get(column)) if column else None
    people = whole_number_of(counted)
    if counted is not None and (people is None or people < 0):
        message = f"人数「{counted[:40]}」を読めません。"
        return rejected("bad_headcount", message, row.locator, dict(cells))
    word = _first(cells, _OPENING)
    code, town = municipality_of(cells)
    return ShelterStatus(
        key=key,
        name=name,
        opening=opening_of(word) if word else ShelterOpening.OPEN,
        crowding=crowding_of(_first(cells, _CROWDING)),
        headcount=people,
        households=whole_number_of(_first(cells, _HOUSEHOLDS)),
        opened_at=time_of(_first(cells, _STARTED)),
        closed_at=time_of(_first(cells, _ENDED)),
        observed_at=time_of(_first(cells, _OBSERVED)) or time_of(column) or arrived,
        lon=row.position.lon if row.position else None,
        lat=row.position.lat if row.position else None,
        address=said(cells, "address"),
        municipality_code=code,
        municipality_name=town,
        attributes={name: cells[name] for name in KEPT if trimmed(cells.get(name))},
    )


def statuses(rows: Iterator[Row], arrived: datetime) -> Iterator[Item]:
    """Yield the state of each shelter listed, then Complete where the list is a whole snapshot.

    A list with a row that could not be read is not whole: that row may be an opened shelter.
    """
    told: list[ShelterStatus] = []
    whole = True
    for row in rows:
        if not row.whole:
            whole = False
            message = "行が途中で切れています。元のファイルを取り直してください。"
            yield rejected("cut_off", message, row.locator, dict(row.cells))
            continue
        status = status_of(row, arrived)
        if isinstance(status, ShelterStatus):
            told.append(status)
        else:
            whole = False
        yield status
    times = {status.observed_at for status in told}
    if whole and len(times) == 1:
        for scope in sorted({_scope(status.key) for status in told}):
            yield Complete(kind=ShelterStatus.label, observed_at=told[0].observed_at, scope=scope)


def _scope(key: str) -> str:
    found = _SCOPE.match(key)
    return found[0] if found else key

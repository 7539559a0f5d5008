"""Shelter tables in any of their dialects: CSV, GeoJSON and JSON rows under our own column names.

GSI, the municipal standard, 公共施設一覧, KSJ P20, prefectural portals and hand-made lists name the
same things differently (reference/D-formats.md D11, D13). Used by the register and by the status.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shapely.geometry import Point

from core.errors import InvalidError
from core.geo import WGS84, reproject
from ingest.geojson import features_of, properties_of
from ingest.reading import (
    Position,
    csv_header,
    csv_rows,
    folded,
    json_of,
    municipality_code_of,
    number_of,
    position_of,
    trimmed,
)
from ingest.source import UnreadableError

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("共通ID", "ID", "施設ID", "管理番号", "shelter_code", "NO", "No", "no", "番号"),
    "portal_id": ("facilityId", "portal_shelter_id"),
    "name": ("名称", "施設・場所名", "施設名", "施設名称", "避難所名", "避難場所名", "避難施設名",
             "name", "shelter_name", "source_shelter_name", "P20_002"),
    "kana": ("名称_カナ", "名称カナ", "カナ", "ふりがな", "kana"),
    "address": ("所在地_連結表記", "住所", "所在地", "address", "source_address", "P20_003"),
    "lat": ("緯度", "latitude", "lat", "portal_latitude", "北緯"),
    "lon": ("経度", "longitude", "lon", "lng", "portal_longitude", "東経"),
    "code": ("所在地_全国地方公共団体コード", "市区町村コード", "全国地方公共団体コード",
             "都道府県コード又は市区町村コード", "municipality_code", "municipalityCd", "P20_001"),
    "municipality": ("所在地_市区町村", "市区町村名", "都道府県名及び市町村名", "市町村名",
                     "市町村", "地方公共団体名", "municipality", "municipalityName"),
    "capacity": ("想定収容人数", "収容人数", "収容可能人数", "受入可能人数", "定員", "capacity",
                 "portal_capacity_raw", "portal_capacity_persons", "P20_005"),
}  # fmt: skip
_PREFECTURE = re.compile(r"^(北海道|東京都|大阪府|京都府|[^\d市区町村]{2,3}県)(?=.)")
_GSI_ID = re.compile(r"[EH]?(\d{5})\d{8}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a shelter table."""

    locator: str
    cells: Mapping[str, Any]
    position: Position | None
    whole: bool = True
    """False for the last row of a CSV that has fewer cells than the first: cut off on the way."""


def said(cells: Mapping[str, Any], field: str) -> str | None:
    """Return what a row says in a field of ours, under whichever name it stands."""
    return next((text for name in ALIASES[field] if (text := trimmed(cells.get(name)))), None)


def rows_of(content: bytes) -> Iterator[Row | str]:
    """Yield the rows of a table; a text in place of a row is the locator of what is no row.

    Raises
    ------
    UnreadableError
        When the payload is no table, or has no column for a name.
    """
    head = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] in {b"{", b"["}:
        yield from _json_rows(json_of(content))
        return
    yield from _csv_table(content)


def _csv_table(content: bytes) -> Iterator[Row]:
    if not any(name in ALIASES["name"] for name in csv_header(content)):
        message = "名称の列がありません。見出しの行を確かめてください"
        raise UnreadableError(message)
    width, held = 0, None
    for number, cells in csv_rows(content):
        if held is not None:  # a short row further up is merely ragged
            yield Row(held.locator, held.cells, held.position)
        width = width or len(cells)
        place = position_of(said(cells, "lon"), said(cells, "lat"))
        held = Row(f"row {number}", cells, place, whole=len(cells) >= width)
    if held is not None:
        yield held


def _json_rows(document: Any) -> Iterator[Row | str]:  # noqa: ANN401 - JSON is anything
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        document = document["items"]
    if isinstance(document, list):
        for index, cells in enumerate(document):
            locator = f"items[{index}]"
            if not isinstance(cells, dict):
                yield locator
                continue
            yield Row(locator, cells, position_of(said(cells, "lon"), said(cells, "lat")))
        return
    found = features_of(document)
    zone = _zone_in(document)
    for index, feature in enumerate(found):
        locator = f"feature {index}"
        row = properties_of(feature)
        if row is None:
            yield locator
            continue
        place = position_of(said(row, "lon"), said(row, "lat"))
        yield Row(locator, row, place or _point(feature.get("geometry"), zone))


def _zone_in(document: Mapping[str, Any]) -> str | None:
    """Return the projected CRS that an (old) GeoJSON declares, such as EPSG:6675."""
    found = re.search(r"EPSG:+(\d{4,5})", str(document.get("crs"))[:300])
    plane = found is not None and (
        6669 <= int(found[1]) <= 6687 or 2443 <= int(found[1]) <= 2461  # noqa: PLR2004
    )
    return f"EPSG:{found[1]}" if found is not None and plane else None


def _point(geometry: object, zone: str | None) -> Position | None:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    pair = geometry.get("coordinates")
    if not isinstance(pair, list) or len(pair) < 2:  # noqa: PLR2004
        return None
    x, y = number_of(pair[0]), number_of(pair[1])
    if zone is None or x is None or y is None:
        return position_of(x, y)
    try:
        point = reproject(Point(x, y), zone, WGS84)
    except InvalidError:
        return None
    return position_of(*point.coords[0][:2]) if not point.is_empty else None


def municipality_of(cells: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return code (five digits) and name of the municipality, each None where it is not said.

    GSI rows carry the code inside the common id (`E4320400025111` → 43204).
    """
    code = municipality_code_of(said(cells, "code"))
    common = trimmed(cells.get("共通ID")) or ""
    if code is None and (found := _GSI_ID.fullmatch(common)):
        code = municipality_code_of(found[1])
    name = said(cells, "municipality")
    return code, _PREFECTURE.sub("", name) if name else None


def key_of(cells: Mapping[str, Any]) -> str | None:
    """Return the natural key of a shelter, the same in a register and in a report; None if unnamed.

    The common id of GSI as it is; `portal:` and the facility number of a prefectural portal; else
    town and id, `七尾市:CC0000000504`; without an id, town and a digest of name and address.
    """
    common, portal = trimmed(cells.get("共通ID")), said(cells, "portal_id")
    if common:
        return common
    if portal:
        return f"portal:{portal}"
    code, town = municipality_of(cells)
    scope = town or code or "?"
    number = said(cells, "id")
    if number:
        return f"{scope}:{number}"
    name = folded(said(cells, "name"))
    if not name:
        return None
    digest = hashlib.sha256(f"{name}|{folded(said(cells, 'address'))}".encode()).hexdigest()
    return f"{scope}:{digest[:12]}"

"""A layer as a file: GeoJSON, GeoPackage or CSV, with its credit and the age of every row."""

import csv
import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import orjson
from sqlalchemy.orm import Session

from core.clock import tokyo
from core.errors import InvalidError
from core.geo import WGS84
from layers import features, wire
from layers.freshness import age_s
from layers.layer import Definition

DRILL = "訓練"
MEDIA_TYPES: Mapping[str, str] = {
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "csv": "text/csv; charset=utf-8",
}
# A cell that begins so would be run as a formula by a spreadsheet, full-width by Japanese ones.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class UnknownFormatError(InvalidError):
    """出力できる形式は geojson・gpkg・csv です。"""  # noqa: D400


@dataclass(frozen=True, slots=True)
class Export:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Sheet:
    layer: Definition
    collection: features.Collection
    now: datetime
    drill: bool

    def rows(self) -> list[dict[str, Any]]:
        """Return id, the layer's columns, state, age in seconds and the credit of each feature."""
        rows = []
        for feature in self.collection["features"]:
            told = feature["properties"]
            observed = told.get("observed_at")
            age = None if observed is None else age_s(datetime.fromisoformat(observed), self.now)
            row = {"id": feature["id"], **{name: told.get(name) for name in self.layer.columns}}
            row |= {"state": told.get("state"), "age_s": age, "credit": self.layer.attribution}
            if self.drill:
                row["drill"] = DRILL
            rows.append(row)
        return rows


def export(
    session: Session, layer: Definition, file_format: str, now: datetime, *, drill: bool
) -> Export:
    """Return a GeoJSON layer as a file (geojson, gpkg or csv); 訓練 in its name in a drill.

    Raises
    ------
    UnknownFormatError
        For another format, or a layer that is no collection of features.
    """
    if file_format not in MEDIA_TYPES or layer.kind != "geojson":
        raise UnknownFormatError
    sheet = _Sheet(layer, features.collection(session, layer, now), now, drill)
    write = {"geojson": _geojson, "gpkg": _geopackage, "csv": _csv}[file_format]
    mark = f"{DRILL}_" if drill else ""
    stamp = tokyo(now).strftime("%Y%m%d_%H%M")
    name = f"{mark}{layer.title}_{stamp}.{file_format}"
    return Export(name, MEDIA_TYPES[file_format], write(sheet))


def _geojson(sheet: _Sheet) -> bytes:
    told = [
        {**feature, "properties": row}
        for feature, row in zip(sheet.collection["features"], sheet.rows(), strict=True)
    ]
    head = {"name": sheet.layer.title, "attribution": sheet.layer.attribution}
    head |= {"at": wire.moment(sheet.now) or ""} | ({"drill": DRILL} if sheet.drill else {})
    return orjson.dumps({"type": "FeatureCollection", **head, "features": told})


def _csv(sheet: _Sheet) -> bytes:
    """Return CSV with a byte-order mark, so that spreadsheets read the Japanese."""
    headings = {"id": "番号", **sheet.layer.columns, "state": "状態", "age_s": "経過秒",
                "credit": "出典", "drill": DRILL, "lon": "経度", "lat": "緯度"}  # fmt: skip
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    rows = sheet.rows()
    names = list(rows[0]) if rows else ["id", *sheet.layer.columns]
    writer.writerow([headings[name] for name in (*names, "lon", "lat")])
    for row, feature in zip(rows, sheet.collection["features"], strict=True):
        geometry = feature["geometry"] or {}
        point = geometry["coordinates"] if geometry.get("type") == "Point" else ("", "")
        writer.writerow([*(cell(row[name]) for name in names), *point])
    return buffer.getvalue().encode("utf-8-sig")


def cell(value: Any) -> Any:  # noqa: ANN401 - a column may hold anything
    """Return a value as a cell of a CSV that no spreadsheet takes for a formula."""
    if isinstance(value, dict | list):
        value = orjson.dumps(value).decode()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _geopackage(sheet: _Sheet) -> bytes:
    rows = [
        {key: orjson.dumps(v).decode() if isinstance(v, dict | list) else v for key, v in r.items()}
        for r in sheet.rows()
    ]
    told = [
        {"type": "Feature", "geometry": feature["geometry"], "properties": row}
        for feature, row in zip(sheet.collection["features"], rows, strict=True)
    ]
    frame = (
        gpd.GeoDataFrame.from_features(told, crs=WGS84)
        if told
        else gpd.GeoDataFrame({"id": []}, geometry=[], crs=WGS84)
    )
    # In GeoPackage `fid` is the row's own number; ours is text and stands beside it.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gpkg"
        title = f"{DRILL}_{sheet.layer.id}" if sheet.drill else sheet.layer.id
        frame.to_file(path, driver="GPKG", layer=title, engine="pyogrio")
        return path.read_bytes()

"""Layers as files: credit and age in every row, 訓練 in a drill, no formulas."""

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import orjson
import pytest
from sqlalchemy.orm import Session

from layers.catalog import Catalog
from layers.export import UnknownFormatError, cell, export


@pytest.fixture
def shelters(scene: Any) -> None:
    scene.source("shelters_told")
    scene.shelter("=HYPERLINK(1)", capacity=10, state={"headcount": 3})
    scene.shelter("公民館", geom=None, flags={"no_position": True})


def rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.usefixtures("shelters")
def test_csv(session: Session, catalog: Catalog, now: datetime) -> None:
    file = export(session, catalog.get("shelters"), "csv", now, drill=False)
    assert file.name == "避難所_20260703_1405.csv"
    first, second = sorted(rows(file.content), key=lambda row: row["名称"])
    assert first["名称"] == "'=HYPERLINK(1)"
    assert (first["避難者数"], first["経過秒"], first["状態"]) == ("3", "300", "live")
    assert first["出典"] == catalog.get("shelters").attribution
    assert (first["経度"], first["緯度"]) == ("152.3", "30.3")
    assert (second["避難者数"], second["経過秒"], second["経度"]) == ("", "", "")
    assert "訓練" not in file.content.decode("utf-8-sig")


@pytest.mark.usefixtures("shelters")
@pytest.mark.parametrize("file_format", ["csv", "geojson", "gpkg"])
def test_a_drill_says_so_in_name_and_rows(
    session: Session, catalog: Catalog, now: datetime, file_format: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    file = export(session, catalog.get("shelters"), file_format, now, drill=True)
    assert file.name.startswith("訓練_避難所_")
    if file_format == "csv":
        assert {row["訓練"] for row in rows(file.content)} == {"訓練"}
    elif file_format == "geojson":
        told = orjson.loads(file.content)
        assert told["drill"] == "訓練"
        assert {f["properties"]["drill"] for f in told["features"]} == {"訓練"}
    else:
        path = tmp_path / "drill.gpkg"
        path.write_bytes(file.content)
        assert gpd.list_layers(path)["name"].tolist() == ["訓練_shelters"]


@pytest.mark.usefixtures("shelters")
def test_geojson(session: Session, catalog: Catalog, now: datetime) -> None:
    file = export(session, catalog.get("shelters"), "geojson", now, drill=False)
    told = orjson.loads(file.content)
    assert (told["attribution"], "drill" in told) == (catalog.get("shelters").attribution, False)
    by_name = {f["properties"]["name"]: f for f in told["features"]}
    assert by_name["=HYPERLINK(1)"]["properties"]["age_s"] == 300
    assert by_name["公民館"]["geometry"] is None


@pytest.mark.usefixtures("shelters")
def test_geopackage(session: Session, catalog: Catalog, now: datetime, tmp_path: Path) -> None:
    file = export(session, catalog.get("shelters"), "gpkg", now, drill=False)
    path = tmp_path / "shelters.gpkg"
    path.write_bytes(file.content)
    found = gpd.read_file(path)
    assert found.crs.to_epsg() == 4326
    found = found.set_index("name").sort_index()
    assert found.index.tolist() == ["=HYPERLINK(1)", "公民館"]
    assert found.geometry.iloc[0].x == 152.3
    assert found["credit"].iloc[0] == catalog.get("shelters").attribution


@pytest.mark.parametrize("file_format", ["csv", "geojson", "gpkg"])
def test_an_empty_layer_is_an_empty_file(
    session: Session, catalog: Catalog, now: datetime, file_format: str
) -> None:
    assert export(session, catalog.get("closures"), file_format, now, drill=False).content


def test_another_format_is_refused(session: Session, catalog: Catalog, now: datetime) -> None:
    for layer, file_format in (("closures", "xlsx"), ("roads", "geojson")):
        with pytest.raises(UnknownFormatError):
            export(session, catalog.get(layer), file_format, now, drill=False)


@pytest.mark.parametrize("sign", ["=", "@", "\n", "＝", "＠"])
def test_a_text_that_a_spreadsheet_would_run_is_marked_as_text(sign: str) -> None:
    assert cell(f"{sign}cmd|' /C calc'!A0").startswith("'")
    assert cell("普通") == "普通"

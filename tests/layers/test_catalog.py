"""The catalogue: every layer of the first release, well described."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db.base import Base
from layers.catalog import Catalog, describe, load_catalog
from layers.layer import DefinitionError, UnknownLayerError

EXPECTED = {
    "rain", "rivers", "closures", "shelters", "outages", "warnings", "roads", "boundaries",
    "relief", "gsi_pale", "gsi_std",
}  # fmt: skip


def test_the_first_release_has_its_layers(catalog: Catalog) -> None:
    assert {layer.id for layer in catalog} == EXPECTED
    assert len(catalog) == len(EXPECTED)
    assert "rain" in catalog
    assert "isolation" not in catalog


def test_they_come_in_drawing_order(catalog: Catalog) -> None:
    orders = [layer.style.order for layer in catalog]
    assert orders == sorted(orders)
    assert next(iter(catalog)).id == "relief"


def test_an_unknown_layer_is_refused_and_so_is_one_of_another_kind(catalog: Catalog) -> None:
    with pytest.raises(UnknownLayerError, match="nowhere"):
        catalog.get("nowhere")
    with pytest.raises(UnknownLayerError):
        catalog.get("roads", "geojson")


def test_every_table_named_exists(catalog: Catalog) -> None:
    named = {table for layer in catalog for table in layer.tables}
    assert named <= set(Base.metadata.tables)


def test_a_table_leads_to_its_layers(catalog: Catalog) -> None:
    assert set(catalog.depending_on("boundary")) == {"boundaries", "warnings", "outages"}


@pytest.mark.parametrize("layer_id", sorted(EXPECTED - {"relief", "gsi_pale", "gsi_std"}))
def test_every_query_gives_what_its_columns_promise(
    session: Session, catalog: Catalog, now: Any, layer_id: str
) -> None:
    layer = catalog.get(layer_id)
    derived = {"level", "trend", "watching"} if layer.derive else set()
    for sql in filter(None, (layer.sql, layer.sql_at)):
        given = {"now": now, "at": now, "detail": 12}
        told = set(session.execute(text(sql), given).keys())
        assert {"id"} | (set() if layer.shapes else {"geom"}) | (
            set(layer.columns) - derived
        ) <= told


def test_a_description_has_all_a_screen_needs(catalog: Catalog) -> None:
    told = describe(catalog.get("roads"), 7)
    assert told["address"] == "/tiles/roads/{version}/{z}/{x}/{y}.mvt"
    assert told["version"] == 7
    assert told["attribution_url"] == "https://www.openstreetmap.org/copyright"
    assert describe(catalog.get("rain"), 1)["address"] == "/api/layers/rain.geojson"
    assert describe(catalog.get("rain"), 1)["legend"][0]["colour"] == "#B40068"
    assert describe(catalog.get("gsi_pale"), 0)["address"].endswith("/xyz/pale/{z}/{x}/{y}.png")
    assert describe(catalog.get("gsi_std"), 0)["attribution"] == "地理院タイル"


def test_a_folder_without_definitions_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError):
        load_catalog(tmp_path)

"""What a process opens once."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_bounds
from sqlalchemy.orm import Session

from core.db.session import Database
from core.settings import MapSettings, load_settings
from layers.service import open_layers


@pytest.fixture
def relief(tmp_path: Path) -> Path:
    path = tmp_path / "relief.tif"
    with rasterio.open(
        path, "w", driver="COG", height=600, width=600, count=3, dtype="uint8", crs="EPSG:4326",
        transform=from_bounds(152, 30, 153, 31, 600, 600), blocksize=256,
    ) as raster:  # fmt: skip
        raster.write(np.zeros((3, 600, 600), np.uint8))
    return path


def test_the_catalogue_offers_what_there_is(
    database: Database, session: Session, relief: Path
) -> None:
    settings = load_settings()
    without = open_layers(database, settings.model_copy(update={"map": MapSettings(relief=None)}))
    told = {layer["id"]: layer for layer in without.catalogue(session)}
    assert "relief" not in told
    assert {"rain", "roads", "gsi_pale"} <= set(told)
    with_relief = open_layers(
        database, settings.model_copy(update={"map": MapSettings(relief=relief)})
    )
    told = {layer["id"]: layer for layer in with_relief.catalogue(session)}
    assert told["relief"]["bounds"] == pytest.approx([152, 30, 153, 31])
    assert told["relief"]["version"] == with_relief.rasters.version("relief") != 0
    assert with_relief.versions(session)["relief"] == told["relief"]["version"]
    assert told["roads"]["version"] == with_relief.versions(session)["roads"]


def test_a_drill_is_known(database: Database) -> None:
    settings = load_settings()
    drill = settings.drill.model_copy(update={"active": True})
    assert open_layers(database, settings.model_copy(update={"drill": drill})).drill

"""Tiles over HTTP: kept for a year under their version, never under an old one."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
from fastapi import FastAPI
from fastapi.testclient import TestClient
from rasterio.transform import from_bounds

from core.clock import world
from core.db.schema.roads import RoadLink
from core.db.session import Database
from core.settings import MapSettings, load_settings
from layers.service import LayerAccess, open_layers
from server.api import tiles
from server.problems import install

ROAD = "12/3783/1682"


@pytest.fixture
def access(clean_database: Database, tmp_path: Path) -> LayerAccess:
    """Return layers with one road and a small relief."""
    relief = tmp_path / "relief.tif"
    with rasterio.open(
        relief, "w", driver="COG", height=600, width=600, count=3, dtype="uint8",
        crs="EPSG:4326", transform=from_bounds(152, 30, 153, 31, 600, 600), blocksize=256,
    ) as raster:  # fmt: skip
        raster.write(np.full((3, 600, 600), 99, np.uint8))
    west, south, east, north = tiles.Address(12, 3783, 1682).bounds()
    with clean_database.transaction() as session:
        session.add(
            RoadLink(
                source="roads", key="a", road_class="primary", oneway=0, bridge=False,
                tunnel=False, level=0, length_m=1, observed_at=world(),
                geom=f"SRID=4326;LINESTRING({west} {south}, {east} {north})",
            )
        )  # fmt: skip
    settings = load_settings().model_copy(update={"map": MapSettings(relief=relief)})
    return open_layers(clean_database, settings)


@pytest.fixture
def client(access: LayerAccess) -> Iterator[TestClient]:
    """Yield a client of an application with this router alone."""
    app = FastAPI()
    app.state.layers = access
    app.include_router(tiles.router)
    install(app)
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def version(access: LayerAccess, layer: str) -> int:
    with access.database.transaction() as session:
        return access.versions(session)[layer]


def test_a_tile_is_kept_for_a_year(client: TestClient, access: LayerAccess) -> None:
    path = f"/tiles/roads/{version(access, 'roads')}/{ROAD}.mvt"
    answers = [client.get(path, headers={"accept-encoding": "identity"}) for _ in range(2)]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        assert b"primary" in answer.content
    assert answers[0].content == answers[1].content


def test_a_tile_comes_compressed_where_wanted(client: TestClient, access: LayerAccess) -> None:
    path = f"/tiles/roads/{version(access, 'roads')}/{ROAD}.mvt"
    plain = client.get(path, headers={"accept-encoding": "identity"})
    with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(raw) == plain.content


def test_an_old_version_is_answered_but_not_kept(client: TestClient, access: LayerAccess) -> None:
    answer = client.get(f"/tiles/roads/{version(access, 'roads') - 1}/{ROAD}.mvt")
    assert answer.headers["cache-control"] == "no-store"
    assert b"primary" in answer.content


def test_an_empty_tile_is_no_error(client: TestClient, access: LayerAccess) -> None:
    answer = client.get(f"/tiles/roads/{version(access, 'roads')}/12/0/0.mvt")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("roads/1/30/0/0.mvt", 422), ("roads/1/3/8/0.mvt", 422), ("roads/1/3/-1/0.mvt", 422),
        ("roads/x/3/1/1.mvt", 422), ("rain/1/3/1/1.mvt", 404), ("nowhere/1/3/1/1.mvt", 404),
        ("raster/roads/1/3/1/1.png", 404), ("raster/relief/1/3/9/1.png", 422),
        (f"roads/{10**40}/3/{10**40}/1.mvt", 422),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(client: TestClient, path: str, status: int) -> None:
    assert client.get(f"/tiles/{path}").status_code == status


def test_relief(client: TestClient, access: LayerAccess) -> None:
    path = f"/tiles/raster/relief/{version(access, 'relief')}"
    inside = client.get(f"{path}/9/472/209.png")
    assert inside.headers["content-type"] == "image/png"
    assert "immutable" in inside.headers["cache-control"]
    outside = client.get(f"{path}/9/10/10.png")
    assert outside.status_code == 200
    assert inside.content != outside.content
    old = client.get("/tiles/raster/relief/1/9/472/209.png")
    assert old.headers["cache-control"] == "no-store"
    assert old.content == inside.content

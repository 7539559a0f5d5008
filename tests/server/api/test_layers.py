"""Layers over HTTP."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from core.clock import world
from core.db.schema.observed import Latest, Series, Station
from core.db.schema.reported import Restriction
from core.db.session import Database
from core.settings import load_settings
from layers.service import open_layers
from server.api import layers
from server.problems import install


@pytest.fixture
def client(clean_database: Database) -> Iterator[TestClient]:
    """Yield a client of an application with this router alone."""
    app = FastAPI()
    app.state.layers = open_layers(clean_database, load_settings())
    app.include_router(layers.router)
    install(app)
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def station(clean_database: Database) -> int:
    """Return the number of a gauge that told 12.5 mm/h a minute ago."""
    now = world()
    with clean_database.transaction() as session:
        gauge = Station(
            source="amedas", key="1", name="山", kind="weather",
            geom="SRID=4326;POINT(152 30)", updated_at=now,
        )  # fmt: skip
        session.add(gauge)
        session.flush()
        series = Series(station_id=gauge.id, element="precipitation_1h")
        session.add(series)
        session.flush()
        told = now - timedelta(minutes=1)
        session.add(
            Latest(series_id=series.id, observed_at=told, received_at=told, value=12.5, quality=0)
        )
        return gauge.id


def test_the_catalogue(client: TestClient) -> None:
    told = {layer["id"]: layer for layer in client.get("/api/layers").json()["layers"]}
    assert told["rain"]["legend"][0] == {
        "colour": "#B40068", "text": "#FFFFFF", "label": "80以上 猛烈な雨",
        "label_en": "80+ extreme", "lower": 80,
    }  # fmt: skip
    assert told["closures"]["sources"] == ["road_restrictions"]


@pytest.mark.usefixtures("station")
def test_features_come_once(client: TestClient) -> None:
    first = client.get("/api/layers/rain.geojson")
    (feature,) = first.json()["features"]
    assert feature["properties"]["value"] == 12.5
    assert first.headers["content-type"] == "application/geo+json"
    again = client.get("/api/layers/rain.geojson", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.usefixtures("station")
def test_a_change_has_another_etag(client: TestClient, clean_database: Database) -> None:
    first = client.get("/api/layers/rain.geojson")
    with clean_database.transaction() as session:
        row = session.query(Latest).one()
        row.value = 13.0
    again = client.get("/api/layers/rain.geojson", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert again.json()["version"] > first.json()["version"]


def test_the_past(client: TestClient) -> None:
    at = (world() - timedelta(hours=2)).isoformat()
    told = client.get("/api/layers/rivers.geojson", params={"at": at}).json()
    assert told["historic"] is True
    assert client.get("/api/layers/rivers.geojson", params={"at": "いつか"}).status_code == 422
    old = (world() - timedelta(hours=73)).isoformat()
    assert client.get("/api/layers/rivers.geojson", params={"at": old}).status_code == 422


@pytest.mark.parametrize("layer", ["nowhere", "roads", "relief", "%2e%2e", "x" * 500])
def test_no_such_layer_is_a_404_with_a_sentence(client: TestClient, layer: str) -> None:
    answer = client.get(f"/api/layers/{layer}.geojson")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_station_and_its_hours(client: TestClient, station: int) -> None:
    told = client.get(f"/api/stations/{station}/series", params={"hours": 72}).json()
    assert told["station"]["name"] == "山"
    for path in ("99999999/series", "999999999999999/series", "x/series"):
        assert client.get(f"/api/stations/{path}").status_code in {404, 422}
    assert client.get(f"/api/stations/{station}/series", params={"hours": 73}).status_code == 422


def test_a_file_to_keep(client: TestClient, clean_database: Database) -> None:
    now = world()
    with clean_database.transaction() as session:
        session.add(
            Restriction(
                source="roads", key="1", kind="closed", road_name="国道1号", lifted=False,
                observed_at=now, received_at=now,
            )
        )  # fmt: skip
    answer = client.get("/api/layers/closures/export", params={"format": "csv"})
    assert "国道1号" in answer.content.decode("utf-8-sig")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    refused = client.get("/api/layers/closures/export", params={"format": "exe"})
    assert refused.status_code == 422

"""Vector tiles: where things land, what is left out, what is kept."""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from layers import tiles
from layers.catalog import Catalog
from layers.layer import UnknownLayerError
from layers.tiles import Address, BadTileError, SlowTileError, Tile, TileCache, TileStore, render
from layers.versions import versions

sys.path.insert(0, str(Path(__file__).parent))
import mvt


def tile_at(lon: float, lat: float, zoom: int) -> Address:
    from math import asinh, pi, radians, tan

    size = 1 << zoom
    row = (1 - asinh(tan(radians(lat))) / pi) / 2 * size
    return Address(zoom, int((lon + 180) / 360 * size), int(row))


@pytest.mark.parametrize("address", [(0, 0, 1), (3, 8, 0), (3, 0, -1), (-1, 0, 0), (23, 0, 0)])
def test_a_tile_that_cannot_be_is_refused(address: tuple[int, int, int]) -> None:
    with pytest.raises(BadTileError):
        Address(*address).checked()


def test_bounds_of_a_tile() -> None:
    assert Address(0, 0, 0).bounds_m() == pytest.approx((-20037508.34, -20037508.34, 20037508.34,
                                                         20037508.34), abs=0.01)  # fmt: skip
    assert Address(1, 1, 0).bounds() == pytest.approx((0, 0, 180, 85.051129), abs=1e-6)


def test_a_road_lands_where_it_lies(session: Session, scene: Any, catalog: Catalog) -> None:
    address = tile_at(152.5, 30.5, 12)
    west, south, east, north = address.bounds()
    middle = (south + north) / 2
    scene.road("a", f"{west} {middle}, {east} {middle}", name="本町通", ref="1", bridge=True)
    (feature,) = mvt.read(render(session, catalog.get("roads"), address))["roads"]
    assert feature.type == 2
    (line,) = feature.parts
    assert (line[0][0], line[-1][0]) == (0, 4096)
    assert line[0][1] == pytest.approx(2048, abs=2)
    assert feature.properties == {"ref": "1", "road_class": "primary", "bridge": True}


def test_minor_roads_wait_for_their_zoom(session: Session, scene: Any, catalog: Catalog) -> None:
    for kind in ("motorway", "primary", "tertiary", "residential", "footway", None):
        scene.road(str(kind), "152.50 30.50, 152.501 30.501", road_class=kind)
    shown = {
        zoom: len(mvt.read(render(session, catalog.get("roads"), tile_at(152.5, 30.5, zoom)))
                  .get("roads", []))
        for zoom in (5, 6, 8, 9, 11, 13, 14)
    }  # fmt: skip
    assert shown == {5: 0, 6: 1, 8: 2, 9: 3, 11: 4, 13: 5, 14: 6}


def test_areas_inside_and_across_the_border_have_the_same_winding(
    session: Session, scene: Any, catalog: Catalog
) -> None:
    scene.boundary("20201", "甲市")
    for zoom in (7, 11):  # inside the tile; across its borders
        layer = catalog.get("boundaries")
        found = mvt.read(render(session, layer, tile_at(152.01, 30.01, zoom)))["boundaries"]
        (ring,) = found[0].parts
        doubled = sum(
            x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True)
        )
        assert doubled > 0  # exterior rings are positive in tile units (specification 4.3.4.4)
        assert found[0].properties == {"code": "20201", "name": "甲市"}


def test_the_quick_way_draws_what_the_careful_way_draws(session: Session, catalog: Catalog) -> None:
    session.execute(text(
        "CREATE TEMP TABLE field AS SELECT 1 AS id, '' AS code, '' AS name,"
        " ST_GeomFromText('POLYGON((152.4 30.4,152.6 30.4,152.6 30.6,152.4 30.4))', 4326) AS geom"
        " UNION ALL SELECT 2, '', '', ST_GeomFromText("
        "'MULTIPOLYGON(((152.4 30.4,152.6 30.4,152.6 30.6,152.4 30.4)))', 4326)"
    ))  # fmt: skip
    layer = catalog.get("boundaries").model_copy(
        update={"sql": "SELECT id, geom, code, name FROM field"}
    )
    one, other = mvt.read(render(session, layer, tile_at(152.5, 30.5, 6)))["boundaries"]
    assert sorted(one.parts[0]) == sorted(other.parts[0])


def test_areas_below_two_pixels_are_left_out_but_not_at_the_deepest_zoom(
    session: Session, catalog: Catalog
) -> None:
    session.execute(text(
        "CREATE TEMP TABLE dot AS SELECT 1 AS id, '' AS code, '' AS name,"
        " ST_MakeEnvelope(152.5, 30.5, 152.5001, 30.5001, 4326) AS geom"
    ))  # fmt: skip
    layer = catalog.get("boundaries").model_copy(
        update={"sql": "SELECT id, geom, code, name FROM dot"}
    )
    assert render(session, layer, tile_at(152.50005, 30.50005, 10)) == b""
    assert mvt.read(render(session, layer, tile_at(152.50005, 30.50005, 13)))


def test_a_tile_that_grows_too_large_is_made_coarser(
    session: Session, scene: Any, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(60):
        kind = "motorway" if i % 3 == 0 else "residential"
        scene.road(f"r{i}", f"152.50 30.5{i:02d}, 152.501 30.5{i:02d}", road_class=kind)
    address = tile_at(152.5, 30.53, 13)
    whole = render(session, catalog.get("roads"), address)
    monkeypatch.setattr(tiles, "MAX_TILE_BYTES", len(whole) - 1)
    smaller = render(session, catalog.get("roads"), address)
    kinds = {f.properties["road_class"] for f in mvt.read(smaller)["roads"]}
    assert 0 < len(smaller) < len(whole)
    assert kinds == {"motorway"}
    monkeypatch.setattr(tiles, "MAX_TILE_BYTES", 150)
    assert len(render(session, catalog.get("roads"), address)) <= 150


def test_a_tile_that_takes_too_long_is_given_up(
    session: Session, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "STATEMENT_TIMEOUT_MS", 30)
    slow = "SELECT 1 AS id, ST_MakePoint(0, pg_sleep(1)::text::int) AS geom"
    layer = catalog.get("roads").model_copy(update={"sql": slow, "columns": {}})
    with pytest.raises(SlowTileError), session.begin_nested():
        render(session, layer, Address(6, 0, 0))


@pytest.fixture
def store(session: Session, catalog: Catalog) -> TileStore:
    @contextmanager
    def transaction() -> Iterator[Session]:
        yield session

    return TileStore(transaction, catalog)


def test_a_tile_of_the_present_version_is_kept(
    session: Session, scene: Any, catalog: Catalog, store: TileStore
) -> None:
    scene.road("a", "152.5 30.5, 152.501 30.501")
    version = versions(session, catalog)["roads"]
    address = tile_at(152.5, 30.5, 12)
    assert store.cached("roads", version, address) is None
    tile = store.tile("roads", version, address)
    assert tile.current
    assert gzip.decompress(tile.compressed) == tile.content != b""
    assert store.cached("roads", version, address) is tile
    assert store.tile("roads", version, address) is tile


def test_an_old_address_gets_the_present_content_and_nothing_is_kept(
    session: Session, scene: Any, catalog: Catalog, store: TileStore
) -> None:
    address = tile_at(152.5, 30.5, 12)
    scene.road("a", "152.5 30.5, 152.501 30.501")
    old = versions(session, catalog)["roads"]
    store.tile("roads", old, address)
    scene.road("b", "152.502 30.5, 152.503 30.501")
    new = versions(session, catalog)["roads"]
    assert len(mvt.read(store.tile("roads", new, address).content)["roads"]) == 2
    # The old one is still in memory under its own address; elsewhere the present is served.
    stale = store.tile("roads", old - 1, address)
    assert not stale.current
    assert len(mvt.read(stale.content)["roads"]) == 2
    assert store.cached("roads", old - 1, address) is None


def test_only_vector_layers_have_vector_tiles(store: TileStore) -> None:
    for layer in ("rain", "relief", "nowhere"):
        with pytest.raises(UnknownLayerError):
            store.tile(layer, 1, Address(6, 0, 0))
    with pytest.raises(BadTileError):
        store.tile("roads", 1, Address(16, 0, 0))  # deeper than the layer is made


def test_the_cache_stays_within_its_bytes() -> None:
    cache = TileCache(max_bytes=1000)
    keys = [("roads", 1, Address(4, x, 0)) for x in range(8)]
    for key in keys[:5]:
        cache.put(key, Tile(b"x" * 100, current=True))
    assert cache.get(keys[0]) is not None  # used: the second is now the oldest
    cache.put(keys[5], Tile(b"y" * 100, current=True))
    assert cache.size <= 1000
    assert cache.get(keys[0]) is not None
    assert cache.get(keys[1]) is None
    cache.put(keys[0], Tile(b"z", current=True))
    assert cache.size == 2 * (4 * 100 + 1)

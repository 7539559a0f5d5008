"""The land under the map: cut from a world made here, and the one that lies in the repository."""

import io
import tarfile
from pathlib import Path
from typing import Any

import orjson
import pytest
import shapely

from core.errors import InvalidError
from core.settings import ROOT
from server.cli import landmass
from server.cli.landmass import NotThatLandError


def world(*squares: tuple[float, float, float, float]) -> bytes:
    """Return a TopoJSON world of rectangles (west, south, east, north)."""
    arcs = [[[w, s], [e, s], [e, n], [w, n], [w, s]] for w, s, e, n in squares]
    land: dict[str, Any] = {"type": "MultiPolygon", "arcs": [[[i]] for i in range(len(arcs))]}
    objects = {"land": {"type": "GeometryCollection", "geometries": [land]}}
    return orjson.dumps({"type": "Topology", "objects": objects, "arcs": arcs})


def packed(folder: Path, name: str, content: bytes) -> Path:
    """Return a package with one file."""
    tarball = folder / "world-atlas.tgz"
    with tarfile.open(tarball, "w:gz") as package:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        package.addfile(member, io.BytesIO(content))
    return tarball


def shape_of(content: bytes) -> Any:
    """Return the shapely geometry of a GeoJSON one."""
    return shapely.from_geojson(content)


def test_what_lies_outside_is_left_out_and_what_reaches_out_is_cut() -> None:
    told = world((130, 30, 131, 31), (80, 40, 100, 80), (-10, 40, 10, 50))
    land = shape_of(landmass.cut(told))
    assert land.geom_type == "MultiPolygon"
    assert land.bounds == (90, 30, 131, 65)
    assert land.area == pytest.approx(1 + 10 * 25)


def test_a_coast_goes_on_where_it_becomes_coarse_and_small_far_islands_do_not() -> None:
    told = world((110, 30, 130, 40), (119.9, 25, 119.99, 25.1), (121.9, 25, 121.99, 25.1))
    land = shape_of(landmass.cut(told))
    assert len(land.geoms) == 2
    assert land.area == pytest.approx(200 + 0.009)


def test_small_wiggles_are_taken_out() -> None:
    told = orjson.loads(world((130, 30, 131, 31)))
    told["arcs"][0].insert(1, [130.5, 30.001])
    assert shape_of(landmass.cut(orjson.dumps(told))).area == pytest.approx(1)


def test_a_world_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidError):
        landmass.cut(b'{"objects": {"land": {"type": "Polygon", "arcs": [[9]]}}, "arcs": []}')


def test_the_land_is_taken_from_the_package(tmp_path: Path) -> None:
    content = world((130, 30, 131, 31))
    assert landmass.land_in(packed(tmp_path, landmass.MEMBER, content)) == content
    with pytest.raises(NotThatLandError):
        landmass.land_in(packed(tmp_path, "package/other.json", content))


def test_the_land_of_the_repository_is_japan() -> None:
    land = shape_of((ROOT / landmass.PATH).read_bytes())
    assert land.is_valid
    places = {"那覇": (127.72, 26.2), "熊本": (130.74, 32.8), "輪島": (136.9, 37.37),
              "札幌": (141.35, 43.06), "西之島の沖": (140.0, 27.0), "日本海": (135.0, 39.0),
              "大阪湾": (135.2, 34.5)}  # fmt: skip
    dry = {name for name, at in places.items() if land.contains(shapely.Point(at))}
    assert dry == {"那覇", "熊本", "輪島", "札幌"}


def test_its_origin_is_told() -> None:
    told = landmass.origin()
    assert (told.package, told.version, told.licence) == ("world-atlas", "2.0.2", "public domain")
    assert len(told.package_sha256) == len(told.sha256) == 64

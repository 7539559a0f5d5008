"""Japan's land for the map without a network, cut out of Natural Earth's world by `hinomi vendor`.

Natural Earth is in the public domain; the npm package world-atlas carries its land as TopoJSON.
What is made of it is kept in the repository and described in `data/manifest.toml`.
"""

import tarfile
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

import orjson

from core.errors import InvalidError
from core.settings import ROOT
from ingest.sources.boundaries.topology import features

MANIFEST = ROOT / "data" / "manifest.toml"
"""Describes `PATH` under `[[derived]]`."""
PATH = "dashboard/assets/map/japan.json"
MEMBER = "package/land-10m.json"
NEAR = (120.0, 20.0, 156.0, 47.0)
"""West, south, east, north in degrees: from Yonaguni to Minamitorishima, Okinotorishima to Soya."""
FAR = (90.0, 0.0, 180.0, 65.0)
"""What a wide screen shows around it; coarser, so that no coast ends in the middle of it."""
SIMPLIFIED = 0.004
"""Degrees, some 400 m: finer than the scale of 1 : 10 million that Natural Earth is drawn for."""
SIMPLIFIED_FAR = 0.05
SMALLEST_FAR = 0.02
"""Square degrees, some 200 km²."""
PRECISION = 0.001
MOST_BYTES = 20_000_000


class NotThatLandError(InvalidError):
    """The file is not the land that was pinned."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What the land is made of, and how to know it is the same."""

    package: str
    """Name in the npm registry."""
    version: str
    licence: str
    package_sha256: str
    sha256: str
    """Of what is made of it."""


def origin(manifest: Path = MANIFEST) -> Origin:
    """Return what `data/manifest.toml` says of the derived file."""
    derived = tomllib.loads(manifest.read_text("utf-8"))["derived"]
    entry = next(entry for entry in derived if entry["path"] == PATH)
    return Origin(**{field.name: str(entry[field.name]) for field in fields(Origin)})


def land_in(tarball: Path) -> bytes:
    """Return the land of the world as the package holds it (TopoJSON, EPSG:4326).

    Raises
    ------
    NotThatLandError
        When the package has no such file, or one that is too large.
    """
    with tarfile.open(tarball) as package:
        try:
            member = package.extractfile(MEMBER)
        except KeyError:
            member = None
        content = b"" if member is None else member.read(MOST_BYTES + 1)
    if not 0 < len(content) <= MOST_BYTES:
        message = f"{tarball.name}: {MEMBER} がないか、大きすぎます"
        raise NotThatLandError(message)
    return content


def cut(world: bytes) -> bytes:
    """Return Japan and its surroundings as one GeoJSON MultiPolygon (lon, lat).

    Raises
    ------
    UnreadableError
        When the world is no TopoJSON.
    """
    import shapely  # noqa: PLC0415 - `hinomi --help` stays quick
    from shapely.geometry import box, shape  # noqa: PLC0415

    near, far = box(*NEAR), box(*FAR)
    whole = shapely.unary_union(
        [
            # By structure, so that no stray line makes a mixed collection of it, which unions drop.
            shapely.make_valid(polygon, method="structure", keep_collapsed=False).intersection(far)
            for feature in features(orjson.loads(world))
            for polygon in shapely.get_parts(shape(feature["geometry"]))
            if polygon.envelope.intersects(far)
        ]
    )
    fine = shapely.simplify(whole.intersection(near), SIMPLIFIED)
    around = shapely.get_parts(shapely.simplify(whole.difference(near), SIMPLIFIED_FAR))
    land = shapely.union_all([fine, *(part for part in around if part.area > SMALLEST_FAR)])
    polygons = [
        part
        for part in shapely.get_parts(shapely.set_precision(land, PRECISION))
        if part.geom_type == "Polygon" and not part.is_empty
    ]
    return shapely.to_geojson(shapely.MultiPolygon(polygons)).encode() + b"\n"

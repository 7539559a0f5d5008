"""Vector tiles made by PostGIS: the version in the address, bounded in bytes and time, cached.

A tile is Web Mercator (EPSG:3857), 4096 units wide, gathered from geometry in EPSG:4326.
"""

import gzip
import math
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import Lock
from time import monotonic
from typing import NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core.errors import InvalidError, UnavailableError
from layers.catalog import Catalog
from layers.layer import Definition
from layers.versions import versions

MAX_TILE_BYTES = 500_000
MAX_FEATURES = 20_000
STATEMENT_TIMEOUT_MS = 8_000
VERSION_TTL_S = 1.0
"""A version asked for within this time is not asked for again."""
EXTENT, BUFFER = 4096, 64
SMALLEST_UNITS = 32
"""Areas below two pixels (of 16 units each) are left out, except at a layer's deepest zoom."""
TOLERANCE_UNITS = 4
COARSER_ATTEMPTS = 4
"""So often a tile that is too large is only made coarser; then features are left out."""
MAX_ZOOM = 22
_WORLD_M = 2 * math.pi * 6_378_137
_LOCKS = 64


class BadTileError(InvalidError):
    """そのタイルの番号はありません。"""  # noqa: D400


class SlowTileError(UnavailableError):
    """タイルの作成に時間がかかりすぎました。"""  # noqa: D400


class Address(NamedTuple):
    """Zoom, column (from 180° W) and row (from the north) of a tile."""

    z: int
    x: int
    y: int

    def checked(self, max_zoom: int = MAX_ZOOM) -> "Address":
        """Return itself.

        Raises
        ------
        BadTileError
            When there is no such tile.
        """
        if not 0 <= self.z <= max_zoom:
            raise BadTileError
        if not (0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z):
            raise BadTileError
        return self

    def bounds_m(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in metres of EPSG:3857."""
        size = _WORLD_M / (1 << self.z)
        west, north = self.x * size - _WORLD_M / 2, _WORLD_M / 2 - self.y * size
        return west, north - size, west + size, north

    def bounds(self, margin: float = 0.0) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees, with a margin in parts of the tile."""
        size = _WORLD_M / (1 << self.z)
        west, south, east, north = self.bounds_m()
        metres = (west - margin * size, south - margin * size,
                  east + margin * size, north + margin * size)  # fmt: skip
        return (_lon(metres[0]), _lat(metres[1]), _lon(metres[2]), _lat(metres[3]))


def _lon(x: float) -> float:
    return max(-180.0, min(180.0, x / _WORLD_M * 360))


def _lat(y: float) -> float:
    return math.degrees(math.atan(math.sinh(y / _WORLD_M * 2 * math.pi)))


@dataclass(frozen=True)
class Tile:
    """A tile's bytes."""

    content: bytes
    current: bool
    """False: made for an address whose version is no longer the layer's; not to be kept."""

    @cached_property
    def compressed(self) -> bytes:
        """Return the bytes gzipped, once."""
        return gzip.compress(self.content, 4, mtime=0)

    @property
    def size(self) -> int:
        """Return the bytes it takes in memory, at most."""
        return 2 * len(self.content)


class TileCache:
    """The most recently used tiles up to a number of bytes."""

    def __init__(self, max_bytes: int = 256_000_000) -> None:
        self._max_bytes = max_bytes
        self._tiles: OrderedDict[tuple[str, int, Address], Tile] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Return the bytes held."""
        return self._bytes

    def get(self, key: tuple[str, int, Address]) -> Tile | None:
        """Return a tile and mark it as used."""
        with self._lock:
            tile = self._tiles.get(key)
            if tile is not None:
                self._tiles.move_to_end(key)
            return tile

    def put(self, key: tuple[str, int, Address], tile: Tile) -> None:
        """Keep a tile; the least recently used ones make room."""
        with self._lock:
            former = self._tiles.pop(key, None)
            self._bytes += tile.size - (former.size if former else 0)
            self._tiles[key] = tile
            while self._bytes > self._max_bytes and len(self._tiles) > 1:
                _, gone = self._tiles.popitem(last=False)
                self._bytes -= gone.size


class TileStore:
    """Tiles of every vector layer of a catalogue."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[Session]],
        catalog: Catalog,
        cache: TileCache | None = None,
    ) -> None:
        self._transaction = transaction
        self._catalog = catalog
        self._cache = cache or TileCache()
        self._locks = [Lock() for _ in range(_LOCKS)]
        self._versions: dict[str, tuple[int, float]] = {}

    def cached(self, layer_id: str, version: int, address: Address) -> Tile | None:
        """Return a tile if it is in memory; takes no time worth a thread."""
        return self._cache.get((layer_id, version, address))

    def tile(self, layer_id: str, version: int, address: Address) -> Tile:
        """Return a tile, made now unless it is in memory.

        Raises
        ------
        UnknownLayerError, BadTileError, SlowTileError
            When there is no such layer or tile, or PostGIS needs too long.
        """
        layer = self._catalog.get(layer_id, "vector")
        address.checked(layer.zooms.max)
        key = (layer_id, version, address)
        # Many screens ask for the same new tile at once: one makes it, the others wait.
        with self._locks[hash(key) % _LOCKS]:
            found = self._cache.get(key)
            if found is not None:
                return found
            with self._transaction() as session:
                current = self._current(session, layer, version)
                content = render(session, layer, address)
            tile = Tile(content, current == version)
            if tile.current:
                self._cache.put(key, tile)
            return tile

    def _current(self, session: Session, layer: Definition, asked: int) -> int:
        known = self._versions.get(layer.id)
        if known is not None and known[0] == asked and monotonic() - known[1] < VERSION_TTL_S:
            return known[0]
        version = versions(session, [layer])[layer.id]
        self._versions[layer.id] = (version, monotonic())
        return version


def render(session: Session, layer: Definition, address: Address) -> bytes:
    """Return one tile's bytes (Mapbox Vector Tile 2.1) of at most 500 kB.

    A tile that comes out larger is made again as a lower zoom would be: minor roads and areas
    below a pixel go, lines get simpler; at last the number of features is cut.

    Raises
    ------
    SlowTileError
        After 8 s.
    """
    if address.z < layer.zooms.min:
        return b""
    session.execute(_TIMEOUT, {"limit": str(STATEMENT_TIMEOUT_MS)})
    limit, detail, attempt = MAX_FEATURES, address.z, 0
    content, count = _made(session, layer, address, (detail, limit))
    while len(content) > MAX_TILE_BYTES and limit > 0:
        excess = len(content) / MAX_TILE_BYTES
        detail = max(0, detail - max(1, round(math.log2(excess))))
        attempt += 1
        if attempt >= COARSER_ATTEMPTS:
            limit = min(limit - 1, int(count / excess * 0.9))
        content, count = _made(session, layer, address, (detail, limit))
    return content


_TIMEOUT = text("SELECT set_config('statement_timeout', :limit, true)")


def _made(
    session: Session, layer: Definition, address: Address, budget: tuple[int, int]
) -> tuple[bytes, int]:
    """Return a tile at a detail and a limit of features, and how many features it holds."""
    detail, limit = budget
    unit_m = _WORLD_M / (1 << detail) / EXTENT
    west, south, east, north = address.bounds(BUFFER / EXTENT)
    x0, y0, x1, y1 = address.bounds_m()
    values = {
        "layer": layer.id, "detail": detail, "limit": limit,
        "west": west, "south": south, "east": east, "north": north,
        "x0": x0, "y0": y0, "x1": x1, "y1": y1,
        "scale": EXTENT / (x1 - x0),
        "smallest": unit_m * SMALLEST_UNITS / _WORLD_M * 360 if detail < layer.zooms.max else 0.0,
        "tolerance": unit_m * TOLERANCE_UNITS / _WORLD_M * 360 if detail < layer.zooms.max else 0.0,
    }  # fmt: skip
    try:
        row = session.execute(
            _statement(layer.sql or "", tuple(layer.columns), layer.geometry == "polygon"), values
        ).one()
    except OperationalError as error:
        # 57014: cancelled by the statement timeout.
        if getattr(error.orig, "sqlstate", None) == "57014":
            raise SlowTileError from error
        raise
    return bytes(row[0]), int(row[1])


@lru_cache(maxsize=64)
def _statement(inner: str, names: tuple[str, ...], polygons: bool) -> TextClause:
    """Return the query of a layer's tiles; everything that varies is a bound parameter.

    Column names come from the definition, where they are checked against a pattern.
    """
    columns = "".join(f", q.{name}" for name in names)
    size = "greatest(ST_XMax(q.geom) - ST_XMin(q.geom), ST_YMax(q.geom) - ST_YMin(q.geom))"
    large = f"AND {size} >= :smallest" if polygons else ""
    flat = "ST_Transform(ST_Simplify(q.geom, :tolerance, true), 3857)"
    careful = f"""ST_AsMVTGeom({flat}, CAST(ST_MakeBox2D(ST_MakePoint(:x0, :y0),
        ST_MakePoint(:x1, :y1)) AS box2d), {EXTENT}, {BUFFER}, true)"""
    # A plain ring that lies inside the tile needs no clipping: moved to tile units by itself it
    # costs half as much as through ST_AsMVTGeom, which rebuilds every polygon.
    quick = f"""ST_ForcePolygonCCW(ST_SnapToGrid(ST_Affine({flat}, :scale, 0, 0,
        -CAST(:scale AS double precision), -CAST(:x0 AS double precision) * :scale,
        CAST(:y1 AS double precision) * :scale), 1))"""
    inside = "q.geom @ ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
    shape = (
        f"CASE WHEN {inside} AND ST_NumInteriorRings(q.geom) = 0 THEN {quick} ELSE {careful} END"
        if polygons
        else careful
    )
    return text(
        f"""SELECT ST_AsMVT(t, :layer, {EXTENT}, 'geom', 'id'), count(*) FROM (
            SELECT q.id{columns}, {shape} AS geom
              FROM ({inner}) AS q
             WHERE q.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326) {large}
             LIMIT :limit) AS t WHERE t.geom IS NOT NULL AND NOT ST_IsEmpty(t.geom)"""  # noqa: S608
    )

"""Vector tiles per second, warm and cold, beside tipg: same table, same tile list, same run.

    python tests/bench/tiles.py [--long] [--database URL] [--polygons 200000] [--rounds 1]

Both are asked over HTTP from this process by the same client, each by one uvicorn worker, one
after the other; in the long form in three rounds, of which the median ratio counts. Cold: every
tile of the list once, each server fresh. Warm: the whole list again and again. Both compress, as
browsers ask.
tipg is installed into `var/bench-venv` from the lock beside this file; it keeps no cache, so its
two figures are near each other.
"""

import argparse
import asyncio
import json
import math
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, quote, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402 - after the path
import psycopg  # noqa: E402

from core.db import cluster as private  # noqa: E402
from core.db.session import Database  # noqa: E402
from core.settings import DatabaseSettings  # noqa: E402

LOCK = Path(__file__).parent / "requirements-tipg.lock"
PEER = ROOT / "var" / "bench-venv"
DATABASE = "hinomi_bench_tiles"
SEED = 20260703
WEST, SOUTH, WIDTH = 152.0, 30.0, 0.8
CLIENTS = 8
LONG_ROUNDS = 3
# A map of 1440 × 900 shows about 6 × 4 tiles; people look closer more often than from afar.
VIEWS: Mapping[int, int] = {10: 1, 11: 2, 12: 2, 13: 3, 14: 4, 15: 4}

TABLE = """
DROP TABLE IF EXISTS parcel, table_version;
CREATE TABLE table_version (name text PRIMARY KEY, version bigint, changed_at timestamptz);
INSERT INTO table_version VALUES ('parcel', 1, now());
SELECT setseed(0.5);
CREATE TABLE parcel AS
SELECT i AS id, 'parcel ' || i AS name,
       (ARRAY['house', 'shop', 'farm', 'wood'])[1 + i %% 4] AS kind,
       round((random() * 100)::numeric, 2)::double precision AS value,
       CAST(ST_Buffer(ST_SetSRID(ST_MakePoint(%(west)s + random() * %(width)s,
            %(south)s + random() * %(width)s), 4326), 0.0002 + random() * random() * 0.002, 5)
            AS geometry(Polygon, 4326)) AS geom
  FROM generate_series(1, %(count)s) AS i;
ALTER TABLE parcel ADD PRIMARY KEY (id);
CREATE INDEX parcel_geom ON parcel USING gist (geom);
"""

DEFINITION = {
    "id": "parcel", "title": "区画", "title_en": "Parcels", "group": "base", "kind": "vector",
    "geometry": "polygon", "tables": ["parcel"], "zooms": {"min": 4, "max": 16},
    "columns": {"name": "名称", "kind": "種別", "value": "値"},
    "sql": "SELECT id, geom, name, kind, value FROM parcel",
    "style": {"kind": "boundary", "order": 10}, "attribution": "bench",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """What one server did with the tile list."""

    cold: float
    """Tiles a second, each asked once."""
    warm: float
    largest: int
    """Bytes of the largest tile."""
    p95_cold_ms: float


def prepare(url: str, count: int) -> None:
    """Make the table: seeded polygons over an area of the open Pacific."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        with psycopg.ClientCursor(connection) as cursor:
            cursor.execute(TABLE, {"west": WEST, "south": SOUTH, "width": WIDTH, "count": count})
        connection.execute("VACUUM ANALYZE parcel")


def tile_list() -> list[tuple[int, int, int]]:
    """Return the tiles (z, x, y) of the views somebody looks at, each once, in their order."""
    dice = random.Random(SEED)  # noqa: S311 - a list of tiles, no secret
    tiles: dict[tuple[int, int, int], None] = {}
    for zoom, views in VIEWS.items():
        size = 1 << zoom
        for _ in range(views):
            lon, lat = WEST + dice.random() * WIDTH, SOUTH + dice.random() * WIDTH
            column = int((lon + 180) / 360 * size)
            row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * size)
            for dx in range(-3, 3):
                for dy in range(-2, 2):
                    tiles[(zoom, column + dx, row + dy)] = None
    return list(tiles)


class Connection:
    """One kept-alive HTTP/1.1 connection; bare, so that the client is not what is measured."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._host, self._port = parts.hostname, parts.port

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection(
            self._host, self._port, limit=1 << 22
        )

    async def get(self, path: str) -> int:
        """Return the size of the (compressed) body at a path; raises RuntimeError when refused."""
        self._writer.write(
            f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head.split(b" ", 2)[1])
        if status not in {200, 204}:
            message = f"{path}: {status}"
            raise RuntimeError(message)
        if b"transfer-encoding: chunked" in head:
            return await self._chunks()
        length = head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        return len(await self._reader.readexactly(int(length or 0)))

    async def _chunks(self) -> int:
        total = 0
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            total += len(await self._reader.readexactly(size + 2)) - 2
        await self._reader.readexactly(2)
        return total

    async def close(self) -> None:
        """Disconnect."""
        self._writer.close()
        await self._writer.wait_closed()


async def fetch(base: str, paths: Sequence[str]) -> tuple[list[float], int]:
    """Fetch every path once over eight connections; seconds of each, and the largest body."""
    took: list[float] = []
    largest = 0
    left = iter(paths)

    async def client() -> None:
        nonlocal largest
        connection = Connection(base)
        await connection.open()
        for path in left:
            began = time.perf_counter()
            largest = max(largest, await connection.get(path))
            took.append(time.perf_counter() - began)
        await connection.close()

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return took, largest


def measure(base: str, paths: Sequence[str], seconds: float) -> Figures:
    """Return the figures of one server: one pass cold, then whole passes for some seconds."""
    began = time.perf_counter()
    took, largest = asyncio.run(fetch(base, paths))
    cold = len(took) / (time.perf_counter() - began)
    began, fetched = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        fetched += len(asyncio.run(fetch(base, paths))[0])
    warm = fetched / (time.perf_counter() - began)
    return Figures(cold, warm, largest, sorted(took)[int(len(took) * 0.95)] * 1000)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str], path: str) -> Iterator[str]:
    """Run a server until the block ends; yields its base address once `path` answers."""
    port = free_port()
    words = [word.replace("{port}", str(port)) for word in command]
    with subprocess.Popen(words, env={**os.environ, **environment}, cwd=ROOT) as process:
        try:
            base = f"http://127.0.0.1:{port}"
            await_answer(process, base + path)
            yield base
        finally:
            process.terminate()
            process.wait(10)


def await_answer(process: subprocess.Popen[bytes], address: str) -> None:
    """Wait until an address answers 200; raises RuntimeError when the process ends before."""
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    message = f"{address} does not answer"
    raise RuntimeError(message)


def install_peer() -> Path:
    """Return the python of a virtual environment that holds tipg as locked."""
    python = PEER / "bin" / "python"
    mark = PEER / "lock"
    if mark.exists() and mark.read_bytes() == LOCK.read_bytes():
        return python
    print("installing tipg into var/bench-venv …", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(PEER)], check=True)
    subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK)],
        check=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    mark.write_bytes(LOCK.read_bytes())
    return python


def peer_environment(url: str) -> dict[str, str]:
    """Return tipg's settings for a database reached by a unix socket or by TCP."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "POSTGRES_USER": unquote(parts.username or ""),
        "POSTGRES_PASS": unquote(parts.password or "-"),
        "POSTGRES_HOST": quote(query.get("host", [parts.hostname or "localhost"])[0], safe=""),
        "POSTGRES_PORT": str(parts.port or 5432),
        "POSTGRES_DBNAME": unquote(parts.path.lstrip("/")),
        "TIPG_DB_SCHEMAS": '["public"]',
    }


def create_app() -> object:
    """Return an application with Hinomi's tile router alone, for uvicorn."""
    from fastapi import FastAPI

    from layers.catalog import Catalog
    from layers.layer import Definition
    from layers.raster import RasterStore
    from layers.service import LayerAccess
    from layers.tiles import TileStore
    from server.api import tiles

    database = Database(os.environ["HINOMI_BENCH_URL"], DatabaseSettings())
    catalog = Catalog({"parcel": Definition.model_validate(DEFINITION)})
    app = FastAPI()
    access = LayerAccess(
        database, catalog, TileStore(database.transaction, catalog), RasterStore({}), drill=False
    )
    app.state.layers = access
    app.include_router(tiles.router)

    @app.get("/version")
    def version() -> dict[str, int]:
        with database.transaction() as session:
            return access.versions(session)

    return app


@contextmanager
def database(given: str | None) -> Iterator[str]:
    """Yield the address given, or one in the private cluster that is dropped afterwards."""
    if given is not None:
        yield given
        return
    var = ROOT / "var"
    was_running = private.locate(var).running
    cluster = private.ensure_cluster(var)
    private.create_database(cluster, DATABASE)
    try:
        yield cluster.url(DATABASE, private.OWNER)
    finally:
        private.drop_database(cluster, DATABASE)
        if not was_running and private.other_clients(cluster) == 0:
            private.stop_cluster(cluster)


def run(url: str, seconds: float) -> dict[str, Figures]:
    """Measure both servers and return their figures."""
    tiles = tile_list()
    peer = install_peer()
    uvicorn = ["-m", "uvicorn", "--port", "{port}", "--log-level", "warning", "--no-access-log"]
    found: dict[str, Figures] = {}
    with serving([str(peer), *uvicorn, "tipg.main:app"], peer_environment(url), "/healthz") as base:
        paths = [
            f"/collections/public.parcel/tiles/WebMercatorQuad/{z}/{x}/{y}" for z, x, y in tiles
        ]
        found["tipg"] = measure(base, paths, seconds)
    ours = [sys.executable, *uvicorn, "--app-dir", str(Path(__file__).parent), "--factory",
            "tiles:create_app"]  # fmt: skip
    with serving(ours, {"HINOMI_BENCH_URL": url}, "/version") as base:
        version = httpx.get(base + "/version").json()["parcel"]
        found["hinomi"] = measure(
            base, [f"/tiles/parcel/{version}/{z}/{x}/{y}.mvt" for z, x, y in tiles], seconds
        )
    return found


def main() -> None:
    """Make the table, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--database", help="libpq address of a database to use")
    parser.add_argument("--polygons", type=int, default=200_000)
    parser.add_argument("--long", action="store_true", help="three rounds instead of one")
    parser.add_argument("--rounds", type=int, default=None)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each warm measurement")
    given = parser.parse_args()
    rounds_wanted = given.rounds or (LONG_ROUNDS if given.long else 1)
    with database(given.database) as url:
        prepare(url, given.polygons)
        rounds = [run(url, given.seconds) for _ in range(rounds_wanted)]
    print(f"vector tiles, {given.polygons:,} polygons, {len(tile_list())} tiles, {CLIENTS} clients")
    for found in rounds:
        for name, figures in found.items():
            print(
                f"  {name:7s} cold {figures.cold:8.1f}/s (p95 {figures.p95_cold_ms:6.0f} ms)"
                f"   warm {figures.warm:8.1f}/s   largest {figures.largest / 1000:7.0f} kB"
            )
    cold = median(found["hinomi"].cold / found["tipg"].cold for found in rounds)
    warm = median(found["hinomi"].warm / found["tipg"].warm for found in rounds)
    print(f"  median ratio to tipg: cold {cold:.2f}×   warm {warm:.1f}×")
    print(json.dumps({"tiles": {"cold": round(cold, 2), "warm": round(warm, 1)}}))


if __name__ == "__main__":
    main()

"""An outside world on loopback for tests: what it answers, and how badly, is said by the test."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson

from core.db.session import Database
from core.settings import StorageSettings
from core.storage import Storage
from ingest import registry, service
from ingest.archive import Archive
from ingest.http import Outside
from ingest.pipeline import Pipeline
from ingest.source import Source

NOON = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)
"""Noon in Japan; the world time at which these worlds begin."""


@dataclass(frozen=True)
class Answer:
    """What one address says, and how."""

    content: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    way: str = "whole"
    """whole · truncated (says more than it sends) · drip · hang · closed (no answer at all)"""


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    path: str
    headers: Mapping[str, str]


Route = Answer | Callable[[Asked], Answer]


class Town(ThreadingHTTPServer):
    """Answers by `routes`; other paths are 404. A request may be answered by a function."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self.over = threading.Event()

    @property
    def address(self) -> str:
        """Return its base address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return sum(asked.path == path for asked in self.asked)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Town

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer, one way or another."""
        asked = Asked(self.path, {k.lower(): v for k, v in self.headers.items()})
        self.server.asked.append(asked)
        route = self.server.routes.get(self.path, Answer(status=404))
        answer = route(asked) if callable(route) else route
        if answer.way == "hang":
            self.server.over.wait(30)
        if answer.way in {"hang", "closed"}:
            self.close_connection = True
            return
        self.send_response(answer.status)
        told = len(answer.content) + (1000 if answer.way == "truncated" else 0)
        if answer.status != 304:
            self.send_header("Content-Length", str(told))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.way == "drip":
            for byte in answer.content:
                self.wfile.write(bytes([byte]))
                if self.server.over.wait(0.05):
                    break
        else:
            self.wfile.write(answer.content)
        if answer.way != "whole":
            self.close_connection = True
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)


@contextmanager
def open_town() -> Iterator[Town]:
    """Yield a town that answers; afterwards nobody answers there any more."""
    town = Town()
    thread = threading.Thread(target=town.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield town
    finally:
        town.over.set()
        town.shutdown()
        thread.join()
        town.server_close()


class Clock:
    """World time, moved by the test."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """Return world time."""
        return self.at

    def pass_(self, **time: float) -> None:
        """Let some time pass."""
        self.at += timedelta(**time)


def quick(name: str, **manifest: Any) -> Source:
    """Return a real source that loses its patience within half a second."""
    source = registry.source(name)
    changes = {"timeout_s": 0.4} | manifest
    return Source(source.manifest.model_copy(update=changes), source.package)


@contextmanager
def open_pipeline(
    database: Database, town: Town, folder: Path, *, now: Callable[[], datetime] | None = None,
    storage: StorageSettings | None = None, outside: Outside | None = None,
) -> Iterator[Pipeline]:  # fmt: skip
    """Yield a pipeline whose sources are all asked in the town, below their names."""
    with database.transaction() as session:
        service.register_sources(session)
    client = outside or Outside(user_agent="test", requests_per_minute=100_000)
    kept = storage or StorageSettings(folder=folder, min_free_mb=0)
    yield Pipeline(
        database=database,
        archive=Archive(database, Storage(kept)),
        outside=client,
        now=now or Clock(),
        base_of=lambda source: f"{town.address}/{source.name}/",
    )
    if outside is None:
        client.close()


# ── payloads in the wire formats of the real sources, of places that do not exist ───────────────


def gauge(number: int, level: float | None, at: datetime = NOON, **more: Any) -> dict[str, Any]:
    """Return one gauge of an hourly river file."""
    return {
        "code": f"99{number:08d}", "name": f"架空川{number}", "obsTime": at.isoformat(),
        "level": level, "townCode": "99201", "startLevel": 1.0, "warnLevel": 2.0, "fladLevel": 4.0,
        "latitude": 30.5, "longitude": 140.5 + number / 1000,
    } | more  # fmt: skip


def rivers(*gauges: dict[str, Any], made_at: datetime = NOON) -> bytes:
    """Return an hourly river file."""
    return orjson.dumps({"generatedAt": made_at.isoformat(), "items": list(gauges)})


def outage(town: int, text: str = "約 60 戸", at: str = "2026/07/03 11:40") -> str:
    """Return one line of an outage list."""
    return f"{at},992010{town:03d},架空県,架空市,架空町{town},{text},調査中,復旧未定,復旧作業中\n"


def outages(*lines: str) -> bytes:
    """Return an outage list."""
    return "".join(lines).encode() or b"\n"


def rain_table(stations: int) -> bytes:
    """Return a station table of AMeDAS."""
    return orjson.dumps(
        {
            f"{99_000 + i}": {"type": "C", "elems": "11111000", "lat": [30, float(i % 60)],
                              "lon": [140, 6.6], "alt": 12, "kjName": f"架空{i}",
                              "knName": "カクウ", "enName": f"Kaku {i}"}
            for i in range(stations)
        }
    )  # fmt: skip


def rain_map(stations: int, value: float) -> bytes:
    """Return a ten-minute map of AMeDAS."""
    return orjson.dumps(
        {f"{99_000 + i}": {"precipitation1h": [value + i, 0], "temp": [18.5, 0]}
         for i in range(stations)}
    )  # fmt: skip


def closures(*names: str, lifted: tuple[str, ...] = ()) -> bytes:
    """Return road restrictions as MLIT's GeoJSON has them."""
    return orjson.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": {"type": "LineString",
                                 "coordinates": [[140.0 + i / 100, 30.0], [140.1 + i / 100, 30.1]]},
                    "properties": {"name": name, "路線名": name, "規制内容":
                                   "通行止め解除" if name in lifted else "全面通行止め"},
                }
                for i, name in enumerate(names)
            ],
        }
    )  # fmt: skip

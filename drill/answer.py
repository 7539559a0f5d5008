"""What a feed answers: the bytes and the headers that matter, free of any web framework."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import orjson

JSON = "application/json"
GEOJSON = "application/geo+json"
XML = "application/xml; charset=utf-8"
CSV = "text/csv; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"
ZIP = "application/zip"
CONTENT_TYPES = {
    ".json": JSON, ".geojson": GEOJSON, ".xml": XML, ".csv": CSV, ".txt": TEXT, ".zip": ZIP,
    ".pbf": BINARY,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAnswer:
    """One HTTP answer of a simulated source."""

    status: int
    content: bytes = b""
    content_type: str = TEXT
    last_modified: datetime | None = None
    """World time since which the content has been so."""
    etag: str | None = None
    """Unquoted."""
    file_name: str | None = None
    """The real name of a recorded file; to be sent as `Content-Disposition: inline; filename=…`
    and `X-Hinomi-Name` (percent-encoded)."""
    slow_s: float = 0.0
    """Real seconds to wait before the first byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """No answer: hold the connection for so many real seconds, then close it without a byte."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillIncident:
    """What the drill pretends has happened."""

    name: str
    """Japanese, ends in 【訓練】."""
    kind: str
    """heavy_rain, earthquake, typhoon, …"""
    started_at: datetime


class World(Protocol):
    """An outside world that can be played: the island or a recording."""

    @property
    def title(self) -> str:
        """Return the Japanese title, with 訓練 in it."""

    @property
    def start(self) -> datetime:
        """Return the world time at which playing begins."""

    @property
    def end(self) -> datetime:
        """Return the world time after which nothing new happens."""

    @property
    def incident(self) -> DrillIncident:
        """Return what has happened."""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the names of the sources it can play."""

    def answer(self, source: str, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return what `source` answers for a path at a world time.

        `path` is relative, without a leading slash; `base` is the address the source is served
        under, without a trailing slash.
        """


def found(
    content: bytes, content_type: str, changed: datetime | None = None, file_name: str | None = None
) -> FeedAnswer:
    """Return a 200 answer; its entity tag is the hash of the content."""
    return FeedAnswer(
        status=200,
        content=content,
        content_type=content_type,
        last_modified=changed,
        etag=hashlib.sha256(content).hexdigest()[:24],
        file_name=file_name,
    )


def found_json(value: object, changed: datetime | None = None, kind: str = JSON) -> FeedAnswer:
    """Return a 200 answer with a value as JSON."""
    return found(orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY), kind, changed)


def not_found(path: str) -> FeedAnswer:
    """Return a 404 answer."""
    return FeedAnswer(status=404, content=f"{path} はありません（訓練）\n".encode())

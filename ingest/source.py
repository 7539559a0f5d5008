"""The contract of a source: manifest (data), client (bytes) and parser (pure)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from core.errors import InvalidError, UnavailableError
from ingest.records import Item


class UnreadableError(InvalidError):
    """The payload as a whole cannot be understood."""


class SourceFailedError(UnavailableError):
    """The source could not be fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Bytes as they came, before anybody looked at them."""

    name: str
    """Path below the source's base address, or the file name."""
    content: bytes
    fetched_at: datetime
    """World time of the fetch."""
    url: str | None = None


class Manifest(BaseModel):
    """What `manifest.toml` says of a source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,40}$")]
    title: str
    """Japanese, as the sources page and the wall name it."""
    title_en: str
    short: Annotated[str, Field(max_length=6)]
    """Japanese, for the wall's status row: 雨量, 水位, 道路 …"""
    owner: str
    licence: str
    credit: str
    """The attribution the owner asks for."""
    permission: str | None = None
    """What must be agreed with the owner before switching it on; None: nothing."""
    enabled: bool
    """On by default. False wherever a permission is needed."""
    base_address: HttpUrl
    paths: tuple[str, ...] = ()
    """Fetched in turn by clients that need no more than that."""
    interval_s: Annotated[int, Field(ge=10)]
    timeout_s: Annotated[float, Field(gt=0, le=120)] = 20.0
    late_after_s: Annotated[int, Field(ge=30)]
    """No success for so long: late."""
    silent_after_s: Annotated[int, Field(ge=60)]
    """… and for so long: silent."""
    station_silent_after_s: Annotated[int, Field(ge=60)] | None = None
    """A single station whose newest value is older than this is silent."""
    max_payload_bytes: Annotated[int, Field(ge=1024)] = 32_000_000
    produces: tuple[str, ...]
    """Labels of the records it yields."""
    files: tuple[str, ...] = ("*",)
    """Name patterns of files that can be imported by hand."""


class Fetcher(Protocol):
    """What a client may use of the HTTP client: conditional, polite, bounded."""

    def get(self, path: str) -> Payload | None:
        """Return the bytes at a path below the base address, or an absolute one on the same host.

        None when unchanged since the last successful parse.

        Raises
        ------
        NotPublishedError
            On 404.
        SourceFailedError
            On anything else that is not a complete answer.
        """

    @property
    def now(self) -> datetime:
        """World time."""

    @property
    def memory(self) -> dict[str, str]:
        """What this client remembers between runs; stored with the source's state on success."""


class NotPublishedError(SourceFailedError):
    """The source does not publish this (404)."""


class Client(Protocol):
    """`client.py` of a source."""

    def fetch(self, http: Fetcher, manifest: Manifest) -> Iterator[Payload]:
        """Yield payloads, each archived and parsed before the next one is asked for."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source as the registry found it; its code is loaded when first used."""

    manifest: Manifest
    package: str

    @property
    def name(self) -> str:
        """Return the name, equal to the folder's."""
        return self.manifest.name

    def parse(self, payload: Payload) -> Iterator[Item]:
        """Yield records, rejected rows and completeness marks of one payload.

        Raises
        ------
        UnreadableError
            When the payload as a whole cannot be understood.
        """
        items: Iterator[Item] = import_module(f"{self.package}.parse").parse(payload)
        return items

    def fetch(self, http: Fetcher) -> Iterator[Payload]:
        """Yield what the outside world says now."""
        client = import_module(f"{self.package}.client")
        payloads: Iterator[Payload] = client.fetch(http, self.manifest)
        return payloads


def fetch_paths(http: Fetcher, paths: Iterable[str]) -> Iterator[Payload]:
    """Fetch each path in turn; a path that is not published is left out unless none is.

    Raises
    ------
    SourceFailedError
        When not one of the paths is published, or a fetch fails.
    """
    missing: NotPublishedError | None = None
    found = False
    for path in paths:
        try:
            payload = http.get(path)
        except NotPublishedError as error:
            missing = error
            continue
        found = True
        if payload is not None:
            yield payload
    if missing is not None and not found:
        raise SourceFailedError(missing.message) from missing

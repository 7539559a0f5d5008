"""What pages may ask of the house: typed records and the callables that `server/web.py` binds.

Pages receive one `Services` and reach nothing else: no SQL, no files, no HTTP. Every callable that
changes something takes the actor first and raises `core.errors.NotAllowedError` with a sentence a
person may read. Times are aware; world time unless a name says otherwise. Positions are EPSG:4326,
longitude before latitude.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core.auth.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerInfo:
    """A layer as the catalogue lists it."""

    id: str
    title: str
    title_en: str
    group: str
    """Key of the group it stands in: weather, water, roads, people, lifelines, base."""
    kind: str
    """geojson, vector or raster."""
    version: int
    attribution: str
    sources: tuple[str, ...] = ()
    visible: bool = True
    """Drawn when the page opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A source and how it is doing."""

    name: str
    title: str
    title_en: str
    short: str
    state: str
    """ok, late, silent, failing, off or never."""
    enabled: bool
    interval_s: int
    late_after_s: int
    silent_after_s: int
    last_success_at: datetime | None
    last_attempt_at: datetime | None
    newest_observed_at: datetime | None
    next_due_at: datetime | None
    failures: int
    last_error: str | None
    counts: Mapping[str, int]
    """Records of the last payload by kind."""
    quarantined: int
    """Open rows."""
    owner: str
    licence: str
    credit: str
    permission: str | None
    """What must be agreed with the owner before it is switched on; None: nothing."""
    files: tuple[str, ...] = ("*",)
    """Name patterns of files that can be imported by hand."""
    most_bytes: int = 32_000_000
    """Of one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file that somebody dropped."""

    counts: Mapping[str, int]
    """Records by kind; `rejected` went to quarantine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineRow:
    """A row that was refused, kept until it is retried or dismissed."""

    id: int
    source: str
    reason: str
    message: str
    locator: str
    payload_name: str
    raw: str
    times: int
    first_at: datetime
    last_at: datetime
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryOutcome:
    """What became of refused rows that were tried again."""

    resolved: int
    remaining: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The values of one element at one station, oldest first; None is a reported gap (欠測)."""

    element: str
    """As `ingest.elements.ELEMENTS`."""
    unit: str
    times: tuple[datetime, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSeries:
    """A station's values over some hours with what they are compared to."""

    station: str
    name: str
    kind: str
    """weather or river."""
    thresholds: Mapping[str, float]
    """River levels in metres by name (reference/C-levels-colours-tiles.md C2)."""
    until: datetime
    hours: int
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One thing on a layer with its properties as in `/api/layers/{id}.geojson`."""

    layer: str
    id: str
    properties: Mapping[str, Any]
    lon: float
    lat: float
    """A point on it (for a line or an area: inside its extent)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of the event log."""

    id: int
    at: datetime
    kind: str
    severity: int
    """0 plain to 3 needs action."""
    text: str
    text_en: str
    layer: str | None = None
    feature: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A disaster: being worked on, until it has ended."""

    id: int
    name: str
    kind: str
    """As `ingest.incidents.KINDS`."""
    began_at: datetime
    headquarters_name: str | None = None
    """災害対策本部 …, as the place names it."""
    headquarters_level: str | None = None
    """第2配備 …"""
    headquarters_since: datetime | None = None

    @property
    def headquarters(self) -> str | None:
        """Return name and level of the headquarters in one line."""
        parts = [part for part in (self.headquarters_name, self.headquarters_level) if part]
        return " ".join(parts) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDraft:
    """What somebody says of a disaster."""

    name: str
    kind: str
    began_at: datetime | None
    headquarters_name: str
    headquarters_level: str
    headquarters_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place, station, shelter or road that a search found."""

    layer: str | None
    id: str
    name: str
    detail: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """World time and how fast it runs (1 in operation)."""

    at: datetime
    speed: float
    title: str
    """What is played in a drill; empty in operation."""


class Ask(Protocol):
    """Questions that every signed-in person may ask."""

    def catalogue(self) -> Sequence[LayerInfo]:
        """Return the layers in drawing order, lowest first."""

    def feature(self, layer: str, feature_id: str, at: datetime | None) -> Feature | None:
        """Return one thing of a layer as it is now, or as it was at a world time."""

    def station_series(self, station: str, hours: int, until: datetime) -> StationSeries | None:
        """Return a station's last hours up to a world time."""

    def events(self, layer: str | None, feature: str | None, limit: int) -> Sequence[Event]:
        """Return the newest lines of the event log, of one thing or of everything."""

    def incident(self) -> Incident | None:
        """Return the disaster being worked on, as known some seconds ago."""

    def search(self, text: str, limit: int) -> Sequence[Hit]:
        """Return places, stations, shelters and roads whose name holds the text."""

    def world(self) -> World:
        """Return world time."""


class Tend(Protocol):
    """What keeps the sources going; those that change something need the role."""

    def source_statuses(self, actor: Actor) -> Sequence[SourceStatus]:
        """Return every source and how it is doing."""

    def quarantine(
        self, actor: Actor, source: str, limit: int, offset: int
    ) -> Sequence[QuarantineRow]:
        """Return the open refused rows of a source, newest first."""

    def retry_quarantine(self, actor: Actor, ids: Sequence[int]) -> RetryOutcome:
        """Try refused rows again."""

    def dismiss_quarantine(self, actor: Actor, ids: Sequence[int]) -> int:
        """Lay refused rows aside; returns how many."""

    def switch_source(self, actor: Actor, name: str, enabled: bool) -> None:
        """Switch a source on or off."""

    def run_source_now(self, actor: Actor, name: str) -> None:
        """Ask the worker to fetch a source now."""

    def import_file(self, actor: Actor, source: str, name: str, content: bytes) -> Imported:
        """Take in a file as if the source had told it."""

    def move_station(self, actor: Actor, station: str, lon: float, lat: float) -> None:
        """Correct the position of a station."""


class Lead(Protocol):
    """The disaster being worked on; those that change something need the role."""

    def incident(self) -> Incident | None:
        """Return it as it is this moment."""

    def open_incident(self, actor: Actor, draft: IncidentDraft) -> None:
        """Begin the work on one."""

    def edit_incident(self, actor: Actor, incident: int, draft: IncidentDraft) -> None:
        """Change what is said of one."""

    def close_incident(self, actor: Actor, incident: int) -> None:
        """End the work on one; all that was recorded stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All that pages may use."""

    ask: Ask
    tend: Tend
    lead: Lead
    drill: bool
    """True in a drill or a recording: 訓練 everywhere."""
    gsi_tiles: bool = True
    """Whether the browser may be pointed at the tiles of the Geospatial Information Authority."""

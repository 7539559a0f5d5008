"""What a source may say: the typed records between a parser and the pipeline.

Geometry is shapely, EPSG:4326, axis order longitude, latitude. Times are aware datetimes (any
zone; stored as UTC). Text is as the source gave it, trimmed, full-width digits kept in text fields
and converted in numeric ones. `key` is the natural key inside one source: the same key again is
the same thing, told again. `attributes` keeps what the source said and no field holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, TypeAlias

from shapely.geometry.base import BaseGeometry

Attributes: TypeAlias = Mapping[str, Any]


class _Observation(NamedTuple):
    station: str
    element: str
    """One of `ingest.elements.ELEMENTS` (fixes unit and meaning)."""
    observed_at: datetime
    value: float | None
    """None: the instrument reported that it has no value (欠測)."""
    quality: int = 0
    """0 normal, 1 usable with a mark, 2 and more not to be used (then value is None)."""


class Observation(_Observation):
    """One value of one element at one station and time; a tuple, since they come by the million."""

    __slots__ = ()
    # Stands in a subclass since a named tuple takes each of its own names for a field.
    label: ClassVar[str] = "observation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A rain gauge, weather station or river gauge."""

    label: ClassVar[str] = "station"
    key: str
    name: str
    kind: str
    """`weather` or `river`."""
    lon: float | None
    lat: float | None
    elevation_m: float | None = None
    municipality_code: str | None = None
    """JIS code of five digits."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """River levels in metres by name: observation_start, standby (1), caution (2), evacuation (3),
    danger (4), flood (5). reference/C-levels-colours-tiles.md C2."""
    attributes: Attributes = field(default_factory=dict)


class RestrictionKind(StrEnum):
    """What a road restriction forbids (SIP4D passstts vocabulary, reference/D-formats.md D8)."""

    CLOSED = "closed"  # 通行止め
    CLOSED_LARGE = "closed_large"  # 大型通行止め
    CHAINS = "chains"  # チェーン必要
    LANE = "lane"  # 車線規制
    ALTERNATING = "alternating"  # 片側交互通行
    TWO_WAY = "two_way"  # 対面通行
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A road restriction as told by a road manager; evac makes closures of it."""

    label: ClassVar[str] = "closure"
    key: str
    kind: RestrictionKind
    geometry: BaseGeometry | None
    road_name: str | None = None
    road_class: str | None = None
    """expressway, national, prefectural, municipal or None."""
    place: str | None = None
    reason: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    lifted: bool = False
    observed_at: datetime
    """When the source says this was so (not when we fetched it)."""
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadLink:
    """One road line between two end nodes."""

    label: ClassVar[str] = "road_link"
    key: str
    geometry: BaseGeometry
    road_class: str | None = None
    """OSM highway value, or None where the source has none."""
    name: str | None = None
    ref: str | None = None
    oneway: int = 0
    """1 along the line, -1 against it, 0 both ways."""
    bridge: bool = False
    tunnel: bool = False
    level: int = 0
    width_m: float | None = None
    lanes: int | None = None
    speed_kmh: float | None = None
    passed_at: datetime | None = None
    """A probe vehicle passed here at about this time; None where the source is no probe record."""
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterRegister:
    """A shelter or evacuation site as a register lists it."""

    label: ClassVar[str] = "shelter"
    key: str
    name: str
    kana: str | None = None
    kind: str
    """`shelter` (指定避難所), `evacuation_site` (指定緊急避難場所), `both` or `other`."""
    lon: float | None
    lat: float | None
    address: str | None = None
    municipality_code: str | None = None
    municipality_name: str | None = None
    capacity: int | None = None
    """People, as the register says; None where it says nothing usable (a zero means not known)."""
    capacity_text: str | None = None
    """What stood there when it was more than a number."""
    hazards: Mapping[str, bool] = field(default_factory=dict)
    """Suitable for: flood landslide storm_surge earthquake tsunami fire inland_flood volcano."""
    flags: tuple[str, ...] = ()
    """Doubts a person should look at: outside_area, implausible_capacity, no_position."""
    attributes: Attributes = field(default_factory=dict)


class ShelterOpening(StrEnum):
    """Opening of a shelter (SIP4D eststts)."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    CLOSED = "closed"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterStatus:
    """What was reported about a shelter's opening and crowding at one time."""

    label: ClassVar[str] = "shelter_status"
    key: str
    name: str
    opening: ShelterOpening
    crowding: str | None = None
    """`empty`, `slightly`, `crowded`, `full`, or None where not said."""
    headcount: int | None = None
    households: int | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    observed_at: datetime
    lon: float | None = None
    lat: float | None = None
    address: str | None = None
    municipality_code: str | None = None
    municipality_name: str | None = None
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """The area of a municipality."""

    label: ClassVar[str] = "boundary"
    key: str
    """JIS code of five digits."""
    name: str
    prefecture: str
    geometry: BaseGeometry
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningReport:
    """The state of one phenomenon in one area, as a weather warning or flood forecast says it."""

    label: ClassVar[str] = "warning"
    key: str
    """`{telegram kind}:{area code}:{phenomenon}`: the newest of a kind replaces the former."""
    telegram: str
    """VPWW55 … VPWW61, VXKO, as found from the title."""
    phenomenon: str
    """heavy_rain, landslide, storm_surge, river_flood, storm, wave, heavy_snow, other."""
    area_code: str
    area_name: str
    municipality_code: str | None
    """JIS code of five digits (the first five of a seven-digit area code), None for wider areas."""
    code: str
    name: str
    level: int | None
    """Alert level 2 to 5; 0 lifted; None where the phenomenon carries no level."""
    active: bool
    issued_at: datetime
    status: str
    """通常, 訓練 or 試験 as in Control/Status; the pipeline drops what is not for its mode."""
    info_type: str
    """発表, 訂正, 遅延 or 取消."""
    event_id: str | None = None
    headline: str | None = None
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Households without power in one area at one time."""

    label: ClassVar[str] = "outage"
    key: str
    utility: str
    area_name: str
    municipality_name: str | None = None
    municipality_code: str | None = None
    households: int | None
    households_text: str | None = None
    """As the source said it: 約 60 戸, 10 戸未満."""
    qualifier: str = "exact"
    """`exact`, `about` or `under`."""
    restored: bool = False
    occurred_at: datetime | None = None
    outlook: str | None = None
    cause: str | None = None
    observed_at: datetime
    geometry: BaseGeometry | None = None
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """The payload names everything of one kind: what it no longer names has ended.

    Yielded by a parser, last, where absence means something (outages that vanish are restored,
    closures no longer listed are lifted). Never yielded for gauges: a gauge that disappears is
    silent, not dry.
    """

    label: ClassVar[str] = "complete"
    kind: str
    """The label of the records meant."""
    observed_at: datetime
    scope: str | None = None
    """Only keys that start with this; None: all of the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row that could not be used: kept in quarantine with a reason a person can read."""

    label: ClassVar[str] = "rejected"
    reason: str
    """A short stable code, e.g. `bad_position`; counted by it."""
    message: str
    """One Japanese sentence that says what is wrong with this row and, if known, what to do."""
    locator: str
    """Where in the payload: `row 17`, `items[3]`, `feature 12`."""
    raw: str
    """The row itself, at most 4,000 characters."""


Record: TypeAlias = (
    Station
    | Observation
    | Restriction
    | RoadLink
    | ShelterRegister
    | ShelterStatus
    | Boundary
    | WarningReport
    | Outage
)
Item: TypeAlias = Record | Complete | Rejected

"""A house in memory: what the pages ask answered from lists, every deed written down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from dash.development.base_component import Component

from core.auth.actor import Actor, Role
from core.errors import NotAllowedError, UnavailableError
from dashboard.components.wiring import Desk
from dashboard.services import (
    Event,
    Feature,
    Hit,
    Imported,
    Incident,
    IncidentDraft,
    LayerInfo,
    QuarantineRow,
    RetryOutcome,
    Series,
    Services,
    SourceStatus,
    StationSeries,
    World,
)
from dashboard.stores import Viewer

NOW = datetime(2026, 7, 3, 5, 5, 32, tzinfo=UTC)  # 14:05:32 in Japan
MINUTE = timedelta(minutes=1)
THRESHOLDS = {"standby": 2.0, "caution": 3.0, "evacuation": 4.0, "danger": 5.6, "flood": 6.4}


def layers() -> list[LayerInfo]:
    """Return a catalogue like the real one."""
    rows = (
        ("boundaries", "市町村界", "Boundaries", "base", "vector", ("boundaries",)),
        ("roads", "道路網", "Roads", "roads", "vector", ("road_network",)),
        ("warnings", "警戒レベル", "Alert levels", "weather", "geojson", ("jma_xml",)),
        ("outages", "停電", "Power cuts", "lifelines", "geojson", ("power_hokuriku",)),
        ("closures", "通行規制", "Closures", "roads", "geojson", ("road_restrictions",)),
        ("rain", "雨量", "Rain", "weather", "geojson", ("jma_amedas",)),
        ("rivers", "河川水位", "River levels", "water", "geojson", ("river_levels",)),
        ("shelters", "避難所", "Shelters", "people", "geojson", ("shelter_status",)),
        ("relief", "起伏図", "Relief", "base", "raster", ()),
    )
    return [
        LayerInfo(
            id=id_, title=title, title_en=english, group=group, kind=kind, version=7,
            attribution=f"出典：{title}の提供者", sources=sources,
        )
        for id_, title, english, group, kind, sources in rows
    ]  # fmt: skip


def river_feature() -> Feature:
    """Return a gauge over its danger level."""
    properties = {
        "name": "三島橋", "river": "三島川", "source": "river_levels", "state": "live",
        "observed_at": (NOW - 5 * MINUTE).isoformat(),
        "received_at": (NOW - 4 * MINUTE).isoformat(),
        "value": 5.82, "level": 4, "trend": 1, "thresholds": THRESHOLDS, "station": 11,
    }  # fmt: skip
    return Feature(layer="rivers", id="11", properties=properties, lon=148.2, lat=30.1)


def source(name: str, state: str, **changes: object) -> SourceStatus:
    """Return a source in a state."""
    status = SourceStatus(
        name=name, title=f"{name}の題", title_en=f"{name} title", short="短い", state=state,
        enabled=state != "off", interval_s=600, late_after_s=1200, silent_after_s=3600,
        last_success_at=NOW - 3 * MINUTE, last_attempt_at=NOW - 3 * MINUTE,
        newest_observed_at=NOW - 5 * MINUTE, next_due_at=NOW + 7 * MINUTE, failures=0,
        last_error=None, counts={"observation": 1295}, quarantined=0, owner="気象庁",
        licence="公共データ利用規約", credit="出典：気象庁", permission=None,
    )  # fmt: skip
    return replace(status, **changes)  # type: ignore[arg-type]


def river_series(hours: int, until: datetime) -> StationSeries:
    """Return ten-minute levels that rise over the danger level, with a gap of an hour."""
    times = [until - 10 * MINUTE * step for step in range(hours * 6, -1, -1)]
    kept = [moment for moment in times if not 60 <= times.index(moment) < 66]
    values = tuple(2.2 + 3.6 * (index / len(kept)) ** 2 for index in range(len(kept)))
    series = Series(element="water_level", unit="m", times=tuple(kept), values=values)
    return StationSeries(
        station="11", name="三島橋", kind="river", thresholds=THRESHOLDS, until=until,
        hours=hours, series=(series,),
    )  # fmt: skip


def disaster() -> Incident:
    """Return a storm with its headquarters."""
    return Incident(
        id=3, name="火見島 豪雨", kind="heavy_rain", began_at=NOW - 60 * MINUTE,
        headquarters_name="災害対策本部", headquarters_level="第2配備", headquarters_since=NOW,
    )  # fmt: skip


@dataclass
class Asked:
    """Answers to the pages' questions."""

    features: dict[tuple[str, str], Feature] = field(default_factory=dict)
    series: dict[str, StationSeries] = field(default_factory=dict)
    told: list[Event] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    listed: list[LayerInfo] = field(default_factory=layers)
    clock: World = field(default_factory=lambda: World(at=NOW, speed=1.0, title=""))
    disaster: Incident | None = None
    moments: list[datetime | None] = field(default_factory=list)

    def catalogue(self) -> Sequence[LayerInfo]:
        """Return the layers."""
        return self.listed

    def feature(self, layer: str, feature_id: str, at: datetime | None) -> Feature | None:
        """Return a feature, writing down which moment was asked for."""
        self.moments.append(at)
        return self.features.get((layer, feature_id))

    def station_series(self, station: str, hours: int, until: datetime) -> StationSeries | None:
        """Return a station's values."""
        known = self.series.get(station)
        return None if known is None else replace(known, hours=hours, until=until)

    def events(self, layer: str | None, feature: str | None, limit: int) -> Sequence[Event]:
        """Return what happened to a feature."""
        return [one for one in self.told if (one.layer, one.feature) == (layer, feature)][:limit]

    def incident(self) -> Incident | None:
        """Return the disaster."""
        return self.disaster

    def search(self, text: str, limit: int) -> Sequence[Hit]:
        """Return what the text is part of."""
        return [hit for hit in self.hits if text in hit.name][:limit]

    def world(self) -> World:
        """Return the clock."""
        return self.clock


@dataclass
class Tended:
    """Sources in memory; deeds are written down, and refused to viewers."""

    sources: list[SourceStatus] = field(default_factory=list)
    rows: list[QuarantineRow] = field(default_factory=list)
    deeds: list[tuple[object, ...]] = field(default_factory=list)
    broken: bool = False

    def _write(self, actor: Actor, *deed: object) -> None:
        if actor.role is Role.VIEWER:
            message = "閲覧の権限ではできません。"
            raise NotAllowedError(message)
        self.deeds.append((actor.login, *deed))

    def source_statuses(self, actor: Actor) -> Sequence[SourceStatus]:
        """Return the sources, unless the database is gone."""
        del actor
        if self.broken:
            message = "データベースに接続できません。"
            raise UnavailableError(message)
        return self.sources

    def quarantine(
        self, actor: Actor, source: str, limit: int, offset: int
    ) -> Sequence[QuarantineRow]:
        """Return refused rows."""
        del actor
        return [row for row in self.rows if row.source == source][offset : offset + limit]

    def retry_quarantine(self, actor: Actor, ids: Sequence[int]) -> RetryOutcome:
        """Write it down."""
        self._write(actor, "retry", tuple(ids))
        return RetryOutcome(resolved=len(ids), remaining=0)

    def dismiss_quarantine(self, actor: Actor, ids: Sequence[int]) -> int:
        """Write it down."""
        self._write(actor, "dismiss", tuple(ids))
        return len(ids)

    def switch_source(self, actor: Actor, name: str, enabled: bool) -> None:
        """Write it down."""
        self._write(actor, "switch", name, enabled)

    def run_source_now(self, actor: Actor, name: str) -> None:
        """Write it down."""
        self._write(actor, "run", name)

    def import_file(self, actor: Actor, source: str, name: str, content: bytes) -> Imported:
        """Write it down."""
        self._write(actor, "import", source, name, len(content))
        return Imported(counts={"observation": 3, "rejected": 1})

    def move_station(self, actor: Actor, station: str, lon: float, lat: float) -> None:
        """Write it down."""
        self._write(actor, "move", station, lon, lat)


@dataclass
class Led:
    """The disaster in memory; deeds are written down."""

    asked: Asked
    deeds: list[tuple[object, ...]] = field(default_factory=list)

    def incident(self) -> Incident | None:
        """Return the disaster."""
        return self.asked.disaster

    def open_incident(self, actor: Actor, draft: IncidentDraft) -> None:
        """Write it down."""
        self.deeds.append((actor.login, "open", draft))

    def edit_incident(self, actor: Actor, incident: int, draft: IncidentDraft) -> None:
        """Write it down."""
        self.deeds.append((actor.login, "edit", incident, draft))

    def close_incident(self, actor: Actor, incident: int) -> None:
        """Write it down."""
        self.deeds.append((actor.login, "close", incident))


@pytest.fixture
def asked() -> Asked:
    river = river_feature()
    return Asked(
        features={("rivers", "11"): river},
        series={"11": river_series(24, NOW)},
        disaster=disaster(),
    )


@pytest.fixture
def tended() -> Tended:
    row = QuarantineRow(
        id=5, source="river_levels", reason="bad_position", message="緯度が読めません。",
        locator="items[3]", payload_name="hour.json", raw='{"lat": "三十"}', times=2,
        first_at=NOW - 60 * MINUTE, last_at=NOW - MINUTE, state="open",
    )  # fmt: skip
    return Tended(
        sources=[source("jma_amedas", "ok"), source("river_levels", "silent", quarantined=1)],
        rows=[row],
    )


@pytest.fixture
def led(asked: Asked) -> Led:
    return Led(asked)


@pytest.fixture
def services(asked: Asked, tended: Tended, led: Led) -> Services:
    return Services(ask=asked, tend=tended, lead=led, drill=False)


def desk_of(services: Services, role: Role = Role.PREFECTURE_ADMIN, **taste: str) -> Desk:
    """Return the desk of somebody with a role."""
    actor = Actor(1, "suzuki", "鈴木", role)
    seen = {"language": "ja", "scheme": "light"} | taste
    return Desk(services, Viewer(actor=actor, **seen))  # type: ignore[arg-type]


@pytest.fixture
def desk(services: Services) -> Desk:
    return desk_of(services)


@pytest.fixture
def viewer_desk(services: Services) -> Desk:
    return desk_of(services, Role.VIEWER)


@pytest.fixture
def english_desk(services: Services) -> Desk:
    return desk_of(services, language="en")


@pytest.fixture
def drill_desk(services: Services) -> Desk:
    return desk_of(replace(services, drill=True))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def make_source() -> Callable[..., SourceStatus]:
    return source


@pytest.fixture
def river_station() -> StationSeries:
    return river_series(24, NOW)


def found_in(tree: object, wanted: Callable[[Component], bool]) -> list[Component]:
    """Return every component of a layout that fits, depth first."""
    found = []
    if isinstance(tree, Component):
        if wanted(tree):
            found.append(tree)
        found += found_in(getattr(tree, "children", None), wanted)
    elif isinstance(tree, list | tuple):
        for one in tree:
            found += found_in(one, wanted)
    return found


def text_in(tree: object) -> str:
    """Return all words of a layout in reading order."""
    if isinstance(tree, str | int | float):
        return f"{tree} "
    if isinstance(tree, list | tuple):
        return "".join(text_in(one) for one in tree)
    if isinstance(tree, Component):
        return text_in(getattr(tree, "children", None))
    return ""


@pytest.fixture
def words_of() -> Callable[[object], str]:
    return text_in


@pytest.fixture
def find() -> Callable[[object, Callable[[Component], bool]], list[Component]]:
    return found_in

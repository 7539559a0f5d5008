"""What the desk's pages may ask and do, on a real database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from geoalchemy2.shape import from_shape
from shapely.geometry import Point
from sqlalchemy import select, text

from core.auth.actor import Actor, Role
from core.clock import WORLD, Anchor, real, world
from core.clock_store import write_anchor
from core.db.schema.incident import Incident
from core.db.schema.observed import Series, Station
from core.db.schema.reported import Event
from core.db.schema.system import AuditRow, QuarantineRow, SourceState
from core.db.session import Database
from core.errors import InvalidError, NotAllowedError
from dashboard.services import IncidentDraft, Services
from ingest import service
from layers.service import open_layers
from server import desk
from server.desk import Remembered, desk_services
from tests.town import gauge as told_gauge
from tests.town import rivers

NOWHERE = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
VIEWER = Actor(1, "viewer", "見る人", Role.VIEWER)
OPERATOR = Actor(2, "suzuki", "鈴木", Role.OPERATOR)
ADMIN = Actor(3, "admin", "管理者", Role.PREFECTURE_ADMIN)


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    yield
    WORLD.set(None)


@pytest.fixture
def services(clean_database: Database, settings_of: Any) -> Services:
    settings = settings_of(drill=True)
    with clean_database.transaction() as session:
        service.register_sources(session)
    return desk_services(clean_database, open_layers(clean_database, settings), settings)


@pytest.fixture
def gauge(clean_database: Database) -> str:
    """Put a river gauge with two values into the database; return its id."""
    now = world()
    with clean_database.transaction() as session:
        place = from_shape(Point(130.7, 32.8), srid=4326)
        station = Station(
            source="river_levels",
            key="1",
            name="白川橋",
            kind="river",
            geom=place,
            thresholds={"danger": 5.6},
            attributes={},
            updated_at=now,
        )
        session.add(station)
        session.flush()
        series = Series(station_id=station.id, element="water_level")
        session.add(series)
        session.flush()
        values = [(now - timedelta(minutes=20), 4.2), (now - timedelta(minutes=10), None)]
        for at, value in values:
            session.execute(text("SELECT ensure_observation_month(:at)"), {"at": at})
            session.execute(
                text(
                    "INSERT INTO observation (series_id, observed_at, value, quality)"
                    " VALUES (:series, :at, :value, 0)"
                ),
                {"series": series.id, "at": at, "value": value},
            )
        session.execute(
            text(
                "INSERT INTO latest (series_id, observed_at, received_at, value, quality)"
                " VALUES (:series, :at, :at, 4.2, 0)"
            ),
            {"series": series.id, "at": values[0][0]},
        )
        return str(station.id)


def test_the_catalogue_and_a_gauge_on_it(services: Services, gauge: str) -> None:
    layers = {layer.id: layer for layer in services.ask.catalogue()}
    assert {"rain", "rivers", "closures", "shelters", "roads"} <= layers.keys()
    assert layers["rivers"].title == "河川水位"
    found = services.ask.feature("rivers", gauge, None)
    assert found is not None
    assert (found.properties["name"], found.lon) == ("白川橋", pytest.approx(130.7))
    assert services.ask.feature("rivers", "999999", None) is None
    assert services.ask.feature("roads", gauge, None) is None


def test_a_chart_keeps_gaps_as_gaps(services: Services, gauge: str) -> None:
    found = services.ask.station_series(gauge, 24, world())
    assert found is not None
    assert (found.name, found.kind, found.thresholds) == ("白川橋", "river", {"danger": 5.6})
    [series] = found.series
    assert (series.element, series.unit, series.values) == ("water_level", "m", (4.2, None))
    assert series.times[0] < series.times[1]
    assert series.times[0].tzinfo is not None


@pytest.mark.parametrize("station", ["0", "999999999", "9" * 30, "-1", "x", "", "１２"])
def test_a_station_that_is_none(services: Services, station: str) -> None:
    assert services.ask.station_series(station, 24, world()) is None


def test_the_incident_and_the_log(services: Services, clean_database: Database) -> None:
    assert services.ask.incident() is None
    with clean_database.transaction() as session:
        session.add(
            Incident(
                name="火見島 豪雨",
                kind="flood",
                began_at=world(),
                is_drill=True,
                headquarters_name="災害対策本部",
                headquarters_level="第2配備",
            )
        )
        session.add(
            Event(
                at=world(),
                kind="river",
                severity=2,
                text_ja="水位",
                text_en="level",
                layer="rivers",
                feature="1",
                dedup="a",
            )
        )
    services.ask._incident._at = -1e9  # type: ignore[attr-defined]  # noqa: SLF001
    incident = services.ask.incident()
    assert incident is not None
    assert (incident.name, incident.headquarters) == ("火見島 豪雨", "災害対策本部 第2配備")
    assert [event.text for event in services.ask.events(None, None, 10)] == ["水位"]
    assert services.ask.events("rain", None, 10) == []


def test_the_world_of_a_drill(services: Services, clean_database: Database) -> None:
    with clean_database.transaction() as session:
        anchor = Anchor(real(), real() - timedelta(days=100), 60.0)
        write_anchor(session, anchor, "火見島の嵐【訓練】")
    WORLD.set(anchor)
    told = services.ask.world()
    assert (told.speed, told.title) == (60.0, "火見島の嵐【訓練】")
    assert told.at < real() - timedelta(days=99)


def test_a_search_finds_the_gauge(services: Services, gauge: str) -> None:
    [hit] = services.ask.search("白川", 10)
    assert (hit.layer, hit.id, hit.name) == ("rivers", gauge, "白川橋")


def test_sources_as_the_page_shows_them(services: Services) -> None:
    found = {status.name: status for status in services.tend.source_statuses(VIEWER)}
    status = found["river_levels"]
    assert status.state in {"never", "off"}
    assert status.owner
    assert status.licence
    assert status.quarantined == 0


def test_switching_needs_the_role_and_is_written_down(
    services: Services, clean_database: Database
) -> None:
    for actor in (VIEWER, OPERATOR):
        with pytest.raises(NotAllowedError):
            services.tend.switch_source(actor, "river_levels", enabled=True)
    services.tend.switch_source(ADMIN, "river_levels", enabled=True)
    services.tend.run_source_now(ADMIN, "river_levels")
    services.tend.switch_source(ADMIN, "river_levels", enabled=False)
    with pytest.raises(InvalidError):
        services.tend.run_source_now(ADMIN, "river_levels")
    with clean_database.transaction() as session:
        row = session.get(SourceState, "river_levels")
        assert row is not None
        assert not row.enabled
        lines = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
        assert [line.action for line in lines[-2:]] == ["source.ask", "source.off"]
        assert {line.actor for line in lines[-3:]} == {ADMIN.label}


def test_refused_rows_page_by_page(services: Services, clean_database: Database) -> None:
    now = world()
    with clean_database.transaction() as session:
        for number in range(5):
            session.add(
                QuarantineRow(
                    source="river_levels",
                    fingerprint=str(number),
                    locator="1",
                    payload_name="p",
                    reason="r",
                    message=f"m{number}",
                    raw="x",
                    first_at=now,
                    last_at=now + timedelta(seconds=number),
                )
            )
    page = services.tend.quarantine(VIEWER, "river_levels", 2, 2)
    assert [row.message for row in page] == ["m2", "m1"]
    with pytest.raises(NotAllowedError):
        services.tend.retry_quarantine(VIEWER, [row.id for row in page])
    assert services.tend.dismiss_quarantine(OPERATOR, [row.id for row in page]) == 2
    assert len(services.tend.quarantine(VIEWER, "river_levels", 10, 0)) == 3


def test_rows_without_a_payload_stay_after_a_retry(
    services: Services, clean_database: Database
) -> None:
    now = world()
    with clean_database.transaction() as session:
        row = QuarantineRow(
            source="river_levels",
            fingerprint="a",
            locator="1",
            payload_name="p",
            reason="r",
            message="m",
            raw="x",
            first_at=now,
            last_at=now,
        )
        session.add(row)
        session.flush()
        row_id = row.id
    done = services.tend.retry_quarantine(OPERATOR, [row_id, 999_999])
    assert (done.resolved, done.remaining) == (0, 1)
    with pytest.raises(NotAllowedError):
        services.tend.retry_quarantine(VIEWER, [row_id])
    with pytest.raises(NotAllowedError):
        services.tend.retry_quarantine(VIEWER, [999_999])


def test_a_station_is_moved_inside_japan_alone(services: Services, gauge: str) -> None:
    with pytest.raises(InvalidError):
        services.tend.move_station(OPERATOR, gauge, 0.0, 0.0)
    services.tend.move_station(OPERATOR, gauge, 130.75, 32.85)
    found = services.ask.feature("rivers", gauge, None)
    assert found is not None
    assert (found.lon, found.lat) == (pytest.approx(130.75), pytest.approx(32.85))


def test_without_a_database_the_frame_still_stands(settings_of: Any) -> None:
    settings = settings_of(NOWHERE)
    gone = Database(NOWHERE, settings.database)
    services = desk_services(gone, open_layers(gone, settings), settings)
    assert services.ask.incident() is None
    assert list(services.ask.catalogue()) == []
    assert services.ask.world().speed == 1.0
    gone.close()


def test_what_was_known_stays_while_the_database_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "KEPT_S", 0.0)
    kept, asked = Remembered(None), list[int]()

    def read() -> str:
        asked.append(1)
        if len(asked) == 2:
            raise desk.DatabaseGoneError
        return f"answer {len(asked)}"

    assert [kept.get(read) for _ in range(3)] == ["answer 1", "answer 1", "answer 3"]


def test_a_disaster_is_opened_edited_and_ended_for_every_screen(
    services: Services, clean_database: Database
) -> None:
    draft = IncidentDraft(
        name="令和8年7月豪雨", kind="heavy_rain", began_at=world(), headquarters_name="",
        headquarters_level="", headquarters_since=None,
    )  # fmt: skip
    with pytest.raises(NotAllowedError):
        services.lead.open_incident(VIEWER, draft)
    assert services.lead.incident() is None
    services.lead.open_incident(OPERATOR, draft)
    opened = services.lead.incident()
    assert opened is not None
    assert (opened.name, opened.headquarters) == ("令和8年7月豪雨", None)
    services.lead.edit_incident(OPERATOR, opened.id, replace(draft, headquarters_level="第3配備"))
    edited = services.lead.incident()
    assert edited is not None
    assert edited.headquarters == "第3配備"
    services.lead.close_incident(OPERATOR, opened.id)
    assert services.lead.incident() is None
    with clean_database.transaction() as session:
        actions = session.scalars(select(AuditRow.action).order_by(AuditRow.id)).all()
        assert session.scalars(select(Incident)).one().is_drill is True
    assert actions == ["incident.open", "incident.edit", "incident.close"]


def test_a_dropped_file_goes_through_the_same_checks(services: Services) -> None:
    content = rivers(told_gauge(1, 1.0), told_gauge(2, 1.0, code="?"))
    with pytest.raises(NotAllowedError):
        services.tend.import_file(VIEWER, "river_levels", "hour.json", content)
    done = services.tend.import_file(OPERATOR, "river_levels", "hour.json", content)
    assert done.counts["observation"] == 1
    assert done.counts["rejected"] == 1
    (refused,) = services.tend.quarantine(ADMIN, "river_levels", 9, 0)
    assert refused.payload_name == "hour.json"
    with pytest.raises(InvalidError):
        services.tend.import_file(OPERATOR, "river_levels", "hour.json", b"no json")
    with pytest.raises(InvalidError, match="大きすぎます"):
        services.tend.import_file(OPERATOR, "river_levels", "hour.json", bytes(8_000_001))

"""Finding things by name."""

from datetime import timedelta

import pytest
from geoalchemy2.shape import from_shape
from shapely.geometry import LineString, MultiPolygon, Point, box
from sqlalchemy.orm import Session

from core.clock import world
from core.db.schema.observed import Station
from core.db.schema.reported import Boundary, Event, Restriction
from core.db.schema.roads import RoadLink
from core.db.schema.shelters import Shelter
from core.db.schema.system import QuarantineRow
from server import search

NOW = world()
PLACE = from_shape(Point(130.7, 32.8), srid=4326)
LINE = from_shape(LineString([(130.0, 32.0), (130.2, 32.0)]), srid=4326)


@pytest.fixture
def things(session: Session) -> Session:
    told = {"source": "test", "observed_at": NOW, "received_at": NOW, "attributes": {}}
    area = from_shape(MultiPolygon([box(130, 32, 131, 33)]), srid=4326)
    session.add_all(
        [
            Station(source="t", key="1", name="白川橋", kind="river", geom=PLACE, updated_at=NOW,
                    attributes={"river": "白川"}, thresholds={}),
            Station(source="t", key="2", name="白川", kind="weather", geom=PLACE, updated_at=NOW,
                    attributes={}, thresholds={}),
            Station(source="t", key="3", name="白川跡", kind="weather", geom=None, updated_at=NOW,
                    attributes={}, thresholds={}),
            Shelter(name="南白川小学校", kind="shelter", geom=PLACE, updated_at=NOW, hazards={},
                    flags={}, address="白川町1"),
            Boundary(**told, key="43100", name="白川市", prefecture="火見県", geom=area),
            Restriction(**told, key="a", kind="closed", geom=LINE, road_name="県道1号白川線",
                        lifted=False),
            Restriction(**told, key="b", kind="closed", geom=LINE, road_name="白川旧道",
                        lifted=True),
            Restriction(**told, key="c", kind="closed", geom=LINE, road_name="白川新道",
                        lifted=False, ended_at=NOW - timedelta(hours=1)),
            *(RoadLink(source="t", key=str(n), geom=LINE, length_m=100 + n, name="白川通り",
                       oneway=0, bridge=False, tunnel=False, level=0, observed_at=NOW,
                       attributes={}) for n in range(5)),
        ]
    )  # fmt: skip
    session.flush()
    return session


def test_one_hit_of_each_kind_best_names_first(things: Session) -> None:
    found = search.places(things, "白川", 20)
    names = [hit["name"] for hit in found]
    assert names == ["白川", "白川市", "白川橋", "白川通り", "南白川小学校", "県道1号白川線"]
    by_name = {hit["name"]: hit for hit in found}
    assert (by_name["白川橋"]["layer"], by_name["白川橋"]["detail"]) == ("rivers", "白川")
    assert by_name["白川"]["layer"] == "rain"
    assert by_name["南白川小学校"]["layer"] == "shelters"
    assert by_name["県道1号白川線"]["layer"] == "closures"
    assert by_name["白川市"]["id"] == "43100"
    assert by_name["白川通り"]["lon"] == pytest.approx(130.1)


def test_one_kind_with_many_hits_does_not_hide_the_rest(things: Session) -> None:
    assert len(search.places(things, "白川", 3)) == 3
    assert len(search.places(things, "白川", 10_000)) == 6


@pytest.mark.parametrize(
    "text", ["", " ", "%", "_", "\\", "\x00", "'; DROP TABLE station; --", "x" * 9999]
)
def test_hostile_text_finds_nothing_and_harms_nothing(things: Session, text: str) -> None:
    assert search.places(things, text, 10) == []


def test_the_log_of_everything_of_a_layer_and_of_one_thing(session: Session) -> None:
    for number, (layer, feature) in enumerate([("rivers", "1"), ("rivers", "2"), (None, None)]):
        at = NOW + timedelta(minutes=number)
        session.add(Event(at=at, kind="river", severity=1, text_ja="水位", text_en="level",
                          layer=layer, feature=feature, dedup=str(number)))  # fmt: skip
    session.flush()
    assert [row.dedup for row in search.events(session, None, None, 10)] == ["2", "1", "0"]
    assert [row.dedup for row in search.events(session, "rivers", None, 10)] == ["1", "0"]
    assert [row.dedup for row in search.events(session, "rivers", "1", 10)] == ["0"]
    assert len(search.events(session, None, None, -5)) == 1


def test_rejected_rows_by_source(session: Session) -> None:
    rows = [
        QuarantineRow(source=source, fingerprint=source, payload_name="p", reason="r", message="m",
                      locator="1", raw="x", first_at=NOW, last_at=NOW)
        for source in ("rain", "rivers")
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    found = search.quarantine_sources(session, [row.id for row in rows] + [10**9])
    assert sorted(found) == sorted((row.id, row.source) for row in rows)

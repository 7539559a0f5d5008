"""Features: now, at a past time, and the difference between two pictures."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from layers.catalog import Catalog
from layers.features import OutsideHistoryError, collection, difference, trend

THRESHOLDS = {"standby": 1.0, "caution": 2.0, "evacuation": 2.5, "danger": 3.0, "flood": 4.0}


def only(found: dict[str, Any]) -> dict[str, Any]:
    (feature,) = found["features"]
    told: dict[str, Any] = feature["properties"]
    return told


def by_name(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f["properties"]["name"]: f["properties"] for f in found["features"]}


def test_rain_tells_value_age_and_source(
    session: Session, scene: Any, catalog: Catalog, now: datetime
) -> None:
    scene.source("amedas")
    gauge = scene.station("amedas", "山", kind="weather")
    scene.measure(gauge, "precipitation_1h", (5, 32.5))
    scene.measure(gauge, "precipitation_10m", (5, 7.0))
    found = collection(session, catalog.get("rain"), now)
    told = only(found)
    assert (told["value"], told["value_10m"], told["state"]) == (32.5, 7.0, "live")
    assert (told["source"], told["station"]) == ("amedas", gauge.id)
    assert told["observed_at"] == "2026-07-03T05:00:00Z"
    feature = found["features"][0]
    assert feature["id"] == told["id"] == str(gauge.id)
    assert feature["geometry"] == {"type": "Point", "coordinates": [152.5, 30.5]}


def test_missing_rain_is_null_and_no_rain_is_zero(
    session: Session, scene: Any, catalog: Catalog, now: datetime
) -> None:
    scene.source("amedas")
    for name, value in (("欠", None), ("無", 0.0)):
        gauge = scene.station("amedas", name, kind="weather")
        scene.measure(gauge, "precipitation_1h", (5, value))
    told = by_name(collection(session, catalog.get("rain"), now))
    assert told["欠"]["value"] is None
    assert told["無"]["value"] == 0.0


@pytest.mark.parametrize(
    ("values", "level", "rising"),
    [
        ([(15, 2.9), (5, 3.1)], 4, 1), ([(15, 3.1), (5, 2.1)], 2, -1),
        ([(15, 0.5), (5, 0.5)], 0, 0), ([(5, 4.2)], 5, None), ([(15, 2.0), (5, None)], None, None),
        ([(300, 2.0), (5, 4.0)], 5, None),
    ],
)  # fmt: skip
def test_rivers_have_level_and_trend(
    session: Session, scene: Any, catalog: Catalog, values: Any, level: int, rising: int
) -> None:
    scene.source("rivers")
    gauge = scene.station("rivers", "橋", thresholds=THRESHOLDS, attributes={"river": "火見川"})
    scene.measure(gauge, "water_level", *values)
    told = only(collection(session, catalog.get("rivers"), scene.ago(0)))
    assert (told["level"], told["trend"], told["river"]) == (level, rising, "火見川")
    assert told["thresholds"] == THRESHOLDS
    assert "previous_value" not in told


def test_a_gauge_that_fell_silent_keeps_value_and_age(
    session: Session, scene: Any, catalog: Catalog, now: datetime
) -> None:
    scene.source("rivers")
    gauge = scene.station("rivers", "橋", thresholds=THRESHOLDS)
    scene.measure(gauge, "water_level", (61, 5.0))
    told = only(collection(session, catalog.get("rivers"), now))
    assert (told["value"], told["state"]) == (5.0, "silent")
    assert told["observed_at"] == "2026-07-03T04:04:00Z"


def test_the_state_moves_with_time_alone(session: Session, scene: Any, catalog: Catalog) -> None:
    scene.source("rivers")
    scene.measure(scene.station("rivers", "橋"), "water_level", (0, 1.0))
    rivers = catalog.get("rivers")
    states = [
        only(collection(session, rivers, scene.ago(-minutes)))["state"] for minutes in (10, 11, 61)
    ]
    assert states == ["live", "late", "silent"]


def test_the_past_comes_from_observations(
    session: Session, scene: Any, catalog: Catalog, now: datetime
) -> None:
    scene.source("rivers")
    gauge = scene.station("rivers", "橋", thresholds=THRESHOLDS)
    scene.measure(gauge, "water_level", (130, 1.2), (120, 1.8), (60, 2.6), (5, 3.4))
    found = collection(session, catalog.get("rivers"), now, scene.ago(118))
    told = only(found)
    assert (found["historic"], found["history"]) == (True, "exact")
    assert (told["value"], told["level"], told["trend"]) == (1.8, 1, 1)
    assert told["state"] == "live"
    before = only(collection(session, catalog.get("rivers"), now, scene.ago(200)))
    assert (before["value"], before["state"]) == (None, "never")


def test_rain_of_the_past(session: Session, scene: Any, catalog: Catalog, now: datetime) -> None:
    scene.source("amedas")
    gauge = scene.station("amedas", "山", kind="weather")
    scene.measure(gauge, "precipitation_1h", (130, 1.0), (120, 2.0), (5, 40.0))
    assert only(collection(session, catalog.get("rain"), now, scene.ago(100)))["value"] == 2.0


def test_beyond_72_hours_and_in_the_future_nothing_is_shown(
    session: Session, catalog: Catalog, now: datetime
) -> None:
    for at in (now - timedelta(hours=72, seconds=1), now + timedelta(seconds=1)):
        with pytest.raises(OutsideHistoryError):
            collection(session, catalog.get("rain"), now, at)


def test_a_layer_without_a_past_says_so(
    session: Session, scene: Any, catalog: Catalog, now: datetime
) -> None:
    scene.warning("20201", 3, "大雨警報")
    found = collection(session, catalog.get("warnings"), now, scene.ago(60))
    assert (found["historic"], len(found["features"])) == (False, 1)


def test_closures_that_stand(session: Session, scene: Any, catalog: Catalog, now: datetime) -> None:
    scene.source("roads_told")
    scene.restriction("stands", started_at=scene.ago(90))
    scene.restriction("lifted", lifted=True)
    scene.restriction("ended", started_at=scene.ago(300), ended_at=scene.ago(30))
    scene.restriction("planned", started_at=scene.ago(-60))
    scene.restriction("nowhere", geom=None, road_name=None, place="峠")
    found = collection(session, catalog.get("closures"), now)
    assert [f["geometry"] is None for f in found["features"]] == [False, True]
    stands, nowhere = (f["properties"] for f in found["features"])
    assert (stands["kind"], stands["started_at"]) == ("closed", "2026-07-03T03:35:00Z")
    assert (nowhere["name"], stands["state"]) == ("峠", "live")
    past = collection(session, catalog.get("closures"), now, scene.ago(60))
    assert len(past["features"]) == 2  # what stands, and what ended half an hour ago


def test_shelters_with_and_without_a_report(
    session: Session, scene: Any, catalog: Catalog, now: datetime
) -> None:
    scene.source("shelters_told", heard=30)
    scene.shelter(
        "小学校", capacity=200,
        state={"headcount": 50, "crowding": "slightly", "opened_at": scene.ago(40)},
    )  # fmt: skip
    scene.shelter("公民館")
    told = by_name(collection(session, catalog.get("shelters"), now))
    school, hall = told["小学校"], told["公民館"]
    assert (school["opening"], school["headcount"], school["state"]) == ("open", 50, "late")
    assert (hall["opening"], hall["headcount"], hall["state"]) == ("unknown", None, "never")
    past = by_name(collection(session, catalog.get("shelters"), now, scene.ago(50)))
    assert (past["小学校"]["opening"], past["小学校"]["headcount"]) == ("not_open", None)


def test_outages_gather_in_their_municipality(
    session: Session, scene: Any, catalog: Catalog, now: datetime
) -> None:
    scene.source("power")
    scene.boundary("20201", "甲市")
    scene.boundary("20202", "乙町", lon=152.6)
    scene.outage("a", 60, municipality_code="20201", qualifier="about")
    scene.outage("b", 40, municipality_name="甲市")
    scene.outage("c", None, municipality_name="甲市")
    scene.outage("d", 10, municipality_code="20202", qualifier="under")
    scene.outage("e", 900, municipality_code="20202", restored=True)
    scene.outage("f", 7, municipality_name="どこか村")
    found = collection(session, catalog.get("outages"), now)
    told = {f["id"]: (f["geometry"] is not None, f["properties"]) for f in found["features"]}
    assert set(told) == {"20201", "20202", "unknown"}
    placed, first = told["20201"]
    assert (placed, first["households"], first["qualifier"]) == (True, 100, "about")
    assert (first["areas"], first["unknown_areas"], first["name"]) == (3, 1, "甲市")
    assert told["20202"][1]["qualifier"] == "under"
    assert told["unknown"][0] is False
    assert told["unknown"][1]["households"] == 7


def test_warnings_show_the_highest_level_of_each_municipality(
    session: Session, scene: Any, catalog: Catalog, now: datetime
) -> None:
    scene.boundary("20201", "甲市")
    scene.warning("20201", 2, "強風注意報")
    scene.warning("20201", 4, "土砂災害警戒情報", headline="土砂災害に警戒")
    scene.warning("20201", 0, "高潮", active=False)
    scene.warning("20299", None, "雷注意報")
    found = collection(session, catalog.get("warnings"), now)
    first, second = found["features"]
    assert (first["id"], first["properties"]["level"]) == ("20201", 4)
    assert first["properties"]["names"] == ["土砂災害警戒情報", "強風注意報"]
    assert first["properties"]["headline"] == "土砂災害に警戒"
    assert first["geometry"]["type"] == "Polygon"
    assert (second["properties"]["level"], second["geometry"]) == (None, None)
    assert first["properties"]["state"] == "silent"  # its source is not known any more


@pytest.mark.parametrize(
    ("value", "before", "minutes", "found"),
    [
        (1.31, 1.30, 10, 1), (1.30, 1.31, 10, -1), (1.302, 1.30, 10, 0), (1.4, 1.3, 121, None),
        (None, 1.3, 10, None), (1.3, None, 10, None),
    ],
)  # fmt: skip
def test_trend(
    now: datetime, value: float | None, before: float | None, minutes: int, found: int | None
) -> None:
    assert trend(value, now, before, now - timedelta(minutes=minutes)) == found


def told(version: int, **features: int) -> dict[str, Any]:
    return {
        "version": version,
        "features": [
            {"type": "Feature", "id": name, "geometry": None, "properties": {"value": value}}
            for name, value in features.items()
        ],
    }


def test_the_difference_names_what_came_changed_and_went() -> None:
    found = difference(told(4, same=1, changed=2, gone=3), told(7, same=1, changed=5, new=6))
    assert (found["from"], found["to"], found["remove"]) == (4, 7, ["gone"])
    assert [f["id"] for f in found["upsert"]] == ["changed", "new"]


def test_no_difference_is_empty() -> None:
    found = difference(told(4, a=1), told(5, a=1))
    assert found == {"from": 4, "to": 5, "upsert": [], "remove": []}


def test_applying_a_difference_gives_the_new_picture() -> None:
    old, new = told(1, a=1, b=2, c=3), told(2, b=2, c=4, d=5)
    found = difference(old, new)
    held = {f["id"]: f for f in old["features"]}
    for gone in found["remove"]:
        del held[gone]
    held |= {f["id"]: f for f in found["upsert"]}
    assert held == {f["id"]: f for f in new["features"]}

"""The real records through the whole pipeline into PostGIS; counts of their README."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.clock import TOKYO
from core.db.session import Database
from ingest.pipeline import Pipeline
from ingest.source import Payload
from layers import features
from layers.catalog import load_catalog
from tests.town import Clock, quick

KUMAMOTO = "road-closures/kumamoto-earthquake-traffic-map"
ZIPS = ("2607311600data.zip", "2608041600data.zip")


@pytest.fixture
def count(clean_database: Database) -> Any:
    def ask(query: str) -> Any:
        with clean_database.transaction() as session:
            return session.execute(text(query)).scalar_one()

    return ask


@pytest.fixture
def load(pipeline: Pipeline, clock: Clock) -> Any:
    def take_in(source: str, path: Path, at: datetime) -> dict[str, int]:
        clock.at = at
        payload = Payload(name=path.name, content=path.read_bytes(), fetched_at=at)
        return pipeline.load(quick(source), pipeline.archive.keep(source, payload))

    return take_in


def japan(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=TOKYO)  # type: ignore[arg-type,misc]


def test_stations_and_a_map_of_amedas(shared_data: Path, load: Any, count: Any) -> None:
    folder, at = shared_data / "jma/jma-analysis", japan(2021, 2, 24, 15, 5)
    assert load("jma_amedas", folder / "amedastable.json", at) == {"station": 1_295}
    assert (
        count("SELECT count(*) FROM station WHERE kind = 'weather' AND geom IS NOT NULL") == 1_295
    )
    counts = load("jma_amedas", folder / "20210224150000.json", at)
    assert set(counts) <= {"observation", "rejected"}
    assert count("SELECT count(*) FROM observation") == counts["observation"] > 10_000
    assert count("SELECT count(*) FROM latest") == counts["observation"]
    lost = "SELECT count(*) FROM latest WHERE quality >= 2 AND value IS NOT NULL"
    assert count(lost) == 0, "a value that is not to be used is none"


def test_closures_of_two_snapshots_and_what_the_second_no_longer_lists(
    shared_data: Path, load: Any, count: Any
) -> None:
    first, second = (shared_data / KUMAMOTO / name for name in ZIPS)
    assert load("road_restrictions", first, japan(2026, 7, 31, 16, 5)) == {"closure": 55}
    assert count("SELECT count(*) FROM restriction") == 55
    assert count("SELECT count(*) FROM restriction WHERE NOT lifted") == 35, "20 are lifted"
    assert load("road_restrictions", second, japan(2026, 8, 4, 16, 5)) == {"closure": 45}
    told = count("SELECT count(*) FROM restriction")
    shut = count("SELECT count(*) FROM restriction WHERE NOT lifted")
    assert (told, shut) == (64, 17)
    unnamed = "payload_id = (SELECT min(id) FROM payload) AND NOT lifted"
    assert count(f"SELECT count(*) FROM restriction WHERE {unnamed}") == 0, "lifted"  # noqa: S608
    # The older snapshot once more: nothing is closed again.
    load("road_restrictions", first, japan(2026, 7, 31, 16, 5))
    assert count("SELECT count(*) FROM restriction WHERE NOT lifted") == shut


def test_links_that_were_passed(shared_data: Path, load: Any, count: Any) -> None:
    at = japan(2026, 8, 4, 16, 5)
    assert load("road_network", shared_data / KUMAMOTO / ZIPS[1], at) == {"road_link": 17_805}
    assert count("SELECT count(*) FROM road_link") == 17_805
    assert count("SELECT round(sum(length_m) / 1000) FROM road_link") == pytest.approx(
        5_278, abs=10
    )


def test_shelters_of_the_portal(shared_data: Path, load: Any, count: Any) -> None:
    (path,) = (shared_data / "shelters/r8-kumamoto-saigai").glob("*open*.json")
    assert load("shelter_register", path, japan(2026, 8, 5, 12, 0)) == {"shelter": 2_126}
    register = "SELECT count(*) FROM shelter_report WHERE form = 'register'"
    assert count(register) == 2_126
    assert count(f"{register} AND capacity IS NOT NULL") == 1_620
    assert count(f"{register} AND flags ? 'outside_area'") >= 2
    assert count(f"{register} AND flags ? 'implausible_capacity'") >= 1
    assert count(f"{register} AND geom IS NULL") == count(f"{register} AND flags ? 'no_position'")
    assert load("shelter_status", path, japan(2026, 8, 5, 12, 0)) == {"shelter_status": 2_126}
    assert count("SELECT count(*) FROM shelter_report") == 2 * 2_126


@pytest.mark.slow
def test_a_storm_of_rivers_and_the_gauges_silent_for_weeks(
    shared_data: Path, load: Any, count: Any, clean_database: Database, clock: Clock
) -> None:
    files = sorted((shared_data / "river/crisis-watcher-river-jp").glob("2025-09-1[23]-*.json"))
    assert len(files) == 30
    told = 0
    for path in files:
        year, month, day, hour = (int(part) for part in path.name.split("-")[:4])
        told += load("river_levels", path, japan(year, month, day, hour, 40))["observation"]
    assert told == count("SELECT sum((counts->>'observation')::int) FROM payload") > 5_000
    assert count("SELECT count(*) FROM quarantine WHERE reason = 'from_future'") == 0
    with clean_database.transaction() as session:
        session.execute(text("UPDATE source_state SET enabled = true, last_success_at = :at"
                             " WHERE source = 'river_levels'"), {"at": clock.at})  # fmt: skip
    with clean_database.transaction() as session:
        drawn = features.collection(session, load_catalog().get("rivers"), clock.at)["features"]
    weeks = (clock.at - timedelta(days=14)).isoformat()
    old = [f["properties"] for f in drawn if f["properties"]["observed_at"] < weeks]
    live = [f["properties"] for f in drawn if f["properties"]["state"] == "live"]
    assert len(old) >= 5
    assert {properties["state"] for properties in old} == {"silent"}
    assert all(properties["value"] is not None for properties in old), "their last value stays"
    assert any((properties["level"] or 0) >= 4 for properties in live), "the storm is over danger"

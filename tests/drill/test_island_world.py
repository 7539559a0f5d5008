"""The island's feeds, each read by the adapter of the real source."""

import re
from collections import Counter
from datetime import UTC, timedelta
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drill.island_world import IslandWorld
from ingest.records import Item, WarningReport
from ingest.source import Payload

PEAK = timedelta(hours=15, minutes=6)
BASE = "http://127.0.0.1:8000/feeds/jma_xml"


def read(world: IslandWorld, source: str, path: str, after: timedelta = PEAK) -> list[Item]:
    """Return what the real parser reads from a feed."""
    at = world.start + after
    answer = world.answer(source, path, at, BASE)
    assert answer.status == 200
    assert answer.etag
    payload = Payload(name=path.rpartition("/")[2], content=answer.content, fetched_at=at)
    return list(import_module(f"ingest.sources.{source}.parse").parse(payload))


@pytest.mark.parametrize(
    ("source", "path", "label"),
    [
        ("jma_amedas", "const/amedastable.json", "station"),
        ("jma_amedas", "data/map/20260704030000.json", "observation"),
        ("river_levels", "2026/07/04/03/index.json", "observation"),
        ("boundaries", "N03.geojson", "boundary"),
        ("road_restrictions", "dourokisei.geojson", "closure"),
        ("road_network", "overpass.json", "road_link"),
        ("shelter_register", "mergeFromCity_1.csv", "shelter"),
        ("shelter_register", "mergeFromCity_2.csv", "shelter"),
        ("shelter_register", "shelters.csv", "shelter"),
        ("shelter_status", "shelter.json", "shelter_status"),
        ("power_hokuriku", "current.csv", "outage"),
    ],
)
def test_every_feed_is_read_without_a_rejected_row(
    world: IslandWorld, source: str, path: str, label: str
) -> None:
    counts = Counter(item.label for item in read(world, source, path))
    assert counts[label] > 0
    assert counts["rejected"] == 0


def test_every_telegram_is_read_as_a_drill(world: IslandWorld) -> None:
    at = world.start + timedelta(hours=30)
    feed = world.answer("jma_xml", "feed/extra_l.xml", at, BASE).content.decode()
    paths = re.findall(rf'href="{re.escape(BASE)}/(data/[^"]+)"', feed)
    assert len(paths) > 20
    for path in paths:
        items = read(world, "jma_xml", path, timedelta(hours=30))
        reports = [item for item in items if isinstance(item, WarningReport)]
        assert reports
        assert {report.status for report in reports} == {"訓練"}
        assert len(reports) == len(items)


def test_all_sources_are_served_and_others_are_not(world: IslandWorld) -> None:
    assert len(world.sources) == 9
    assert world.answer("jma_amedas", "../secret", world.start).status == 404
    assert world.answer("nothing", "x", world.start).status == 404
    west, south, east, north = world.bounds
    assert 149 < west < east < 151
    assert 30 < south < north < 31
    assert "訓練" in world.incident.name
    assert world.end - world.start == timedelta(hours=36)


def test_before_and_long_after_the_storm_the_feeds_still_answer(world: IslandWorld) -> None:
    for after in (timedelta(days=-30), timedelta(days=400)):
        at = world.start + after
        for source, path in (
            ("jma_amedas", "data/latest_time.txt"),
            ("jma_amedas", f"data/map/{at - timedelta(minutes=20):%Y%m%d%H%M}00.json"),
            ("river_levels", f"{at - timedelta(hours=1):%Y/%m/%d/%H}/index.json"),
            ("road_restrictions", "dourokisei.geojson"),
            ("shelter_status", "shelter.json"),
            ("power_hokuriku", "current.csv"),
            ("jma_xml", "feed/extra.xml"),
        ):
            assert world.answer(source, path, at, BASE).status == 200, (source, path, after)


DIGITS = st.integers(0, 9999)
ODD_PATHS = st.one_of(
    st.text(max_size=60),
    st.builds("data/map/{:04d}{:04d}{:04d}00.json".format, DIGITS, DIGITS, DIGITS),
    st.builds("{:04d}/{:02d}/{:02d}/{:02d}/index.json".format, DIGITS, *[st.integers(0, 99)] * 3),
)


@settings(max_examples=150, deadline=None)
@given(path=ODD_PATHS, hours=st.integers(-10_000, 10_000))
def test_no_path_and_no_time_upsets_a_feed(world: IslandWorld, path: str, hours: int) -> None:
    at = (world.start + timedelta(hours=hours)).astimezone(UTC)
    for source in world.sources:
        assert world.answer(source, path, at, BASE).status in {200, 404}

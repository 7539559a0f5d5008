"""Overpass JSON."""

import orjson

from drill.feeds.roads import RoadNetworkFeed, overpass
from drill.island.build import Island
from drill.island.timeline import START


def test_ways_hold_together_at_their_nodes(island: Island) -> None:
    document = orjson.loads(overpass(island.roads))
    nodes = {e["id"] for e in document["elements"] if e["type"] == "node"}
    ways = [e for e in document["elements"] if e["type"] == "way"]
    assert len(ways) == len(island.roads.start)
    assert all(set(way["nodes"]) <= nodes for way in ways)
    assert sum(way["tags"].get("bridge") == "yes" for way in ways) == island.roads.bridge.sum()
    assert "訓練" in document["generator"]


def test_the_file_is_made_once(island: Island) -> None:
    feed = RoadNetworkFeed(island)
    first = feed.answer("overpass.json", START, "")
    assert feed.answer("overpass.json", START, "") is first
    assert feed.answer("roads.osm.pbf", START, "").status == 404

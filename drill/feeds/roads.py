"""The road network as Overpass JSON (OpenStreetMap tags), one way per edge."""

from datetime import datetime, timedelta

import numpy as np
import orjson

from drill.answer import JSON, FeedAnswer, found, not_found
from drill.island.build import Island
from drill.island.roads import Roads
from drill.island.timeline import START

FIRST_NODE, FIRST_WAY = 9_900_000_000, 990_000_000
"""Above what OpenStreetMap uses for long, so that nothing is taken for a real object."""
LANES = {"trunk": "2", "primary": "2", "secondary": "2", "tertiary": "2"}
SPEED = {"trunk": "60", "primary": "50", "secondary": "50", "tertiary": "40", "residential": "30"}
WIDTH = {"unclassified": "4", "residential": "3.5"}
AGE = timedelta(days=90)


class RoadNetworkFeed:
    """Answers `overpass.json`; made on the first request and kept."""

    def __init__(self, island: Island) -> None:
        self._roads = island.roads
        self._answer: FeedAnswer | None = None

    def answer(self, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return the same file at any time."""
        del at, base
        if path != "overpass.json":
            return not_found(path)
        if self._answer is None:
            self._answer = found(overpass(self._roads), JSON, START - AGE)
        return self._answer


def overpass(roads: Roads) -> bytes:
    """Return the network as Overpass JSON: nodes with positions, then ways with tags."""
    nodes: list[dict[str, object]] = []
    for number, (lon, lat) in enumerate(np.round(roads.nodes, 6).tolist()):
        nodes.append({"type": "node", "id": FIRST_NODE + number, "lat": lat, "lon": lon})
    free = FIRST_NODE + len(nodes)
    ways: list[dict[str, object]] = []
    starts, ends = roads.start.tolist(), roads.end.tolist()
    for edge in range(len(roads.start)):
        inner = np.round(roads.lines.line(edge)[1:-1], 6).tolist()
        between = list(range(free, free + len(inner)))
        free += len(inner)
        nodes += [
            {"type": "node", "id": number, "lat": lat, "lon": lon}
            for number, (lon, lat) in zip(between, inner, strict=True)
        ]
        ways.append(
            {
                "type": "way",
                "id": FIRST_WAY + edge,
                "nodes": [FIRST_NODE + starts[edge], *between, FIRST_NODE + ends[edge]],
                "tags": _tags(roads, edge),
            }
        )
    head = {
        "version": 0.6,
        "generator": "訓練 火見県 (Overpass JSON)",
        "osm3s": {
            "timestamp_osm_base": "2026-04-01T00:00:00Z",
            "copyright": "訓練用の架空の道路網",
        },
        "elements": [*nodes, *ways],
    }
    return orjson.dumps(head)


def _tags(roads: Roads, edge: int) -> dict[str, str]:
    kind = str(roads.road_class[edge])
    tags = {"highway": kind}
    if roads.name[edge]:
        tags["name"] = str(roads.name[edge])
    if roads.ref[edge]:
        tags["ref"] = str(roads.ref[edge])
    if kind in LANES:
        tags["lanes"] = LANES[kind]
    if kind in WIDTH:
        tags["width"] = WIDTH[kind]
    if kind in SPEED:
        tags["maxspeed"] = SPEED[kind]
    if roads.bridge[edge]:
        tags |= {"bridge": "yes", "layer": "1"}
    if roads.tunnel[edge]:
        tags |= {"tunnel": "yes", "layer": "-1"}
    return tags

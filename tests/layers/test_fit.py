"""No response over the limit."""

import math
from typing import Any

import orjson

from layers.fit import encode_collection


def circle(points: int) -> dict[str, Any]:
    turns = [2 * math.pi * i / points for i in range(points)]
    ring = [[152 + math.cos(t), 30 + math.sin(t)] for t in turns]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def collection(count: int, geometry: dict[str, Any] | None) -> dict[str, Any]:
    features = [
        {"type": "Feature", "id": str(i), "geometry": geometry,
         "properties": {"id": str(i), "name": "名称" * 5, "reason": None}}
        for i in range(count)
    ]  # fmt: skip
    return {"version": 3, "type": "FeatureCollection", "features": features}


def test_a_small_collection_stays_as_it_is() -> None:
    given = collection(2, circle(8))
    assert orjson.loads(encode_collection(given)) == given


def test_areas_get_simpler_before_anything_is_left_out() -> None:
    given = collection(20, circle(2000))
    content = encode_collection(given, 100_000)
    told = orjson.loads(content)
    assert len(content) <= 100_000
    assert (len(told["features"]), told["simplified"]) == (20, True)
    assert "left_out" not in told
    assert len(given["features"][0]["geometry"]["coordinates"][0]) == 2001  # ours is untouched


def test_points_lose_what_says_nothing_and_then_their_last() -> None:
    point = {"type": "Point", "coordinates": [152.0, 30.0]}
    whole = len(orjson.dumps(collection(1000, point)))
    slimmer = orjson.loads(encode_collection(collection(1000, point), whole - 5_000))
    assert len(slimmer["features"]) == 1000
    assert "reason" not in slimmer["features"][0]["properties"]
    content = encode_collection(collection(1000, point), whole // 3)
    told = orjson.loads(content)
    assert len(content) <= whole // 3
    assert told["left_out"] == 1000 - len(told["features"]) > 0
    assert len(told["features"]) > 200


def test_nothing_at_all_still_answers() -> None:
    assert orjson.loads(encode_collection(collection(0, None), 10))["features"] == []

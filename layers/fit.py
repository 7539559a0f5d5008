"""No response over 2 MB: a collection that is larger is made coarser, and says so."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import shapely

from layers import wire

Collection: TypeAlias = dict[str, Any]

TOLERANCES = (0.001, 0.004, 0.016)
"""Degrees by which lines and areas are simplified, in turn."""


def encode_collection(collection: Collection, limit: int = wire.MAX_BYTES) -> bytes:
    """Return a collection as JSON of at most `limit` bytes.

    In turn: as it is; simplified; without empty properties; with the last features left out and
    their number in `left_out`.
    """
    content = wire.encode(collection)
    for coarser in _coarser(collection):
        if len(content) <= limit:
            return content
        content = wire.encode(coarser)
        collection = coarser
    kept = len(collection["features"])
    while len(content) > limit and kept:
        kept = min(kept - 1, int(kept * limit / len(content) * 0.98))
        left_out = len(collection["features"]) - kept
        shorter = {**collection, "features": collection["features"][:kept], "left_out": left_out}
        content = wire.encode(shorter)
    return content


def _coarser(collection: Collection) -> Iterator[Collection]:
    for tolerance in TOLERANCES:
        yield _each(collection, lambda f, t=tolerance: _simplified(f, t))  # type: ignore[misc]
    yield _each(collection, _without_nothing)


def _each(collection: Collection, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Collection:
    features = [change(feature) for feature in collection["features"]]
    return {**collection, "features": features, "simplified": True}


def _simplified(feature: dict[str, Any], tolerance: float) -> dict[str, Any]:
    geometry = feature["geometry"]
    if geometry is None or geometry["type"] in {"Point", "MultiPoint"}:
        return feature
    coarse = shapely.simplify(shapely.geometry.shape(geometry), tolerance)
    return {**feature, "geometry": shapely.geometry.mapping(coarse)}


def _without_nothing(feature: dict[str, Any]) -> dict[str, Any]:
    properties = {k: v for k, v in feature["properties"].items() if v not in (None, {}, [], "")}
    return {**feature, "properties": properties}

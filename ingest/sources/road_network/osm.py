"""OpenStreetMap files (.osm.pbf, .osm) and Overpass JSON → ways."""

from collections.abc import Iterable, Iterator
from typing import Any

import osmium

from ingest.reading import number_of, whole_number_of
from ingest.source import UnreadableError
from ingest.sources.road_network.junctions import Way, on_earth
from ingest.sources.road_network.tags import is_road

MOST_NODES = 30_000_000
# What libosmium lets out of damaged files.
BROKEN_FILE = (RuntimeError, ValueError, KeyError, OverflowError, osmium.InvalidLocationError)


def file_ways(content: bytes, form: str) -> Iterator[Way]:
    """Yield the roads of a file in the form `osm.pbf` or `osm`.

    libosmium refuses XML entities and oversized blocks by itself.

    Raises
    ------
    UnreadableError
        When the file is damaged or is none.
    """
    passed = 0
    try:
        buffer = osmium.io.FileBuffer(content, form)
        kinds = osmium.osm.NODE | osmium.osm.WAY
        for thing in osmium.FileProcessor(buffer, kinds).with_locations():
            if not isinstance(thing, osmium.osm.Way) or "highway" not in thing.tags:
                continue
            tags = {tag.k: tag.v for tag in thing.tags}
            if not is_road(tags):
                continue
            passed += len(thing.nodes)
            if passed > MOST_NODES:
                break
            yield _way(thing, tags)
    except BROKEN_FILE as error:
        message = f"OpenStreetMap のファイルとして読めません: {str(error)[:120]}"
        raise UnreadableError(message) from error
    if passed > MOST_NODES:
        message = "道路網が大きすぎます。範囲を分けて取り込んでください"
        raise UnreadableError(message)


def _way(thing: osmium.osm.Way, tags: dict[str, str]) -> Way:
    return Way(
        thing.id,
        tuple(node.ref for node in thing.nodes),
        tuple(
            on_earth(node.location.lon, node.location.lat) if node.location.valid() else None
            for node in thing.nodes
        ),
        tags,
    )


def overpass_ways(document: dict[str, Any]) -> Iterator[Way]:
    """Yield the roads of an Overpass JSON answer; other elements and broken ones are left out.

    Raises
    ------
    UnreadableError
        When it holds no list of elements.
    """
    elements = document.get("elements")
    if not isinstance(elements, list):
        message = "Overpass の elements がありません"
        raise UnreadableError(message)
    things = [element for element in elements if isinstance(element, dict)]
    places = dict(_places(things))
    for thing in things:
        tags = thing.get("tags")
        nodes, number = thing.get("nodes"), whole_number_of(thing.get("id"))
        if thing.get("type") != "way" or number is None or not isinstance(nodes, list):
            continue
        said = {key: value for key, value in _pairs(tags) if isinstance(value, str)}
        if not is_road(said):
            continue
        refs = tuple(node for node in nodes if isinstance(node, int))
        given = thing.get("geometry")
        here = _inline(given) if isinstance(given, list) and len(given) == len(refs) else None
        yield Way(
            number,
            refs,
            here or tuple(places.get(ref) for ref in refs),
            said,
        )


def _pairs(tags: object) -> Iterable[tuple[str, Any]]:
    return tags.items() if isinstance(tags, dict) else ()


def _places(things: list[dict[str, Any]]) -> Iterator[tuple[int, tuple[float, float] | None]]:
    for thing in things:
        lon, lat = number_of(thing.get("lon")), number_of(thing.get("lat"))
        number = thing.get("id")
        if thing.get("type") == "node" and isinstance(number, int) and lon is not None:
            yield number, (on_earth(lon, lat) if lat is not None else None)


def _inline(given: list[Any]) -> tuple[tuple[float, float] | None, ...]:
    """Return the places of an answer with `out geom`."""
    pairs = (
        (number_of(place.get("lon")), number_of(place.get("lat")))
        if isinstance(place, dict)
        else (None, None)
        for place in given
    )
    return tuple(
        on_earth(lon, lat) if lon is not None and lat is not None else None for lon, lat in pairs
    )

"""Bytes of a passed-links zip, an OpenStreetMap file or an Overpass answer → road links."""

from collections.abc import Iterator
from datetime import datetime

from ingest.geojson import features_of, properties_of
from ingest.reading import json_of, observed_at_of
from ingest.records import Item
from ingest.source import Payload, UnreadableError
from ingest.sources.road_network.junctions import links
from ingest.sources.road_network.osm import file_ways, overpass_ways
from ingest.sources.road_network.passed import passed_links
from ingest.zips import zip_members

_RESTRICTED = {"規制種別", "規制内容", "規制開始_内容", "規制理由"}


def parse(payload: Payload) -> Iterator[Item]:
    """Yield road links; the form is told by the bytes, not by the name.

    Raises
    ------
    UnreadableError
        When it is none of the known forms.
    """
    content = payload.content
    head = content[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PK"):
        yield from _archive(payload)
    elif head.startswith(b"<"):
        yield from links(file_ways(content, "osm"))
    elif b"OSMHeader" in content[:64]:
        yield from links(file_ways(content, "osm.pbf"))
    else:
        yield from _json(json_of(content), observed_at_of(payload))


def _archive(payload: Payload) -> Iterator[Item]:
    found = False
    for member in zip_members(payload.content, _holds_passed_links):
        found = True
        features = features_of(json_of(member.content))
        yield from passed_links(features, observed_at_of(payload, member.name, member.modified_at))
    if not found:
        message = "zip の中に通行実績（tukoujisseki）のファイルがありません"
        raise UnreadableError(message)


def _holds_passed_links(name: str) -> bool:
    lower = name.lower()
    wanted = any(word in lower for word in ("jisseki", "passed", "通行実績"))
    return wanted and lower.endswith((".geojson", ".json"))


def _json(document: object, observed_at: datetime) -> Iterator[Item]:
    if isinstance(document, dict) and "elements" in document:
        yield from links(overpass_ways(document))
        return
    found = features_of(document)
    if any(_RESTRICTED & (properties_of(feature) or {}).keys() for feature in found[:100]):
        message = "道路規制のファイルです（road_restrictions で取り込みます）"
        raise UnreadableError(message)
    yield from passed_links(found, observed_at)

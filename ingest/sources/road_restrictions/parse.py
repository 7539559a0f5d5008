"""Bytes of any of the known feeds → restrictions.

A snapshot (zip, GeoJSON, current list) ends with Complete for its own feed: what it no longer
lists has been lifted. Histories and transcribed notices do not; nor does a snapshot with a row that
could not be read, since that row may be a road still closed.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.geojson import features_of, properties_of
from ingest.reading import json_of, observed_at_of, time_of, trimmed
from ingest.records import Complete, Item, Rejected, Restriction
from ingest.source import Payload, UnreadableError
from ingest.sources.road_restrictions.listing import PREFECTURE, items, map_history
from ingest.sources.road_restrictions.mlit import features
from ingest.zips import zip_members

MLIT, VIEWER, OFFICE, COMPANY = "mlit", "viewer", "office", "company"
_LABEL = Restriction.label


def parse(payload: Payload) -> Iterator[Item]:
    """Yield the restrictions of a zip, a GeoJSON or a JSON list.

    Raises
    ------
    UnreadableError
        When it is none of the known feeds.
    """
    if payload.content.startswith(b"PK"):
        yield from _archive(payload)
        return
    document = json_of(payload.content)
    if isinstance(document, dict) and "items" in document:
        yield from _list(document, observed_at_of(payload))
    else:
        yield from _collection(document, observed_at_of(payload))


def _archive(payload: Payload) -> Iterator[Item]:
    found = False
    for member in zip_members(payload.content, _holds_restrictions):
        found = True
        yield from _collection(
            json_of(member.content), observed_at_of(payload, member.name, member.modified_at)
        )
    if not found:
        message = "zip の中に道路規制（dourokisei）のファイルがありません"
        raise UnreadableError(message)


def _holds_restrictions(name: str) -> bool:
    lower = name.lower()
    wanted = ("kisei", "regulation", "restriction", "規制")
    return lower.endswith((".geojson", ".json")) and any(word in lower for word in wanted)


def _collection(document: object, observed_at: datetime) -> Iterator[Item]:
    found = features_of(document)
    if found and not any(_says_anything(feature) for feature in found):
        message = "規制の内容がどの線にもありません（通行実績であれば road_network で取り込みます）"
        raise UnreadableError(message)
    # A map made by others from MLIT's says 状態; it is a feed of its own, lest one ends the other.
    made_by_others = any("状態" in (properties_of(feature) or {}) for feature in found[:100])
    feed = VIEWER if made_by_others else MLIT
    yield from _snapshot(feed, features(feed, found, observed_at), observed_at)


def _says_anything(feature: object) -> bool:
    row = properties_of(feature)
    return row is None or any(not name.startswith("_") for name in row)


def _snapshot(feed: str, told: Iterator[Item], observed_at: datetime) -> Iterator[Item]:
    whole = True
    for item in told:
        whole = whole and not isinstance(item, Rejected)
        yield item
    if whole:
        yield Complete(kind=_LABEL, observed_at=observed_at, scope=f"{feed}:")


def _list(document: dict[str, Any], arrived: datetime) -> Iterator[Item]:
    found = document["items"]
    history = isinstance(found, dict)
    rows = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(rows, list):
        message = "items が一覧ではありません"
        raise UnreadableError(message)
    told = ("generated_at", "latest_snapshot", "transcribed_at", "updated_at")
    observed_at = next((at for name in told if (at := time_of(document.get(name)))), arrived)
    if "snapshots" in document:
        yield from map_history(MLIT, rows, observed_at)
        return
    if "transcribed_at" in document:
        owner = trimmed(document.get("source_name")) or ""
        yield from items(COMPANY if "会社" in owner else OFFICE, rows, observed_at)
        return
    told_now = items(PREFECTURE, rows, observed_at)
    yield from told_now if history else _snapshot(PREFECTURE, told_now, observed_at)

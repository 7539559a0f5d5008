"""The GeoJSON: areas that were without power, and for how many hours in all.

One feature per small area: `label` (`17204/架空県/架空市/架空町`: code, prefecture, municipality
and town) and `hours`. It is drawn up afterwards: it says neither when nor how many households, so
its outages are told as restored and end nothing.
"""

import re
from collections.abc import Iterator

from ingest.geojson import BadGeometryError, features_of, geometry_of, properties_of
from ingest.reading import json_of, number_of, rejected, time_in_name, trimmed
from ingest.records import Item, Outage
from ingest.source import Payload

_LABEL = re.compile(
    r"(?P<code>\d{5})/(?P<prefecture>[^/]+[都道府県])/(?P<municipality>[^/]+)(?:/(?P<town>.+))?"
)


def outage_areas(payload: Payload) -> Iterator[Item]:
    """Return the areas of a GeoJSON, each once a place: the same label again has its own key.

    Raises
    ------
    UnreadableError
        When it is no FeatureCollection.
    """
    features = features_of(json_of(payload.content))
    return _areas(features, payload)


def _areas(features: list[object], payload: Payload) -> Iterator[Item]:
    told: dict[str, int] = {}
    for number, feature in enumerate(features):
        where = f"feature {number}"
        properties = properties_of(feature)
        label = _LABEL.fullmatch(trimmed((properties or {}).get("label")) or "")
        hours = number_of((properties or {}).get("hours"))
        if not isinstance(feature, dict) or label is None or hours is None or hours < 0:
            message = "地域名（label）か停電の時間（hours）を読めません"
            yield rejected("bad_area", message, where, properties)
            continue
        try:
            geometry = geometry_of(feature.get("geometry"))
        except BadGeometryError as error:
            yield rejected("bad_geometry", str(error), where, feature)
            continue
        told[label[0]] = told.get(label[0], 0) + 1
        yield Outage(
            key=label[0] if told[label[0]] == 1 else f"{label[0]}:{told[label[0]]}",
            utility="",
            area_name=label["town"] or label["municipality"],
            municipality_name=label["municipality"],
            municipality_code=label["code"],
            households=None,
            restored=True,
            observed_at=time_in_name(payload.name) or payload.fetched_at,
            geometry=geometry,
            attributes={"hours": hours, "prefecture": label["prefecture"]},
        )

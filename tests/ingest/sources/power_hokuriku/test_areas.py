"""Areas that were without power, out of GeoJSON."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.records import Item, Outage, Rejected
from ingest.source import Payload, UnreadableError
from ingest.sources.power_hokuriku.areas import outage_areas

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[145.0, 24.0], [145.1, 24.0], [145.1, 24.1], [145.0, 24.0]]],
}


def feature(label: Any, hours: Any, geometry: Any = SQUARE) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"label": label, "hours": hours},
        "geometry": geometry,
    }


def read(*features: Any) -> list[Item]:
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    name = "202609101200.json"
    return list(
        outage_areas(
            Payload(name=name, content=content, fetched_at=datetime(2026, 9, 10, tzinfo=UTC))
        )
    )


def test_an_area_is_told_as_restored() -> None:
    (outage,) = read(feature("99201/架空県/架空市/大字架空/一丁目", 8))
    assert isinstance(outage, Outage)
    assert (outage.municipality_code, outage.municipality_name) == ("99201", "架空市")
    assert outage.area_name == "大字架空/一丁目"
    assert (outage.households, outage.restored, outage.attributes["hours"]) == (None, True, 8.0)
    assert outage.geometry is not None
    assert outage.geometry.geom_type == "Polygon"
    assert outage.observed_at == datetime.fromisoformat("2026-09-10T12:00:00+09:00")


def test_the_same_label_again_has_its_own_key() -> None:
    label = "99201/架空県/架空市"
    assert [
        item.key for item in read(feature(label, 1), feature(label, 2)) if isinstance(item, Outage)
    ] == [
        label,
        f"{label}:2",
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (7, "bad_area"),
        (feature(None, 8), "bad_area"),
        (feature("架空市", 8), "bad_area"),
        (feature("99201/架空県/架空市", "長い"), "bad_area"),
        (feature("99201/架空県/架空市", 8, None), "bad_geometry"),
        (
            feature("99201/架空県/架空市", 8, {"type": "Polygon", "coordinates": [[1]]}),
            "bad_geometry",
        ),
        (
            feature("99201/架空県/架空市", 8, {"type": "Point", "coordinates": [24, 145]}),
            "bad_geometry",
        ),
    ],
)
def test_bad_features_are_kept_apart(bad: Any, reason: str) -> None:
    rejected, good = read(bad, feature("99202/架空県/架空町/架空", 3))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == reason
    assert isinstance(good, Outage)


def test_other_json_is_no_list() -> None:
    payload = Payload(
        name="x.json", content=b'{"a": 1}', fetched_at=datetime(2026, 9, 10, tzinfo=UTC)
    )
    with pytest.raises(UnreadableError):
        outage_areas(payload)

"""How each kind of record becomes a row: the columns a source may set, and which changes count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Point

from core.geo import length_m
from ingest.records import (
    Boundary,
    Outage,
    Restriction,
    RoadLink,
    ShelterRegister,
    ShelterStatus,
    WarningReport,
)
from ingest.staging import Table


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says of its own telling."""

    source: str
    observed_at: datetime
    """World time of the payload, for records that carry no time of their own."""
    received_at: datetime
    payload_id: int | None

    def columns(self, key: str, observed_at: datetime | None = None) -> dict[str, Any]:
        """Return the columns every reported row has."""
        return {
            "source": self.source,
            "key": key,
            "observed_at": observed_at or self.observed_at,
            "received_at": self.received_at,
            "payload_id": self.payload_id,
        }


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of record, its table and the columns whose change is worth an event or a look."""

    table: Table
    row: Callable[[Any, Told], dict[str, Any]]
    watched: tuple[str, ...]
    ended: Mapping[str, Any] | None = None
    """What to set on rows that a complete payload no longer names."""


def _point(lon: float | None, lat: float | None) -> Point | None:
    return None if lon is None or lat is None else Point(lon, lat)


def _restriction(record: Restriction, told: Told) -> dict[str, Any]:
    return told.columns(record.key, record.observed_at) | {
        "kind": str(record.kind),
        "geom": record.geometry,
        "road_name": record.road_name,
        "road_class": record.road_class,
        "place": record.place,
        "reason": record.reason,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "lifted": record.lifted,
        "attributes": record.attributes,
    }


def _outage(record: Outage, told: Told) -> dict[str, Any]:
    return told.columns(record.key, record.observed_at) | {
        "utility": record.utility,
        "area_name": record.area_name,
        "municipality_name": record.municipality_name,
        "municipality_code": record.municipality_code,
        "households": record.households,
        "households_text": record.households_text,
        "qualifier": record.qualifier,
        "restored": record.restored,
        "occurred_at": record.occurred_at,
        "outlook": record.outlook,
        "cause": record.cause,
        "geom": record.geometry,
        "attributes": record.attributes,
    }


def _warning(record: WarningReport, told: Told) -> dict[str, Any]:
    extra = {"status": record.status, "info_type": record.info_type, "event_id": record.event_id}
    return told.columns(record.key, record.issued_at) | {
        "telegram": record.telegram,
        "phenomenon": record.phenomenon,
        "area_code": record.area_code,
        "area_name": record.area_name,
        "municipality_code": record.municipality_code,
        "code": record.code,
        "name": record.name,
        "level": record.level,
        # A report that was withdrawn or lifted warns of nothing.
        "active": record.active and record.info_type != "取消",
        "headline": record.headline,
        "attributes": dict(record.attributes) | extra,
    }


_NO_STATUS = MappingProxyType(
    dict.fromkeys(("opening", "crowding", "headcount", "households", "opened_at", "closed_at"))
)
_NO_REGISTER: Mapping[str, Any] = MappingProxyType({"kana": None, "kind": None, "capacity": None,
                                 "capacity_text": None, "hazards": {}, "flags": {}})  # fmt: skip


def _register(record: ShelterRegister, told: Told) -> dict[str, Any]:
    return (
        told.columns(f"register:{record.key}")
        | dict(_NO_STATUS)
        | {
            "form": "register",
            "name": record.name,
            "kana": record.kana,
            "kind": record.kind,
            "address": record.address,
            "municipality_code": record.municipality_code,
            "municipality_name": record.municipality_name,
            "geom": _point(record.lon, record.lat),
            "capacity": record.capacity,
            "capacity_text": record.capacity_text,
            "hazards": record.hazards,
            "flags": dict.fromkeys(record.flags, True),
            "attributes": record.attributes,
        }
    )


def _status(record: ShelterStatus, told: Told) -> dict[str, Any]:
    return (
        told.columns(f"status:{record.key}", record.observed_at)
        | dict(_NO_REGISTER)
        | {
            "form": "status",
            "name": record.name,
            "address": record.address,
            "municipality_code": record.municipality_code,
            "municipality_name": record.municipality_name,
            "geom": _point(record.lon, record.lat),
            "opening": str(record.opening),
            "crowding": record.crowding,
            "headcount": record.headcount,
            "households": record.households,
            "opened_at": record.opened_at,
            "closed_at": record.closed_at,
            "attributes": record.attributes,
        }
    )


def _boundary(record: Boundary, told: Told) -> dict[str, Any]:
    shape = record.geometry
    polygons = MultiPolygon([part for part in shapely.get_parts(shape) if part.area > 0])
    return told.columns(record.key) | {
        "name": record.name,
        "prefecture": record.prefecture,
        "geom": polygons,
        "attributes": record.attributes,
    }


def _road_link(record: RoadLink, told: Told) -> dict[str, Any]:
    return told.columns(record.key, record.passed_at) | {
        "geom": shapely.force_2d(record.geometry),
        "length_m": length_m(record.geometry),
        "road_class": record.road_class,
        "name": record.name,
        "ref": record.ref,
        "oneway": record.oneway,
        "bridge": record.bridge,
        "tunnel": record.tunnel,
        "level": record.level,
        "width_m": record.width_m,
        "lanes": record.lanes,
        "speed_kmh": record.speed_kmh,
        "passed_at": record.passed_at,
        "attributes": record.attributes,
    }


_SHELTER = Table(
    "shelter_report",
    ("form", "name", "kana", "kind", "address", "municipality_code", "municipality_name", "geom",
     "capacity", "capacity_text", "hazards", "flags", "opening", "crowding", "headcount",
     "households", "opened_at", "closed_at", "attributes"),
)  # fmt: skip

FORMS: dict[str, Form] = {
    "closure": Form(
        Table("restriction", ("kind", "geom", "road_name", "road_class", "place", "reason",
                              "started_at", "ended_at", "lifted", "attributes")),
        _restriction,
        ("kind", "road_name", "place", "reason", "lifted", "started_at"),
        MappingProxyType({"lifted": True}),
    ),
    "outage": Form(
        Table("outage", ("utility", "area_name", "municipality_name", "municipality_code",
                         "households", "households_text", "qualifier", "restored", "occurred_at",
                         "outlook", "cause", "geom", "attributes")),
        _outage,
        ("area_name", "municipality_name", "households", "qualifier", "restored"),
        MappingProxyType({"restored": True, "households": 0, "qualifier": "exact",
                          "households_text": None}),
    ),
    "warning": Form(
        Table("warning", ("telegram", "phenomenon", "area_code", "area_name", "municipality_code",
                          "code", "name", "level", "active", "headline", "attributes")),
        _warning,
        ("phenomenon", "area_name", "municipality_code", "name", "level", "active"),
        MappingProxyType({"active": False}),
    ),
    "shelter": Form(_SHELTER, _register, ("name",)),
    "shelter_status": Form(
        _SHELTER,
        _status,
        ("name", "municipality_name", "opening", "crowding", "headcount"),
        MappingProxyType({"opening": "closed", "crowding": None, "headcount": None,
                          "households": None}),
    ),
    "boundary": Form(
        Table("boundary", ("name", "prefecture", "geom", "attributes")), _boundary, ("name",)
    ),
    "road_link": Form(
        Table("road_link", ("geom", "length_m", "road_class", "name", "ref", "oneway", "bridge",
                            "tunnel", "level", "width_m", "lanes", "speed_kmh", "passed_at",
                            "attributes"), received=False),
        _road_link,
        (),
    ),
}  # fmt: skip

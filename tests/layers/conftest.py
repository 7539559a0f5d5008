"""A hand to put the rows of a small world into the database of a test."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db.base import Base
from core.db.schema.observed import Latest, Observation, Series, Station
from core.db.schema.reported import Boundary, Outage, Restriction
from core.db.schema.reported import Warning as WarningRow
from core.db.schema.roads import RoadLink
from core.db.schema.shelters import Shelter, ShelterState
from core.db.schema.system import SourceState
from layers.catalog import Catalog, load_catalog

NOW = datetime(2026, 7, 3, 5, 5, tzinfo=UTC)


class Scene:
    """Puts rows where a test says; times are minutes before NOW."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def ago(self, minutes: float) -> datetime:
        """Return the time so many minutes before NOW."""
        return NOW - timedelta(minutes=minutes)

    def add(self, row: Base) -> Any:
        """Put a row and return it with its number."""
        self.session.add(row)
        self.session.flush()
        return row

    def source(self, name: str, heard: float | None = 1, **more: Any) -> SourceState:
        """Put a source that was heard some minutes ago."""
        values = {
            "title": name,
            "title_en": name,
            "short": name[:4],
            "credit": "試験",
            "interval_s": 60,
            "late_after_s": 600,
            "silent_after_s": 3600,
            "station_silent_after_s": 3600,
            "enabled": True,
            "since": self.ago(1000),
            "last_success_at": None if heard is None else self.ago(heard),
        }
        return self.add(SourceState(source=name, **{**values, **more}))

    def station(self, source: str, key: str, lon: float = 152.5, **more: Any) -> Station:
        """Put a station."""
        values = {"name": key, "kind": "river", "geom": f"SRID=4326;POINT({lon} 30.5)"}
        return self.add(
            Station(source=source, key=key, updated_at=self.ago(0), **{**values, **more})
        )

    def measure(self, station: Station, element: str, *values: tuple[float, float | None]) -> int:
        """Put observations (minutes ago, value) of one element, newest last, and the latest row."""
        series = self.add(Series(station_id=station.id, element=element))
        for minutes, value in values:
            moment = self.ago(minutes)
            self.session.execute(text("SELECT ensure_observation_month(:m)"), {"m": moment})
            self.add(Observation(series_id=series.id, observed_at=moment, value=value, quality=0))
        told = [(self.ago(minutes), value) for minutes, value in values]
        before = told[-2] if len(told) > 1 else (None, None)
        self.add(
            Latest(
                series_id=series.id,
                observed_at=told[-1][0],
                received_at=told[-1][0],
                value=told[-1][1],
                quality=0,
                previous_at=before[0],
                previous_value=before[1],
            )
        )
        return int(station.id)

    def boundary(self, key: str, name: str, lon: float = 152.0) -> Boundary:
        """Put a square municipality."""
        ring = f"{lon} 30, {lon + 0.5} 30, {lon + 0.5} 30.5, {lon} 30.5, {lon} 30"
        return self.add(
            Boundary(
                **self._told(key, 0, "boundaries"),
                name=name,
                prefecture="火見県",
                geom=f"SRID=4326;MULTIPOLYGON((({ring})))",
            )
        )

    def restriction(self, key: str, **more: Any) -> Restriction:
        """Put a closure on a line."""
        values = {
            "kind": "closed",
            "road_name": "国道1号",
            "lifted": False,
            "geom": "SRID=4326;LINESTRING(152.1 30.1, 152.2 30.2)",
        }
        return self.add(Restriction(**self._told(key, 5, "roads_told"), **{**values, **more}))

    def outage(self, key: str, households: int | None, **more: Any) -> Outage:
        """Put an outage."""
        values = {"utility": "電力", "area_name": key, "qualifier": "exact", "restored": False}
        return self.add(
            Outage(**self._told(key, 5, "power"), households=households, **{**values, **more})
        )

    def warning(self, code: str, level: int | None, name: str, **more: Any) -> WarningRow:
        """Put a warning of a municipality."""
        values = {
            "telegram": "VPWW55",
            "phenomenon": "heavy_rain",
            "area_code": f"{code}00",
            "area_name": code,
            "municipality_code": code,
            "code": "03",
            "name": name,
            "level": level,
            "active": True,
        }
        return self.add(WarningRow(**self._told(f"{code}:{name}", 5, "jma"), **{**values, **more}))

    def shelter(self, name: str, *, state: dict[str, Any] | None = None, **more: Any) -> Shelter:
        """Put a shelter, with its state where given."""
        values = {"kind": "shelter", "geom": "SRID=4326;POINT(152.3 30.3)"}
        shelter = self.add(Shelter(name=name, updated_at=self.ago(0), **{**values, **more}))
        if state is not None:
            told = {"opening": "open", "observed_at": self.ago(5), "received_at": self.ago(4)}
            self.add(
                ShelterState(shelter_id=shelter.id, source="shelters_told", **{**told, **state})
            )
        return shelter

    def road(self, key: str, line: str, **more: Any) -> RoadLink:
        """Put a road along `lon lat, lon lat`."""
        values = {
            "road_class": "primary",
            "oneway": 0,
            "bridge": False,
            "tunnel": False,
            "level": 0,
            "length_m": 1.0,
        }
        return self.add(
            RoadLink(
                source="roads",
                key=key,
                geom=f"SRID=4326;LINESTRING({line})",
                observed_at=self.ago(5),
                **{**values, **more},
            )
        )

    def _told(self, key: str, minutes: float, source: str) -> dict[str, Any]:
        return {
            "source": source,
            "key": key,
            "observed_at": self.ago(minutes),
            "received_at": self.ago(minutes - 1),
        }


@pytest.fixture
def scene(session: Session) -> Scene:
    """Return the hand."""
    return Scene(session)


@pytest.fixture(scope="session")
def now() -> datetime:
    """Return the world time of the tests."""
    return NOW


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Return the product's own catalogue."""
    return load_catalog()

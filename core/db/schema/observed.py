"""Stations and what they measure: observations by month, a latest-value table beside them."""

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from geoalchemy2.elements import WKBElement
from sqlalchemy import ForeignKey, Identity, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Big, Moment


class Station(Base):
    """A rain gauge, weather station or river gauge. Writer: ingest."""

    __tablename__ = "station"
    __table_args__ = (UniqueConstraint("source", "key"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    source: Mapped[str]
    key: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    """`weather` or `river`."""
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326))
    elevation_m: Mapped[float | None]
    municipality_code: Mapped[str | None]
    thresholds: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """metres by name: observation_start standby caution evacuation danger flood."""
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    moved_by: Mapped[str | None]
    """Who put it where it stands; then the source's own position no longer moves it."""
    updated_at: Mapped[datetime] = mapped_column(Moment)


class Series(Base):
    """One element at one station: the narrow key of observations. Writer: ingest."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("station_id", "element"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    element: Mapped[str]
    """Code of ingest.elements."""


class Observation(Base):
    """One value at one time; partitioned by month of `observed_at` (UTC). Writer: ingest."""

    __tablename__ = "observation"
    __table_args__ = {"postgresql_partition_by": "RANGE (observed_at)"}  # noqa: RUF012

    series_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    observed_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    value: Mapped[float | None]
    quality: Mapped[int] = mapped_column(SmallInteger)
    payload_id: Mapped[int | None] = mapped_column(Big)


class Latest(Base):
    """The newest value of each series; an older one never overwrites it. Writer: ingest."""

    __tablename__ = "latest"
    __table_args__ = {"postgresql_with": {"fillfactor": 60}}  # noqa: RUF012

    series_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    observed_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    value: Mapped[float | None]
    quality: Mapped[int] = mapped_column(SmallInteger)
    previous_value: Mapped[float | None]
    """The value before, for the trend."""
    previous_at: Mapped[datetime | None] = mapped_column(Moment)

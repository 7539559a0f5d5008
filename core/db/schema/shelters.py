"""Shelters as Hinomi knows them, made of what registers and status feeds report."""

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from geoalchemy2.elements import WKBElement
from sqlalchemy import ForeignKey, Identity, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Moment


class Shelter(Base):
    """A shelter, once, however many registers list it. Writer: evac."""

    __tablename__ = "shelter"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    kana: Mapped[str | None]
    kind: Mapped[str]
    """`shelter`, `evacuation_site`, `both`, `other`, or `unregistered` (opened by itself)."""
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326))
    address: Mapped[str | None]
    municipality_code: Mapped[str | None]
    municipality_name: Mapped[str | None]
    capacity: Mapped[int | None]
    capacity_text: Mapped[str | None]
    hazards: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    flags: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    updated_at: Mapped[datetime] = mapped_column(Moment)


class ShelterLink(Base):
    """Which report speaks of which shelter. Writer: evac."""

    __tablename__ = "shelter_link"
    __table_args__ = (UniqueConstraint("source", "key"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shelter_id: Mapped[int] = mapped_column(ForeignKey("shelter.id"), index=True)
    source: Mapped[str]
    key: Mapped[str]
    method: Mapped[str]
    """key, name_and_place, place, new."""
    used: Mapped[str | None]
    """Mark of the report's row version from which the shelter was last brought up to date."""


class ShelterState(Base):
    """Opening and crowding now. Writer: evac."""

    __tablename__ = "shelter_state"

    shelter_id: Mapped[int] = mapped_column(ForeignKey("shelter.id"), primary_key=True)
    opening: Mapped[str]
    crowding: Mapped[str | None]
    """`empty`, `slightly`, `crowded`, `full`; from the source, else by percent of capacity."""
    headcount: Mapped[int | None]
    households: Mapped[int | None]
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    observed_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    source: Mapped[str]

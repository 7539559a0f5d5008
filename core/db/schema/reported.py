"""What was reported to us: restrictions, outages, warnings, shelter reports, boundaries, events."""

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from geoalchemy2.elements import WKBElement
from sqlalchemy import Identity, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Big, Moment


class Reported:
    """Columns of everything a source tells under a natural key."""

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    source: Mapped[str]
    key: Mapped[str]
    observed_at: Mapped[datetime] = mapped_column(Moment)
    """When the source says this was so."""
    received_at: Mapped[datetime] = mapped_column(Moment)
    payload_id: Mapped[int | None] = mapped_column(Big)
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))


class Restriction(Reported, Base):
    """A road restriction as a road manager tells it; evac makes closures of it. Writer: ingest."""

    __tablename__ = "restriction"
    __table_args__ = (UniqueConstraint("source", "key"),)

    kind: Mapped[str]
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("GEOMETRY", srid=4326))
    road_name: Mapped[str | None]
    road_class: Mapped[str | None]
    place: Mapped[str | None]
    reason: Mapped[str | None]
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    lifted: Mapped[bool]


class Outage(Reported, Base):
    """Households without power in an area. Writer: ingest."""

    __tablename__ = "outage"
    __table_args__ = (UniqueConstraint("source", "key"),)

    utility: Mapped[str]
    area_name: Mapped[str]
    municipality_name: Mapped[str | None]
    municipality_code: Mapped[str | None]
    households: Mapped[int | None]
    households_text: Mapped[str | None]
    qualifier: Mapped[str]
    restored: Mapped[bool]
    occurred_at: Mapped[datetime | None] = mapped_column(Moment)
    outlook: Mapped[str | None]
    cause: Mapped[str | None]
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("GEOMETRY", srid=4326))


class Warning(Reported, Base):  # noqa: A001
    """One phenomenon's warning in one area. Writer: ingest."""

    __tablename__ = "warning"
    __table_args__ = (UniqueConstraint("source", "key"),)

    telegram: Mapped[str]
    phenomenon: Mapped[str]
    area_code: Mapped[str]
    area_name: Mapped[str]
    municipality_code: Mapped[str | None]
    code: Mapped[str]
    name: Mapped[str]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    active: Mapped[bool]
    headline: Mapped[str | None]


class ShelterReport(Reported, Base):
    """What a register or a status feed says of a shelter, for evac to use. Writer: ingest."""

    __tablename__ = "shelter_report"
    __table_args__ = (UniqueConstraint("source", "key"),)

    form: Mapped[str]
    """`register` or `status`."""
    name: Mapped[str]
    kana: Mapped[str | None]
    kind: Mapped[str | None]
    address: Mapped[str | None]
    municipality_code: Mapped[str | None]
    municipality_name: Mapped[str | None]
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326))
    capacity: Mapped[int | None]
    capacity_text: Mapped[str | None]
    hazards: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    flags: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """{flag: true}."""
    opening: Mapped[str | None]
    crowding: Mapped[str | None]
    headcount: Mapped[int | None]
    households: Mapped[int | None]
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class Boundary(Reported, Base):
    """The area of a municipality. Writer: ingest."""

    __tablename__ = "boundary"
    __table_args__ = (UniqueConstraint("source", "key"),)

    name: Mapped[str]
    prefecture: Mapped[str]
    geom: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", srid=4326))


class Event(Base):
    """The event log the wall scrolls: something began, changed or ended. Writer: ingest."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("dedup"),)

    id: Mapped[int] = mapped_column(Big, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    """World time it happened."""
    kind: Mapped[str]
    """river, closure, outage, shelter, warning, source, system."""
    severity: Mapped[int] = mapped_column(SmallInteger)
    """0 note … 3 act now; orders the wall's tour."""
    text_ja: Mapped[str]
    text_en: Mapped[str]
    layer: Mapped[str | None]
    feature: Mapped[str | None]
    """Feature id in that layer, for the link."""
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326))
    dedup: Mapped[str]
    """What makes it the same event; a second one is ignored."""

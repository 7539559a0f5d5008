"""The road network as sources give it."""

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from geoalchemy2.elements import WKBElement
from sqlalchemy import Identity, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Big, Moment


class RoadLink(Base):
    """One road line between two end nodes. Writer: ingest."""

    __tablename__ = "road_link"
    __table_args__ = (UniqueConstraint("source", "key"),)

    id: Mapped[int] = mapped_column(Big, Identity(), primary_key=True)
    source: Mapped[str]
    key: Mapped[str]
    geom: Mapped[WKBElement] = mapped_column(Geometry("LINESTRING", srid=4326))
    length_m: Mapped[float]
    """On the ellipsoid."""
    road_class: Mapped[str | None]
    name: Mapped[str | None]
    ref: Mapped[str | None]
    oneway: Mapped[int] = mapped_column(SmallInteger)
    bridge: Mapped[bool]
    tunnel: Mapped[bool]
    level: Mapped[int] = mapped_column(SmallInteger)
    width_m: Mapped[float | None]
    lanes: Mapped[int | None] = mapped_column(SmallInteger)
    speed_kmh: Mapped[float | None]
    passed_at: Mapped[datetime | None] = mapped_column(Moment)
    observed_at: Mapped[datetime] = mapped_column(Moment)
    payload_id: Mapped[int | None] = mapped_column(Big)
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))

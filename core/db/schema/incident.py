"""The disaster being worked on."""

from datetime import datetime

from geoalchemy2 import Geometry
from geoalchemy2.elements import WKBElement
from sqlalchemy import Identity
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Moment


class Incident(Base):
    """A disaster: title of the wall, later rule set and cause of certificates. Writer: ingest."""

    __tablename__ = "incident"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    """heavy_rain, flood, earthquake, wind, landslide, tsunami, volcano, other."""
    began_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    area: Mapped[WKBElement | None] = mapped_column(
        Geometry("GEOMETRY", srid=4326, spatial_index=False)
    )
    headquarters_name: Mapped[str | None]
    """災害対策本部, 災害警戒本部 …"""
    headquarters_level: Mapped[str | None]
    """第1配備 … as the town names it."""
    headquarters_since: Mapped[datetime | None] = mapped_column(Moment)
    is_drill: Mapped[bool] = mapped_column(server_default="false")

"""Road links are lines between two nodes."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from core.db.schema.roads import RoadLink

NOW = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)


def link(key: str = "a", geom: str = "LINESTRING(140 30,140.1 30.1)") -> RoadLink:
    return RoadLink(source="x", key=key, geom=f"SRID=4326;{geom}", length_m=14_600.0, oneway=0,
                    bridge=False, tunnel=False, level=0, observed_at=NOW)  # fmt: skip


def test_a_link_is_one_per_source_and_key(session: Session) -> None:
    session.add_all([link("a"), link("b")])
    session.flush()
    session.add(link("a"))
    with pytest.raises(IntegrityError, match="uq_road_link_source_key"):
        session.flush()


def test_a_link_is_a_line(session: Session) -> None:
    session.add(link(geom="POINT(140 30)"))
    with pytest.raises(DBAPIError, match="Geometry type"):
        session.flush()

"""What is told under a natural key: once per source and key, each with a version."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from core.db.schema import reported

NOW = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)
TOLD = {"source": "x", "key": "a", "observed_at": NOW, "received_at": NOW}
SQUARE = "SRID=4326;MULTIPOLYGON(((140 30,141 30,141 31,140 30)))"
ROWS: dict[type[Any], dict[str, Any]] = {
    reported.Restriction: {"kind": "closed", "lifted": False,
                           "geom": "SRID=4326;LINESTRING(140 30,140.1 30.1)"},
    reported.Outage: {"utility": "u", "area_name": "架空町", "qualifier": "about",
                      "restored": False},
    reported.Warning: {"telegram": "VPWW55", "phenomenon": "heavy_rain", "area_code": "9920100",
                       "area_name": "架空市", "code": "03", "name": "大雨警報", "active": True},
    reported.ShelterReport: {"form": "register", "name": "架空小学校",
                             "geom": "SRID=4326;POINT(140 30)"},
    reported.Boundary: {"name": "架空市", "prefecture": "架空県", "geom": SQUARE},
}  # fmt: skip


@pytest.mark.parametrize("kind", ROWS)
def test_one_row_per_source_and_key(session: Session, kind: type[Any]) -> None:
    session.add(kind(**TOLD, **ROWS[kind]))
    session.flush()
    session.add(kind(**TOLD | {"source": "y"}, **ROWS[kind]))
    session.flush()
    with pytest.raises(IntegrityError, match="_source_key"):
        session.execute(kind.__table__.insert().values(**TOLD, **ROWS[kind]))


@pytest.mark.parametrize("kind", ROWS)
def test_a_change_has_a_version(session: Session, kind: type[Any]) -> None:
    version = text("SELECT coalesce(max(version), 0) FROM table_version WHERE name = :name")
    name = {"name": kind.__tablename__}
    before = session.execute(version, name).scalar_one()
    session.add(kind(**TOLD, **ROWS[kind]))
    session.flush()
    assert session.execute(version, name).scalar_one() == before + 1


@pytest.mark.parametrize("kind", ROWS)
def test_what_no_column_holds_is_kept_in_attributes(session: Session, kind: type[Any]) -> None:
    row = kind(**TOLD, **ROWS[kind], attributes={"備考": ["x", 1, None]})
    session.add(row)
    session.flush()
    session.expire(row)
    assert row.attributes == {"備考": ["x", 1, None]}


@pytest.mark.parametrize("kind", ROWS)
def test_geometry_is_found_by_place(session: Session, kind: type[Any]) -> None:
    if "geom" not in inspect(kind).columns:
        assert kind is reported.Warning, "warnings are drawn by their municipality"
        return
    indexes = session.scalars(
        text("SELECT indexdef FROM pg_indexes WHERE tablename = :name AND indexdef LIKE '%gist%'"),
        {"name": kind.__tablename__},
    ).all()
    assert len(indexes) == 1


def test_a_shelter_stands_at_a_point(session: Session) -> None:
    with pytest.raises(DBAPIError, match="Geometry type"):
        session.execute(
            reported.ShelterReport.__table__.insert().values(
                **TOLD, form="register", name="x", geom="SRID=4326;LINESTRING(140 30,141 31)"
            )
        )


def test_the_same_event_is_told_once(session: Session) -> None:
    def add() -> None:
        with session.begin_nested():
            session.add(reported.Event(at=NOW, kind="river", severity=2, text_ja="x", text_en="x",
                                       dedup="river:1"))  # fmt: skip
            session.flush()

    add()
    with pytest.raises(IntegrityError, match="uq_event_dedup"):
        add()
    assert session.scalar(select(func.count()).select_from(reported.Event)) == 1

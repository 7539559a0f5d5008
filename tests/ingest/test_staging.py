"""COPY into a temporary table, then one upsert that tells what changed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from shapely import LineString, Point, from_wkb, get_srid
from sqlalchemy import text
from sqlalchemy.orm import Session

from ingest.records import Outage, Restriction, RestrictionKind
from ingest.staging import Absent, encode, end_absent, merge, stage
from ingest.tables import FORMS, Told
from tests.town import NOON

FORM = FORMS["outage"]
LATER = NOON + timedelta(minutes=10)


def row(key: str, at: datetime = NOON, **more: Any) -> dict[str, Any]:
    told = Told("x", at, at, 1)
    values = {"key": key, "utility": "u", "area_name": "架空町", "households": 60,
              "observed_at": at}  # fmt: skip
    return FORM.row(Outage(**values | more), told)


def write(session: Session, *rows: dict[str, Any]) -> list[tuple[str, bool]]:
    stage(session, FORM.table, rows)
    return [(c.key, c.old is None) for c in merge(session, FORM.table, FORM.watched)]


def stored(session: Session) -> list[tuple[Any, ...]]:
    found = session.execute(text("SELECT key, households, restored FROM outage ORDER BY key"))
    return [tuple(line) for line in found]


def test_geometry_is_told_with_its_system() -> None:
    geometry = from_wkb(encode(Point(140, 30)))
    assert (geometry.x, get_srid(geometry)) == (140, 4326)
    assert encode("x") == "x"
    with pytest.raises(ValueError, match="座標"):
        encode(LineString([(140, 30), (float("inf"), 30)]))


def test_rows_with_and_without_geometry_are_copied_as_they_are(session: Session) -> None:
    area = Point(140, 30).buffer(0.1)
    write(session, row("a", geometry=area), row("b"), row("c", geometry=area))
    found = session.execute(
        text("SELECT key, ST_SRID(geom), ST_NPoints(geom) FROM outage ORDER BY key")
    )
    points = len(area.exterior.coords)
    assert [tuple(line) for line in found] == [
        ("a", 4326, points), ("b", None, None), ("c", 4326, points),
    ]  # fmt: skip


def test_new_changed_and_unchanged(session: Session) -> None:
    assert write(session, row("b"), row("a")) == [("a", True), ("b", True)]
    assert write(session, row("a"), row("b", LATER, households=10)) == [("b", False)]
    assert stored(session) == [("a", 60, False), ("b", 10, False)]


def test_the_last_told_of_a_key_wins(session: Session) -> None:
    write(session, row("a", households=1), row("a", households=2))
    assert stored(session) == [("a", 2, False)]


def test_what_is_older_changes_nothing(session: Session) -> None:
    write(session, row("a", LATER))
    assert write(session, row("a", NOON, households=1)) == []
    assert stored(session) == [("a", 60, False)]


def test_the_old_values_are_told(session: Session) -> None:
    write(session, row("a"))
    stage(session, FORM.table, [row("a", LATER, households=5)])
    (change,) = merge(session, FORM.table, FORM.watched)
    assert change.old is not None
    assert (change.old["households"], change.new["households"]) == (60, 5)


def test_geometry_that_came_or_went_is_a_change(session: Session) -> None:
    form = FORMS["closure"]

    def closure(geometry: Any, at: datetime) -> dict[str, Any]:
        record = Restriction(
            key="a", kind=RestrictionKind.CLOSED, geometry=geometry, observed_at=at
        )
        return form.row(record, Told("x", at, at, 1))

    for number, geometry in enumerate((Point(140, 30), None, Point(141, 30))):
        stage(session, form.table, [closure(geometry, NOON + timedelta(minutes=number))])
        merge(session, form.table, form.watched)
    assert session.scalar(text("SELECT ST_X(geom) FROM restriction")) == 141


def absent(at: datetime, *named: str, scope: str = "", source: str = "x") -> Absent:
    return Absent(source, at, scope, frozenset(named))


def test_what_a_whole_list_no_longer_names_has_ended(session: Session) -> None:
    write(session, row("t:a"), row("t:b"), row("u:c"))
    assert FORM.ended is not None
    ended = end_absent(session, FORM.table, absent(LATER, "t:a", scope="t:"), FORM.ended,
                       FORM.watched)  # fmt: skip
    assert [(c.key, c.new["restored"]) for c in ended] == [("t:b", True)]
    assert stored(session) == [("t:a", 60, False), ("t:b", 0, True), ("u:c", 60, False)]
    again = end_absent(session, FORM.table, absent(LATER, "t:a", scope="t:"), FORM.ended,
                       FORM.watched)  # fmt: skip
    assert again == [], "it has ended already"


def test_an_older_list_and_another_source_end_nothing(session: Session) -> None:
    write(session, row("a", LATER))
    assert FORM.ended is not None
    for mark in (absent(NOON), absent(LATER, source="y")):
        assert end_absent(session, FORM.table, mark, FORM.ended, FORM.watched) == []
    assert stored(session) == [("a", 60, False)]

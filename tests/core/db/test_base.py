"""The base: every constraint has a name that migrations can rely on, text is text."""

import core.db.schema  # noqa: F401
from core.db.base import Base


def test_every_constraint_and_index_is_named() -> None:
    nameless = [
        f"{table.name}: {item}"
        for table in Base.metadata.tables.values()
        for item in [*table.constraints, *table.indexes]
        if not item.name
    ]
    assert not nameless


def test_moments_carry_their_zone() -> None:
    times = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if "TIMESTAMP" in str(column.type)
    ]
    assert len(times) > 30
    assert all(column.type.timezone for column in times)  # type: ignore[attr-defined]


def test_geometry_is_in_degrees_of_the_world() -> None:
    shapes = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if type(column.type).__name__ == "Geometry"
    ]
    assert len(shapes) >= 7
    assert {column.type.srid for column in shapes} == {4326}  # type: ignore[attr-defined]

"""Municipalities as maps draw them."""

from typing import Any

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from layers import shapes
from layers.shapes import ShapeCache
from layers.versions import table_states


def areas(session: Session, cache: ShapeCache) -> dict[str, Any]:
    made = cache.shapes(session, table_states(session).get("boundary"))
    return {key: shapely.geometry.shape(geometry) for key, geometry in made.items()}


def redraw(session: Session, key: str, wkt: str) -> None:
    session.execute(
        text("UPDATE boundary SET geom = ST_Multi(ST_GeomFromText(:wkt, 4326)) WHERE key = :key"),
        {"wkt": wkt, "key": key},
    )


def test_neighbours_keep_a_common_border(session: Session, scene: Any) -> None:
    teeth = ", ".join(f"{152.5 + (i % 2) * 0.0005} {30 + i * 0.001}" for i in range(1, 500))
    back = ", ".join(reversed(teeth.split(", ")))
    scene.boundary("20201", "甲市")
    scene.boundary("20202", "乙町", lon=152.5)
    redraw(session, "20201", f"POLYGON((152 30, 152.5 30, {teeth}, 152.5 30.5, 152 30.5, 152 30))")
    redraw(
        session, "20202", f"POLYGON((152.5 30.5, {back}, 152.5 30, 153 30, 153 30.5, 152.5 30.5))"
    )
    made = areas(session, ShapeCache())
    one, other = made["20201"], made["20202"]
    assert shapely.get_num_coordinates(one) < 200
    assert one.intersection(other).area == pytest.approx(0, abs=1e-9)
    assert one.union(other).area == pytest.approx(0.5, rel=1e-3)


def test_islets_go_unless_there_is_nothing_else(session: Session, scene: Any) -> None:
    islet = "((151 30, 151.0005 30, 151.0005 30.0005, 151 30))"
    scene.boundary("20201", "甲市")
    scene.boundary("20203", "丙島村", lon=153)
    redraw(session, "20201", f"MULTIPOLYGON({islet}, ((152 30, 152.5 30, 152.5 30.5, 152 30)))")
    redraw(session, "20203", f"MULTIPOLYGON({islet})")
    made = areas(session, ShapeCache())
    assert made["20201"].geom_type == "Polygon"
    assert not made["20203"].is_empty


def test_a_ring_that_crosses_itself_does_not_stop_the_map(session: Session, scene: Any) -> None:
    scene.boundary("20201", "甲市")
    redraw(session, "20201", "POLYGON((152 30, 152.5 30.5, 152.5 30, 152 30.4, 152 30))")
    assert areas(session, ShapeCache())["20201"].is_valid


def test_they_are_made_once_for_each_state_of_the_table(
    session: Session, scene: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    simplify = shapes._simplified  # noqa: SLF001 - counted here

    def counted(of: Session) -> shapes.Shapes:
        made.append(1)
        return simplify(of)

    monkeypatch.setattr(shapes, "_simplified", counted)
    cache = ShapeCache()
    scene.boundary("20201", "甲市")
    assert set(areas(session, cache)) == set(areas(session, cache)) == {"20201"}
    assert len(made) == 1
    scene.boundary("20202", "乙町", lon=153)
    assert set(areas(session, cache)) == {"20201", "20202"}
    assert len(made) == 2


def test_without_boundaries_there_are_no_shapes(session: Session) -> None:
    assert areas(session, ShapeCache()) == {}

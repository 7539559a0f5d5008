"""Versions grow with every change, and a database made anew never repeats an address."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from layers.catalog import Catalog
from layers.versions import TableState, content_mark, layer_version, table_states, versions


def test_a_written_row_moves_the_layers_of_its_table(
    session: Session, scene: Any, catalog: Catalog
) -> None:
    before = versions(session, catalog)
    scene.restriction("a")
    after = versions(session, catalog)
    assert after["closures"] == before["closures"] + 1
    assert {name for name in after if after[name] != before[name]} == {"closures"}


def test_a_layer_of_several_tables_moves_with_each(
    session: Session, scene: Any, catalog: Catalog
) -> None:
    seen = [versions(session, catalog)["outages"]]
    scene.outage("a", 3)
    seen.append(versions(session, catalog)["outages"])
    scene.boundary("20201", "甲市")
    seen.append(versions(session, catalog)["outages"])
    assert seen == sorted(set(seen))


def test_rasters_have_no_version_of_tables(session: Session, catalog: Catalog) -> None:
    assert "relief" not in versions(session, catalog)


def test_tile_versions_grow_and_differ_between_databases(
    session: Session, scene: Any, catalog: Catalog
) -> None:
    roads = catalog.get("roads")
    scene.road("a", "152 30, 152.1 30")
    state = table_states(session)["road_link"]
    first = layer_version(roads, {"road_link": state})
    elsewhere = TableState(state.version, state.changed_at + timedelta(seconds=1))
    assert layer_version(roads, {"road_link": elsewhere}) != first
    later = TableState(state.version + 1, state.changed_at)
    assert layer_version(roads, {"road_link": later}) > first
    assert first < 2**53  # whole in JavaScript too


def test_a_changed_definition_has_other_addresses(catalog: Catalog) -> None:
    roads = catalog.get("roads")
    other = roads.model_copy(update={"sql": f"{roads.sql} "})
    assert layer_version(roads, {}) != layer_version(other, {})


def test_asking_a_source_is_no_new_content(now: datetime, catalog: Catalog) -> None:
    def mark(**table_versions: int) -> tuple[int, ...]:
        tables = {name: TableState(of, now) for name, of in table_versions.items()}
        return content_mark(catalog.get("closures"), tables)

    assert mark(restriction=3, source_state=1) == mark(restriction=3, source_state=2)
    assert mark(restriction=3, source_state=1) != mark(restriction=4, source_state=1)

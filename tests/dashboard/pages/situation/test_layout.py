"""The situation page as it opens."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import dash_ag_grid as dag
import dash_leaflet as dl
import dash_mantine_components as dmc

import dashboard
from dashboard.components.wiring import Desk
from dashboard.pages.situation.ids import SituationId as Id
from dashboard.pages.situation.layout import chosen_in, grid_words, page


def test_a_shared_link_opens_with_its_thing_chosen() -> None:
    assert chosen_in("?see=rivers:a%3A1") == {"layer": "rivers", "id": "a:1"}
    assert chosen_in("?see=rivers") is None
    assert chosen_in("?see=rivers:") is None
    assert chosen_in("") is None


def test_every_layer_but_the_base_map_has_a_switch(desk: Desk, find: Any) -> None:
    switches = find(page(desk, ""), lambda part: isinstance(part, dmc.Switch))
    names = {switch.id["layer"] for switch in switches}
    assert names == {layer.id for layer in desk.services.ask.catalogue()} - {"relief"}


def test_the_page_has_one_map_and_knows_its_layers(desk: Desk, find: Any) -> None:
    screen = page(desk, "")
    (map_,) = find(screen, lambda part: isinstance(part, dl.Map))
    assert map_.id == Id.MAP
    data = screen.to_plotly_json()["props"]
    live = json.loads(data["data-layers"])
    assert "rivers" in live
    assert "relief" not in live
    assert json.loads(data["data-ids"])["grid"] == Id.GRID


def test_without_layers_the_page_says_where_to_look(
    desk: Desk, asked: Any, words_of: Callable[..., str]
) -> None:
    asked.listed = []
    text = words_of(page(desk, ""))
    assert "表示できるレイヤがありません" in text
    assert "情報源" in text


def base_choices(desk: Desk, find: Any) -> list[str]:
    radios = find(page(desk, ""), lambda part: isinstance(part, dmc.Radio))
    return [radio.value for radio in radios]


def test_a_drill_offers_no_outside_tiles(desk: Desk, find: Any) -> None:
    assert base_choices(desk, find) == ["auto", "photo", "relief", "none"]
    closed = Desk(replace(desk.services, gsi_tiles=False), desk.viewer)
    assert base_choices(closed, find) == ["relief", "none"]


def test_rivers_are_the_first_table(desk: Desk, find: Any) -> None:
    (tabs,) = find(page(desk, ""), lambda part: getattr(part, "id", None) == Id.TABLE_LAYER)
    assert tabs.value == "rivers"
    assert [tab["value"] for tab in tabs.data][:2] == ["rivers", "rain"]


def test_the_grid_speaks_the_viewers_language(desk: Desk, english_desk: Desk) -> None:
    assert grid_words(desk.word)["noRowsToShow"] == "該当なし"
    assert grid_words(english_desk.word)["contains"] == "contains"


def test_the_exported_table_goes_through_the_guard_against_formulas(desk: Desk, find: Any) -> None:
    (grid,) = find(page(desk, ""), lambda part: isinstance(part, dag.AgGrid))
    guard = grid.dashGridOptions["defaultCsvExportParams"]["processCellCallback"]["function"]
    name = guard.partition("(")[0]
    script = (Path(dashboard.__file__).parent / "assets/desk/clientside.js").read_text("utf-8")
    assert f"formats.{name} = " in script

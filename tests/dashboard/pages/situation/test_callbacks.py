"""What the situation page answers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dashboard.components.wiring import Desk
from dashboard.pages.situation.callbacks import choose_base, find, open_detail, show_table
from dashboard.services import Hit

RIVER = {"layer": "rivers", "id": "11"}


def test_nothing_chosen_shows_how_to_choose(desk: Desk, words_of: Callable[..., str]) -> None:
    content, name = open_detail(desk, None, 0, None)
    assert name == "drawer drawer-empty"
    assert "地図か一覧から選ぶと" in words_of(content)


def test_what_is_chosen_opens(desk: Desk, words_of: Callable[..., str]) -> None:
    content, name = open_detail(desk, RIVER, 0, None)
    assert name == "drawer drawer-open"
    assert "三島橋" in words_of(content)


def test_what_is_gone_says_so(desk: Desk, words_of: Callable[..., str]) -> None:
    content, name = open_detail(desk, {"layer": "rivers", "id": "99"}, 0, None)
    assert name == "drawer drawer-gone"
    assert "解除されたか" in words_of(content)


def test_the_past_is_asked_for_when_the_past_is_looked_at(desk: Desk, asked: Any) -> None:
    open_detail(desk, RIVER, 0, "2026-07-02T05:00:00+00:00")
    open_detail(desk, RIVER, 0, None)
    assert [moment and moment.isoformat() for moment in asked.moments] == [
        "2026-07-02T05:00:00+00:00", None,
    ]  # fmt: skip


def test_an_export_names_layer_and_time(desk: Desk) -> None:
    columns, how = show_table(desk, "rivers")
    assert columns
    assert how == {"fileName": "hinomi_rivers_20260703_1405.csv"}


def test_an_export_of_a_drill_says_so_in_name_and_content(drill_desk: Desk) -> None:
    _, how = show_table(drill_desk, "rain")
    assert how["fileName"].startswith("訓練_hinomi_rain_")
    assert how["prependContent"].startswith("これは訓練です")


def test_a_search_lists_what_it_found_with_its_place(desk: Desk, asked: Any) -> None:
    asked.hits.append(
        Hit(layer="rivers", id="11", name="三島橋", detail="三島川", lon=1.5, lat=2.5)
    )
    (button,) = find(desk, " 三島 ")
    props = button.to_plotly_json()["props"]
    assert props["data-see"] == "rivers:11"
    assert (props["data-lon"], props["data-lat"]) == ("1.5", "2.5")


def test_a_search_without_result_says_so(desk: Desk, words_of: Callable[..., str]) -> None:
    assert "「どこにもない」に当たるものはありません" in words_of(find(desk, "どこにもない"))


def test_an_empty_search_shows_nothing(desk: Desk) -> None:
    assert find(desk, "  ") == []
    assert find(desk, None) == []


def test_photographs_come_only_where_outside_tiles_are_allowed(desk: Desk) -> None:
    (tiles,) = choose_base(desk, "photo")
    assert "seamlessphoto" in tiles.url
    assert choose_base(desk, "relief") == []
    closed = Desk(replace(desk.services, gsi_tiles=False), desk.viewer)
    assert choose_base(closed, "photo") == []

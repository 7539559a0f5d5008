"""The frame: incident, drill bands, pages, who is signed in."""

import json
from collections.abc import Callable
from typing import Any

from dash import html

from dashboard.app import page_list
from dashboard.components.wiring import Desk
from dashboard.shell import browser_settings, frame, rail, show_page, top_line

Words = Callable[[object], str]


def test_the_incident_and_the_clock_stand_in_the_top_line(desk: Desk, words_of: Words) -> None:
    text = words_of(top_line(desk))
    assert "火見島 豪雨" in text
    assert "災害対策本部 第2配備" in text
    assert "14:05:32" in text
    assert "訓練" not in text


def test_a_drill_is_said_on_every_page(drill_desk: Desk, words_of: Words, find: Any) -> None:
    screen = frame(drill_desk, page_list())
    assert "訓練" in words_of(screen)
    assert find(screen, lambda part: getattr(part, "className", "") == "hatch")


def test_without_an_incident_the_line_says_so(desk: Desk, asked: Any, words_of: Words) -> None:
    asked.disaster = None
    assert "災害の登録なし 登録する" in words_of(top_line(desk))


def test_the_rail_lists_every_page_with_its_word(desk: Desk, words_of: Words) -> None:
    assert words_of(rail(desk.word, page_list())).split() == ["状況", "情報源", "大画面"]


def test_the_role_is_named_in_the_viewers_language(english_desk: Desk, words_of: Words) -> None:
    assert "Prefecture administrator" in words_of(top_line(english_desk))


def test_an_address_opens_its_page(desk: Desk) -> None:
    page = show_page(desk, "/app/sources", "", page_list())
    assert isinstance(page, html.Div)
    assert page.className == "sources"


def test_the_root_opens_the_situation_with_or_without_its_slash(desk: Desk) -> None:
    for path in ("/app/", "/app", None):
        page = show_page(desk, path, None, page_list())
        assert isinstance(page, html.Div)
        assert page.className == "situation"


def test_an_unknown_address_has_a_sentence_and_a_way_on(desk: Desk, words_of: Words) -> None:
    text = words_of(show_page(desk, "/app/nowhere", "", page_list()))
    assert "この画面はありません" in text
    assert "状況の画面へ" in text


def test_the_browser_learns_world_time_and_words(desk: Desk) -> None:
    told = browser_settings(desk)
    assert json.loads(told["world"])["speed"] == 1
    assert json.loads(told["words"])["live"] == "現在"
    assert json.loads(told["shell-ids"])["clock"] == "shell-clock"


def test_the_page_holds_the_sentence_for_a_lost_line(desk: Desk, find: Any) -> None:
    (page,) = find(frame(desk, page_list()), lambda part: isinstance(part, html.Main))
    assert page.to_plotly_json()["props"]["data-lost"].startswith("接続が切れています")

"""Designed states have a sentence and, where there is one, a next step."""

from collections.abc import Callable
from typing import Any

from dash import html

from dashboard.components.notices import empty_state, notice


def test_an_empty_state_says_what_to_do_next(words_of: Callable[..., str], find: Any) -> None:
    state = empty_state("ありません。", ("状況へ", "/app/"))
    assert words_of(state).split() == ["ありません。", "状況へ"]
    assert [link.href for link in find(state, lambda part: isinstance(part, html.A))] == ["/app/"]


def test_a_refusal_stays_longer_than_a_confirmation() -> None:
    refused, done = notice("a", "できません。", "bad"), notice("b", "しました。", "good")
    assert refused["message"] == "できません。"
    assert refused["autoClose"] > done["autoClose"]

"""The table of sources: worst first, in words, with what may be done."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from dashboard.components.wiring import Desk
from dashboard.pages.sources.table import kind_word, source_row, sources_table, summary, worst_first


def test_what_needs_a_person_stands_on_top(make_source: Any) -> None:
    states = ("ok", "off", "silent", "late", "failing", "never")
    ordered = worst_first([make_source(state, state) for state in states])
    assert [status.state for status in ordered] == [
        "failing", "silent", "never", "late", "ok", "off",
    ]  # fmt: skip


def row_text(desk: Desk, status: Any, now: datetime, words_of: Callable[..., str]) -> str:
    return " ".join(words_of(source_row(desk, status, now)).split())


def test_a_silent_source_says_how_long_and_why(
    desk: Desk, make_source: Any, now: datetime, words_of: Any
) -> None:
    status = make_source(
        "roads", "silent", last_success_at=now - timedelta(minutes=130), failures=7,
        last_error="HTTP 503",
    )  # fmt: skip
    text = row_text(desk, status, now, words_of)
    assert "◍ 途絶" in text
    assert "途絶 2時間10分" in text
    assert "連続7回: HTTP 503" in text


def test_counts_are_words_and_unknown_kinds_keep_their_code(desk: Desk) -> None:
    assert kind_word(desk.word, "closure") == "規制"
    assert kind_word(desk.word, "meteor") == "meteor"


def test_a_source_that_never_reported_has_no_age(
    desk: Desk, make_source: Any, now: datetime, words_of: Any
) -> None:
    status = make_source("x", "never", last_success_at=None, newest_observed_at=None, counts={})
    text = row_text(desk, status, now, words_of)
    assert "報告なし" in text
    assert "なし なし 0" in text


def test_an_agreement_that_is_needed_is_said(
    desk: Desk, make_source: Any, now: datetime, words_of: Any
) -> None:
    text = row_text(desk, make_source("x", "off", permission="電力会社の承諾"), now, words_of)
    assert "要取り決め: 電力会社の承諾" in text


def switch(desk: Desk, status: Any, now: datetime, find: Any) -> dict[str, Any]:
    (found,) = find(
        source_row(desk, status, now), lambda part: getattr(part, "role", "") == "switch"
    )
    props: dict[str, Any] = found.to_plotly_json()["props"]
    return props


def test_the_switch_says_what_it_would_do(
    desk: Desk, make_source: Any, now: datetime, find: Any
) -> None:
    props = switch(desk, make_source("x", "ok"), now, find)
    assert props["aria-checked"] == "true"
    assert props["data-on"] == ""
    assert props["title"] == "受信を止める"
    assert switch(desk, make_source("x", "off"), now, find)["data-on"] == "1"


def test_a_viewer_sees_the_switch_greyed_with_the_reason(
    viewer_desk: Desk, make_source: Any, now: datetime, find: Any
) -> None:
    props = switch(viewer_desk, make_source("x", "ok"), now, find)
    assert props["aria-disabled"] == "true"
    assert "閲覧の権限では情報源の開始・停止はできません" in props["title"]


def test_the_summary_leaves_out_what_is_not_there(
    desk: Desk, make_source: Any, words_of: Callable[..., str]
) -> None:
    said = words_of(summary(desk.word, [make_source("a", "ok"), make_source("b", "late")])).split()
    assert said == ["◔", "遅れ", "1", "●", "正常", "1"]


@pytest.mark.parametrize("state", ["ok", "late", "silent", "failing", "off", "never"])
def test_every_state_has_a_row(desk: Desk, make_source: Any, now: datetime, state: str) -> None:
    table = sources_table(desk, [make_source("x", state)], now)
    assert table.children[1].children[0].className == f"source source-{state}"

"""The drawer of refused rows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from dash import html

from dashboard.components.wiring import Desk
from dashboard.pages.sources.quarantine import quarantine_drawer


def buttons(tree: object, find: Any) -> list[dict[str, Any]]:
    found = find(tree, lambda part: isinstance(part, html.Button))
    return [button.to_plotly_json()["props"] for button in found]


def test_a_row_says_why_where_and_how_often(
    desk: Desk, tended: Any, now: datetime, words_of: Callable[..., str]
) -> None:
    text = words_of(quarantine_drawer(desk, "題", tended.rows, 12, now))
    for part in (
        "緯度が読めません。",
        "bad_position",
        "hour.json items[3]",
        "2回",
        "14:04",
        '"三十"',
    ):
        assert part in text
    assert "全12件" in text


def test_rows_can_be_retried_singly_and_together(
    desk: Desk, tended: Any, now: datetime, find: Any
) -> None:
    told = buttons(quarantine_drawer(desk, "題", tended.rows, 1, now), find)
    asked = [(one["data-ask"], one.get("data-rows")) for one in told]
    assert asked == [("shut", None), ("retry", "5"), ("retry", "5"), ("dismiss", "5")]
    assert not any(one.get("disabled") for one in told)


def test_a_viewer_sees_the_rows_and_why_nothing_can_be_done(
    viewer_desk: Desk, tended: Any, now: datetime, find: Any, words_of: Callable[..., str]
) -> None:
    drawer = quarantine_drawer(viewer_desk, "題", tended.rows, 1, now)
    assert "閲覧の権限では" in words_of(drawer)
    assert all(one["disabled"] for one in buttons(drawer, find) if one["data-ask"] != "shut")


def test_no_rows_is_said(desk: Desk, now: datetime, words_of: Callable[..., str]) -> None:
    assert "隔離した行はありません" in words_of(quarantine_drawer(desk, "題", [], 0, now))

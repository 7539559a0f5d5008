"""The drawer: always name, state, age and source, numbers, chart, history, actions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from dash import dcc

from dashboard.components.wiring import Desk
from dashboard.pages.situation.detail import detail
from dashboard.services import Event, Feature


def test_the_order_is_always_the_same(
    desk: Desk, asked: Any, now: datetime, words_of: Callable[..., str], find: Any
) -> None:
    drawer = detail(desk, asked.features[("rivers", "11")], now)
    text = words_of(drawer)
    marks = [
        "三島橋",
        "正常",
        "5分前",
        "出典：河川水位の提供者",
        "5.82",
        "過去24時間",
        "経過",
        "リンクをコピー",
    ]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert len(find(drawer, lambda part: isinstance(part, dcc.Graph))) == 1


def test_a_station_without_values_says_so(
    desk: Desk, asked: Any, now: datetime, words_of: Callable[..., str]
) -> None:
    asked.series.clear()
    text = words_of(detail(desk, asked.features[("rivers", "11")], now))
    assert "過去24時間の値はありません" in text


def test_what_had_not_happened_yet_is_not_in_the_history(
    desk: Desk, asked: Any, now: datetime, words_of: Callable[..., str]
) -> None:
    for number, minutes in ((1, 30), (2, 90)):
        asked.told.append(
            Event(
                id=number, at=now - timedelta(minutes=minutes), kind="level", severity=2,
                text=f"出来事{number}", text_en=f"event {number}", layer="rivers", feature="11",
            )
        )  # fmt: skip
    past = words_of(detail(desk, asked.features[("rivers", "11")], now - timedelta(hours=1)))
    assert "出来事2" in past
    assert "出来事1" not in past


def test_a_thing_of_an_unknown_layer_still_opens(
    desk: Desk, now: datetime, words_of: Callable[..., str]
) -> None:
    odd = Feature(layer="new", id="1", properties={"name": "新しいもの"}, lon=1.0, lat=2.0)
    text = words_of(detail(desk, odd, now))
    assert "新しいもの" in text
    assert "報告なし" in text


def test_the_english_drawer_speaks_english(
    english_desk: Desk, asked: Any, now: datetime, words_of: Callable[..., str]
) -> None:
    text = words_of(detail(english_desk, asked.features[("rivers", "11")], now))
    assert "Water level" in text
    assert "danger level" in text

"""The numbers of a thing: thresholds with distance, silence counted nowhere."""

from collections.abc import Callable
from typing import Any

import pytest

from dashboard.i18n import words
from dashboard.pages.situation.numbers import (
    closure_numbers,
    crowding_bar,
    moment_text,
    outage_numbers,
    rain_numbers,
    river_numbers,
    shelter_numbers,
    threshold_list,
    warning_numbers,
)

JA = words("ja")
RIVER: dict[str, Any] = {
    "state": "live", "value": 5.82, "level": 4, "trend": 1, "river": "三島川",
    "thresholds": {"caution": 3.0, "danger": 5.6},
}  # fmt: skip


@pytest.fixture
def said(words_of: Callable[..., str]) -> Callable[[object], str]:
    return lambda tree: " ".join(words_of(tree).split())


def test_a_river_says_level_metres_change_and_distance(said: Any) -> None:
    text = said(river_numbers(RIVER, JA))
    assert "レベル4相当 危険 水位 5.82 m" in text
    assert "↑ 上昇" in text
    assert "氾濫危険水位 5.60 m +0.22" in text


def test_a_silent_gauge_counts_in_no_level(said: Any) -> None:
    text = said(river_numbers({**RIVER, "state": "silent"}, JA))
    assert "レベル4" not in text
    assert "集計に入れていません" in text
    assert "5.82" in text
    assert "+0.22" not in text


def test_a_gauge_without_thresholds_says_so(said: Any) -> None:
    assert said(threshold_list({}, 1.0, JA)) == "基準水位は登録されていません。"


def test_only_reached_thresholds_are_marked(find: Any) -> None:
    table = threshold_list({"caution": 3.0, "danger": 5.6}, 4.0, JA)
    reached = find(table, lambda part: getattr(part, "className", "") == "reached")
    assert len(reached) == 1


def test_missing_rain_is_missing_and_dry_is_zero(said: Any) -> None:
    assert (
        said(rain_numbers({"value": None, "value_10m": 0.0}, JA))
        == "1時間雨量 欠測 10分雨量 0.0 mm"
    )


def test_a_closure_says_what_where_why_and_since_when(said: Any) -> None:
    text = said(
        closure_numbers(
            {"kind": "closed", "road_name": "県道12号", "place": None, "reason": "土砂崩れ",
             "started_at": "2026-07-02T14:40:00Z", "ended_at": None}, JA,
        )
    )  # fmt: skip
    assert "通行止め" in text
    assert "開始 7/2 23:40" in text
    assert "場所 不明" in text
    assert "終了 不明" in text


def test_a_shelter_says_crowding_people_and_room(said: Any) -> None:
    text = said(
        shelter_numbers(
            {"opening": "open", "crowding": "crowded", "headcount": 120, "capacity": 300,
             "kind": "both", "municipality": "三島町", "flags": ["no_position"]}, JA,
        )
    )  # fmt: skip
    assert "開設 混雑" in text
    assert "受入れ余地 180人" in text
    assert "位置なし" in text


def test_unknown_crowding_is_an_empty_bar_with_a_word(said: Any, find: Any) -> None:
    bar = crowding_bar(None, JA)
    assert said(bar) == "不明"
    assert not find(bar, lambda part: getattr(part, "className", "") == "on")


def test_full_is_a_full_bar(find: Any) -> None:
    assert len(find(crowding_bar("full", JA), lambda part: part.className == "on")) == 4


@pytest.mark.parametrize(
    ("qualifier", "words_"),
    [("exact", "4,120戸"), ("about", "約4,120戸"), ("under", "4,120戸未満")],
)
def test_households_are_kept_as_the_source_said_them(
    said: Any, qualifier: str, words_: str
) -> None:
    assert words_ in said(outage_numbers({"households": 4120, "qualifier": qualifier}, JA))


def test_unknown_households_are_not_zero(said: Any) -> None:
    assert "停電 不明" in said(outage_numbers({"households": None}, JA))


def test_a_warning_lists_what_is_in_force(said: Any) -> None:
    text = said(
        warning_numbers({"level": 3, "names": ["大雨警報", "洪水警報"], "headline": "警戒"}, JA)
    )
    assert "レベル3 警戒" in text
    assert "大雨警報 洪水警報" in text
    assert "発表中 なし" in said(warning_numbers({"level": 0, "names": []}, JA))


def test_a_moment_that_is_not_there_has_no_text() -> None:
    assert moment_text(None) is None

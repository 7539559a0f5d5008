"""Ages as people say them; silence keeps its own word."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.components.times import (
    age_badge,
    age_text,
    clock_text,
    interval_text,
    parse_moment,
    span_text,
)
from dashboard.i18n import words

JA, EN = words("ja"), words("en")
NOON = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0秒"), (59, "59秒"), (60, "1分"), (3599, "59分"), (3600, "1時間"), (7800, "2時間10分"),
     (86_400, "1日"), (300_000, "3日"), (-5, "0秒")],
)  # fmt: skip
def test_spans_are_said_in_the_unit_that_fits(seconds: int, said: str) -> None:
    assert span_text(JA, timedelta(seconds=seconds)) == said


def test_late_and_silent_differ_in_words() -> None:
    age = timedelta(minutes=130)
    assert age_text(JA, age, "late") == "2時間10分前"
    assert age_text(JA, age, "silent") == "途絶 2時間10分"
    assert age_text(EN, age, "silent") == "silent 2 h 10 min"


def test_the_date_stands_only_when_it_is_not_today_in_japan() -> None:
    assert clock_text(NOON, NOON) == "12:00"
    # 14:30 UTC on the 2nd is 23:30 of the 2nd in Japan; 15:30 UTC is already the 3rd.
    assert clock_text(datetime(2026, 7, 2, 14, 30, tzinfo=UTC), NOON) == "7/2 23:30"
    assert clock_text(datetime(2026, 7, 2, 15, 30, tzinfo=UTC), NOON) == "00:30"


def test_what_never_reported_says_so_and_has_no_age() -> None:
    assert age_badge(JA, None, "live", NOON).children == "報告なし"
    assert age_badge(JA, NOON, "never", NOON).children == "報告なし"


def test_a_badge_carries_what_the_browser_needs_to_keep_it_current() -> None:
    badge = age_badge(JA, NOON - timedelta(minutes=3), "ok", NOON).to_plotly_json()["props"]
    assert badge["children"] == "3分前"
    assert badge["data-at"] == "2026-07-03T02:57:00+00:00"
    assert badge["data-state"] == "ok"


def test_intervals_are_said_in_whole_units() -> None:
    said = [interval_text(JA, seconds) for seconds in (45, 90, 600, 3600, 86_400)]
    assert said == ["45秒", "90秒", "10分", "1時間", "1日"]


def test_no_text_is_no_moment() -> None:
    assert parse_moment(None) is None
    assert parse_moment("2026-07-03T03:00:00Z") == NOON

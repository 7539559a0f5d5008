"""Values for a browser."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from layers import wire


def test_a_time_leaves_in_utc_with_whole_seconds() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert wire.moment(datetime(2026, 7, 3, 14, 5, 1, 999_999, tokyo)) == "2026-07-03T05:05:01Z"


def test_no_time_is_none() -> None:
    assert wire.moment(None) is None


def test_decimals_become_whole_where_they_are_whole() -> None:
    assert wire.plain(Decimal(120)) == 120
    assert isinstance(wire.plain(Decimal(120)), int)
    assert wire.plain(Decimal("1.5")) == 1.5


def test_none_stays_none_and_zero_stays_zero() -> None:
    assert wire.encode({"missing": wire.plain(None), "dry": wire.plain(0.0)}) == (
        b'{"missing":null,"dry":0.0}'
    )


def test_a_time_inside_a_row_is_told_like_any_other() -> None:
    assert wire.plain(datetime(2026, 7, 3, tzinfo=UTC)) == "2026-07-03T00:00:00Z"

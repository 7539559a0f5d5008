"""Only the past of a series is told."""

from datetime import datetime

from drill.cuts import day_columns, observed_rows
from drill.island.timeline import JST

SERIES = "\ufeffname,2026-07-29,2026-07-30,2026-07-31\n中央,0,1,2\n".encode()
ROWS = (
    "\ufeffname,source_observed_at_jst\n"
    "朝,2026-08-03T06:00+09:00\n夜,2026-08-03T21:00+09:00\n壊,いつか\n"
).encode()


def test_days_to_come_are_left_out_until_noon() -> None:
    before = day_columns(SERIES, datetime(2026, 7, 30, 11, 59, tzinfo=JST)).decode("utf-8-sig")
    after = day_columns(SERIES, datetime(2026, 7, 30, 12, 0, tzinfo=JST)).decode("utf-8-sig")
    assert before == "name,2026-07-29\n中央,0\n"
    assert after == "name,2026-07-29,2026-07-30\n中央,0,1\n"


def test_rows_observed_later_are_left_out() -> None:
    text = observed_rows(ROWS, datetime(2026, 8, 3, 12, 0, tzinfo=JST)).decode("utf-8-sig")
    assert text == "name,source_observed_at_jst\n朝,2026-08-03T06:00+09:00\n"


def test_a_table_without_the_column_stays() -> None:
    assert observed_rows(b"a,b\n1,2\n", datetime(2026, 8, 3, tzinfo=JST)) == b"a,b\n1,2\n"
    assert day_columns(b"", datetime(2026, 8, 3, tzinfo=JST)) == b""

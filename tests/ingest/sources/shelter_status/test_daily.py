"""Series with a column per day."""

from datetime import datetime
from typing import Any

from ingest.reading import TOKYO
from ingest.records import Item, Rejected, ShelterStatus
from ingest.shelter_tables import Row
from ingest.sources.shelter_status.daily import is_series, statuses

AT = datetime(2026, 9, 12, tzinfo=TOKYO)
DAYS = ("2026-09-08", "2026-09-09", "2026-09-10")


def row(*values: str, **cells: Any) -> Row:
    given = {"shelter_name": "甲", "shelter_id": "web:1", **dict(zip(DAYS, values, strict=True))}
    return Row("row 2", given | cells, None)


def told(*rows: Row) -> list[tuple[int, str, str | None, int | None]]:
    found: list[Item] = list(statuses(iter(rows), AT))
    return [
        (item.observed_at.day, item.opening.value, item.crowding, item.headcount)
        for item in found
        if isinstance(item, ShelterStatus)
    ]


def test_marks_of_opening() -> None:
    assert told(row("0", "1", "0")) == [
        (8, "not_open", None, None), (9, "open", None, None), (10, "closed", None, None),
    ]  # fmt: skip


def test_words_of_crowding() -> None:
    assert told(row("未開設", "やや混雑", "不明")) == [
        (8, "not_open", None, None), (9, "open", "slightly", None), (10, "open", None, None),
    ]  # fmt: skip


def test_headcounts_only_where_counted() -> None:
    assert told(row("", "1", "0"), row("", "25", "")) == [
        (9, "open", None, 1), (10, "open", None, 0), (9, "open", None, 25),
    ]  # fmt: skip


def test_the_day_stands_for_its_noon() -> None:
    (item, *_) = statuses(iter([row("0", "1", "0")]), AT)
    assert isinstance(item, ShelterStatus)
    assert item.observed_at == datetime(2026, 9, 8, 12, 0, tzinfo=TOKYO)
    assert item.key == "archive:web:1"


def test_one_portal_number_for_two_names_is_taken_once() -> None:
    rows = [row("1", "1", "1", portal_shelter_id="7"),
            row("0", "0", "0", portal_shelter_id="7", shelter_id="web:2")]  # fmt: skip
    found = [item for item in statuses(iter(rows), AT) if isinstance(item, ShelterStatus)]
    assert [item.key for item in found] == ["portal:7"] * 3 + ["archive:web:2"] * 3


def test_rows_that_cannot_be_used() -> None:
    bad_day = Row("row 3", {"shelter_name": "甲", "2026-13-01": "1", "2026-09-09": "0"}, None)
    items = list(statuses(iter([row("1", "1", "1", shelter_name=""), bad_day]), AT))
    assert [item.reason for item in items if isinstance(item, Rejected)] == ["no_name", "bad_day"]
    assert len(items) == 3


def test_the_dialect() -> None:
    assert is_series(row("0", "1", "0"))
    assert not is_series(Row("row 2", {"shelter_name": "甲", "2026-09-08": "1"}, None))

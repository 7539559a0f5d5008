"""Lists of opened shelters."""

from datetime import datetime
from typing import Any

import pytest

from ingest.reading import TOKYO, Position
from ingest.records import Complete, Item, Rejected, ShelterOpening, ShelterStatus
from ingest.shelter_tables import Row
from ingest.sources.shelter_status.opened import archive_key, is_list, status_of, statuses

AT = datetime(2026, 9, 10, 12, 0, tzinfo=TOKYO)
CELLS: dict[str, Any] = {
    "ID": "C1", "地区": "北", "名称": "甲小学校", "人数": "１８０", "時点": "令和8年9月10日午前6時",
    "所在地_市区町村": "乙市", "災害種別_洪水": "1.0",
}  # fmt: skip


def row(locator: str = "row 2", *, whole: bool = True, **cells: Any) -> Row:
    return Row(locator, CELLS | cells, Position(136.9, 37.0), whole)


def told(**cells: Any) -> ShelterStatus:
    item = status_of(row(**cells), AT)
    assert isinstance(item, ShelterStatus)
    return item


def read(*rows: Row) -> list[Item]:
    return list(statuses(iter(rows), AT))


def test_a_row_with_a_headcount() -> None:
    item = told()
    assert (item.key, item.opening, item.headcount) == ("乙市:C1", ShelterOpening.OPEN, 180)
    assert item.observed_at == datetime(2026, 9, 10, 6, 0, tzinfo=TOKYO)
    assert item.attributes == {"地区": "北"}


def test_the_time_may_stand_in_the_heading_or_nowhere() -> None:
    cells = {"名称": "甲", "人数_令和8年9月10日午後6時時点": "12"}
    item = status_of(Row("row 2", cells, None), AT)
    assert isinstance(item, ShelterStatus)
    assert item.headcount == 12
    assert item.observed_at == datetime(2026, 9, 10, 18, 0, tzinfo=TOKYO)
    assert told(時点="").observed_at == AT


def test_words_for_opening_and_crowding() -> None:
    item = told(開設状況="閉鎖", 混雑状況="混雑", 世帯数="3", 閉鎖日時="2026/9/10 5:00")
    assert (item.opening, item.crowding, item.households) == (ShelterOpening.CLOSED, "crowded", 3)
    assert item.closed_at == datetime(2026, 9, 10, 5, 0, tzinfo=TOKYO)
    assert told(人数="").headcount is None


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ({"shelter_id": "ref:E4320400025111"}, "E4320400025111"),
        ({"shelter_id": "web:ab"}, "archive:web:ab"),
        ({"shelter_id": "web:ab", "portal_shelter_id": "7"}, "portal:7"),
        ({"ID": "C1", "市町村名": "乙市"}, "乙市:C1"),
    ],
)
def test_keys(cells: dict[str, str], key: str) -> None:
    assert archive_key(cells) == key


def test_a_list_of_one_time_is_whole_for_its_own_kind_of_keys() -> None:
    items = read(row(), row(ID="C2"), row(portal_shelter_id="7"))
    at = datetime(2026, 9, 10, 6, 0, tzinfo=TOKYO)
    assert items[3:] == [
        Complete(kind="shelter_status", observed_at=at, scope="portal:"),
        Complete(kind="shelter_status", observed_at=at, scope="乙市:"),
    ]
    gsi = read(row(shelter_id="ref:E4320400025111"))
    assert isinstance(gsi[-1], Complete)
    assert gsi[-1].scope == "E43"


def test_a_series_and_a_list_cut_off_are_not_whole() -> None:
    series = read(row(), row(時点="令和8年9月11日午前6時"))
    assert [type(item) for item in series] == [ShelterStatus, ShelterStatus]
    items = read(row(), row("row 3", whole=False, 人数="1"))
    assert [item.reason for item in items if isinstance(item, Rejected)] == ["cut_off"]
    assert not [item for item in items if isinstance(item, Complete)]


def test_rows_that_cannot_be_used() -> None:
    items = read(row(名称=""), row(人数="多数"), row(人数="-3"))
    assert [item.reason for item in items if isinstance(item, Rejected)] == [
        "no_name", "bad_headcount", "bad_headcount",
    ]  # fmt: skip


def test_the_dialect() -> None:
    assert is_list(row())
    assert is_list(Row("row 2", {"名称": "甲", "人数_令和8年": "1"}, None))
    assert not is_list(Row("row 2", {"名称": "甲", "想定収容人数": "5"}, None))

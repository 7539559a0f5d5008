"""Outages out of CSV without header: dialects, doubts, and when absence means restored."""

from datetime import UTC, datetime

import pytest

from ingest.records import Complete, Item, Outage, Rejected
from ingest.source import Payload, UnreadableError
from ingest.sources.power_hokuriku.rows import households_of, outage_rows

FETCHED = datetime(2026, 9, 10, 3, 2, tzinfo=UTC)
ROW = "2026/09/10 11:40,992010011,架空県,架空市,架空町,約 60 戸,調査中,復旧未定,復旧作業中"


def read(content: str | bytes, name: str = "current.csv", encoding: str = "utf-8") -> list[Item]:
    raw = content if isinstance(content, bytes) else content.encode(encoding)
    return list(outage_rows(Payload(name=name, content=raw, fetched_at=FETCHED)))


def test_one_outage_and_completeness() -> None:
    outage, complete = read(ROW + "\n")
    assert outage == Outage(
        key="992010011:202609101140",
        utility="北陸電力送配電",
        area_name="架空町",
        municipality_name="架空市",
        municipality_code="99201",
        households=60,
        households_text="約 60 戸",
        qualifier="about",
        occurred_at=datetime.fromisoformat("2026-09-10T11:40:00+09:00"),
        outlook="復旧未定",
        cause="調査中",
        observed_at=FETCHED,
        attributes={"prefecture": "架空県", "state": "復旧作業中", "area_code": "992010011"},
    )
    assert complete == Complete(kind="outage", observed_at=FETCHED)


def test_the_time_stands_in_the_name() -> None:
    items = read(ROW + "\n", "power/202609101200.csv")
    at = datetime.fromisoformat("2026-09-10T12:00:00+09:00")
    assert [getattr(item, "observed_at", None) for item in items] == [at, at]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_encodings(encoding: str) -> None:
    outage = read(ROW + "\r\n", encoding=encoding)[0]
    assert isinstance(outage, Outage)
    assert outage.municipality_name == "架空市"


@pytest.mark.parametrize(
    ("text", "households", "qualifier"),
    [
        ("10 戸未満", 10, "under"),
        ("１０　戸未満", 10, "under"),
        ("約 60 戸", 60, "about"),
        ("約１，２３０戸", 1230, "about"),
        ("905軒", 905, "exact"),
        ("0", 0, "exact"),
        ("調査中", None, "exact"),
        (None, None, "exact"),
        ("約 60 戸 99", None, "exact"),
    ],
)
def test_households(text: str | None, households: int | None, qualifier: str) -> None:
    assert households_of(text) == (households, qualifier)


def test_incidents_of_one_town_and_minute_are_told_apart() -> None:
    items = read(f"{ROW}\n{ROW.replace('約 60', '約 20')}\n{ROW.replace('11:40', '11:55')}\n")
    assert [item.key for item in items if isinstance(item, Outage)] == [
        "992010011:202609101140",
        "992010011:202609101140:2",
        "992010011:202609101155",
    ]


def test_an_empty_list_says_that_all_is_restored() -> None:
    assert read("\n") == [Complete(kind="outage", observed_at=FETCHED)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("2026/09/10 11:40,992010011,架空県", "bad_columns"),
        (ROW.replace("992010011", "99201"), "bad_area"),
        (ROW.replace("架空県", "縺ゅｊ"), "bad_area"),
        (ROW.replace("2026/09/10 11:40", "昨夜"), "bad_time"),
    ],
)
def test_a_bad_row_is_kept_and_then_nothing_is_taken_for_restored(bad: str, reason: str) -> None:
    items = read(f"{ROW}\n{bad}\n")
    assert [item.label for item in items] == ["outage", "rejected"]
    rejected = items[1]
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.locator) == (reason, "row 2")


def test_a_list_cut_short_ends_nothing() -> None:
    assert [item.label for item in read(f"{ROW}\n{ROW[:-2]}")] == ["outage", "outage"]


def test_a_restored_outage_says_so() -> None:
    outage = read(ROW.replace("復旧作業中", "復旧済み") + "\n")[0]
    assert isinstance(outage, Outage)
    assert outage.restored


@pytest.mark.parametrize(
    "content", ["<html><body>ただいま混み合っています</body></html>", "a,b\n1,2\n", b"\xff\x00\xfd"]
)
def test_another_page_is_no_list(content: str | bytes) -> None:
    with pytest.raises(UnreadableError):
        read(content)

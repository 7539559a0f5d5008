"""Text, numbers, times, JSON and CSV from outside."""

from datetime import UTC, datetime

import pytest

from ingest.reading import (
    RAW_CHARACTERS,
    TEXT_CHARACTERS,
    csv_header,
    csv_rows,
    folded,
    json_of,
    municipality_code_of,
    number_of,
    observed_at_of,
    position_of,
    rejected,
    text_of,
    time_in_name,
    time_of,
    trimmed,
    whole_number_of,
    without,
)
from ingest.source import Payload, UnreadableError

FETCHED = datetime(2026, 9, 10, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_text_in_every_encoding_that_occurs(encoding: str) -> None:
    assert text_of("避難所,名称".encode(encoding)) == "避難所,名称"


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(UnreadableError):
        text_of(b"\x81\x00\xff\xfe\x80")


def test_text_that_broke_off_inside_a_character() -> None:
    assert text_of("避難所,名称".encode()[:-1]) == "避難所,名"


def test_blanks_and_spellings() -> None:
    assert trimmed("\u3000 市役所 \n") == "市役所"
    assert trimmed(" \u3000") is None
    assert trimmed({"a": 1}) is None
    assert folded("１００−１　ヶ丘") == "100-1ケ丘"


@pytest.mark.parametrize(
    ("given", "number"),
    [("１，２３４", 1234.0), ("3.5", 3.5), (7, 7.0), (True, None), ("", None), ("12人", None),
     ("nan", None), (float("inf"), None), (10**400, None), ("1e5", 1e5), (None, None)],
)  # fmt: skip
def test_numbers(given: object, number: float | None) -> None:
    assert number_of(given) == number


def test_whole_numbers() -> None:
    assert [whole_number_of(v) for v in ("180", "180.0", "１８０人", "12.5", "約60", None)] == [
        180, 180, 180, None, None, None,
    ]  # fmt: skip


def test_positions_lie_in_japan() -> None:
    assert position_of("130.5", 32) == (130.5, 32.0)
    assert position_of(32, 130.5) is None
    assert position_of(130.5, 999) is None


@pytest.mark.parametrize(
    ("given", "code"),
    [("431001", "43100"), (43100, "43100"), ("8201", "08201"), ("082015", "08201"),
     ("01100", "01100"), ("48999", None), ("x", None), ("0", None), (172022.0, "17202")],
)  # fmt: skip
def test_municipality_codes(given: object, code: str | None) -> None:
    assert municipality_code_of(given) == code


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026/7/28/16:27", "2026-07-28T16:27:00+09:00"),
        ("2026/7/28 17:40", "2026-07-28T17:40:00+09:00"),
        ("2026-08-21 15:30:00", "2026-08-21T15:30:00+09:00"),
        ("2026-08-03T06:00+09:00", "2026-08-03T06:00:00+09:00"),
        ("2026-08-03T06:00:00Z", "2026-08-03T06:00:00+00:00"),
        ("2026-08-23T03:12:44.047345", "2026-08-23T03:12:44.047345+09:00"),
        ("令和６年１月９日午後６時時点", "2024-01-09T18:00:00+09:00"),
        ("令和6年7月2日正午", "2024-07-02T12:00:00+09:00"),
        ("令和元年5月1日午前0時5分", "2019-05-01T00:05:00+09:00"),
        ("2026年7月28日 午後5時半", "2026-07-28T17:30:00+09:00"),
        ("2026/7/28 24:00", "2026-07-29T00:00:00+09:00"),
        ("2026-07-31", "2026-07-31T00:00:00+09:00"),
    ],
)
def test_times(text: str, iso: str) -> None:
    assert time_of(text) == datetime.fromisoformat(iso)


@pytest.mark.parametrize(
    "text", ["", "7月28日", "2026/13/1", "2026/2/30 10:00", "調査中", "9" * 300]
)
def test_times_that_are_none(text: str) -> None:
    assert time_of(text) is None


@pytest.mark.parametrize(
    ("name", "iso"),
    [
        ("2608041600data.zip", "2026-08-04T16:00:00+09:00"),
        ("a/open_2024-01-09-1800.csv", "2024-01-09T18:00:00+09:00"),
        ("shelters-20260805-1156.json", "2026-08-05T11:56:00+09:00"),
        ("designated-20260730.geojson", "2026-07-30T00:00:00+09:00"),
    ],
)
def test_times_in_names(name: str, iso: str) -> None:
    assert time_in_name(name) == datetime.fromisoformat(iso)


@pytest.mark.parametrize("name", ["latest.zip", "0cb17d847e47690ffedce.json", "9913991399.csv"])
def test_names_without_a_time(name: str) -> None:
    assert time_in_name(name) is None


def test_a_payload_is_as_old_as_its_name_its_member_or_its_fetch() -> None:
    named = Payload(name="2608041600data.zip", content=b"", fetched_at=FETCHED)
    bare = Payload(name="latest.zip", content=b"", fetched_at=FETCHED)
    assert observed_at_of(named) == datetime.fromisoformat("2026-08-04T16:00+09:00")
    assert observed_at_of(bare) == FETCHED
    # Fetched at 12:00 in Japan (03:00 UTC).
    tokyo = datetime.fromisoformat("2026-09-10T11:50+09:00")
    assert observed_at_of(bare, "x.geojson", tokyo) == tokyo
    utc = datetime.fromisoformat("2026-09-10T02:50+09:00")
    assert observed_at_of(bare, "x.geojson", utc) == datetime.fromisoformat("2026-09-10T02:50Z")
    assert observed_at_of(bare, "x.geojson", datetime(1980, 1, 1, tzinfo=UTC)) == FETCHED


def test_json_in_cp932_and_what_is_none() -> None:
    assert json_of('{"名称": "橋"}'.encode("cp932")) == {"名称": "橋"}
    assert json_of(b"\xef\xbb\xbf[1]") == [1]
    for broken in (b"{", b"", b"<html>", b"[" * 100_000):
        with pytest.raises(UnreadableError):
            json_of(broken)


def test_the_header_stands_alone() -> None:
    assert csv_header("\ufeffID, 名称 ,\n".encode()) == ["ID", "名称", ""]
    assert list(csv_rows(b"ID,a\n")) == []


def test_csv_rows_carry_their_line() -> None:
    content = '\ufeffID,名称\r\n1,"A\nB"\r\n\r\n,\r\n2,C\r\n'.encode()
    assert list(csv_rows(content)) == [
        (3, {"ID": "1", "名称": "A\nB"}),
        (6, {"ID": "2", "名称": "C"}),
    ]


@pytest.mark.parametrize("content", [b"", b"\n", b"a,b\n" + b'"' + b"x" * 1_100_000])
def test_csv_that_is_none(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        list(csv_rows(content))


def test_rejected_rows_keep_no_more_than_quarantine_takes() -> None:
    row = rejected("bad", "だめです。", "row 1", {"名称": "橋" * 9_000, "at": FETCHED})
    assert len(row.raw) == RAW_CHARACTERS
    assert row.raw.startswith('{"名称":"橋')
    assert rejected("bad", "だめです。", "row 1", "a\0b").raw == "ab"


def test_what_no_field_holds() -> None:
    row = {"a": 1, "b": "", "_color": "#fff", "c": None, "d": 0}
    assert without(row, "a") == {"d": 0}


def test_a_value_longer_than_any_screen_is_cut() -> None:
    assert len(trimmed("長" * 1_000_000) or "") == TEXT_CHARACTERS

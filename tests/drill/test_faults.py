"""Bad days of a source."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from drill.answer import CSV, JSON, FeedAnswer, Hang, found
from drill.faults import SKEW, TITLES, Fault, apply, world_at
from drill.island.timeline import START

ITEMS = found(orjson.dumps({"items": [{"名": "一"}, {"名": "二"}], "total": 2}), JSON, START)
TABLE = found("\ufeff名称,緯度\n小学校,30.5\n".encode(), CSV, START)


def applied(fault: Fault, answer: FeedAnswer) -> FeedAnswer:
    result = apply(fault, answer)
    assert isinstance(result, FeedAnswer)
    return result


def test_no_fault_changes_nothing() -> None:
    assert apply(None, ITEMS) is ITEMS


def test_silence_hangs_even_where_there_is_nothing() -> None:
    assert isinstance(apply(Fault.SILENCE, FeedAnswer(status=404)), Hang)


def test_an_error_hides_the_content() -> None:
    answer = applied(Fault.ERROR, ITEMS)
    assert answer.status == 500
    assert answer.etag is None
    assert b"items" not in answer.content


def test_slow_answers_are_whole() -> None:
    answer = applied(Fault.SLOW, ITEMS)
    assert answer.slow_s > 0
    assert answer.content == ITEMS.content


def test_truncated_json_cannot_be_read() -> None:
    answer = applied(Fault.TRUNCATED, ITEMS)
    assert ITEMS.content.startswith(answer.content)
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(answer.content)


def test_wrong_encoding_is_cp932() -> None:
    answer = applied(Fault.WRONG_ENCODING, TABLE)
    assert answer.content.decode("cp932").startswith("名称,緯度")
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")


def test_wrong_encoding_scrambles_what_is_no_text() -> None:
    raw = replace(ITEMS, content=bytes(range(256)))
    assert applied(Fault.WRONG_ENCODING, raw).content != raw.content


def test_duplicates_in_json_csv_and_atom() -> None:
    doubled = orjson.loads(applied(Fault.DUPLICATES, ITEMS).content)
    assert [item["名"] for item in doubled["items"]] == ["一", "二", "一", "二"]
    assert applied(Fault.DUPLICATES, TABLE).content.decode("utf-8-sig").count("小学校") == 2
    feed = replace(ITEMS, content=b"<feed><entry>1</entry></feed>")
    assert applied(Fault.DUPLICATES, feed).content.count(b"<entry>") == 2


def test_a_skewed_clock_is_ahead() -> None:
    assert world_at(Fault.CLOCK_SKEW, START) == START + SKEW
    assert world_at(Fault.SLOW, START) == START
    assert applied(Fault.CLOCK_SKEW, ITEMS).last_modified == START + SKEW
    assert timedelta(hours=1) < SKEW


def test_renamed_columns_keep_the_frame() -> None:
    renamed = orjson.loads(applied(Fault.RENAMED_COLUMNS, ITEMS).content)
    assert renamed["items"][0] == {"名_v2": "一"}
    head = applied(Fault.RENAMED_COLUMNS, TABLE).content.decode("utf-8-sig").splitlines()[0]
    assert head == "名称_新,緯度_新"


def test_a_spoilt_answer_has_a_tag_of_its_own() -> None:
    for fault in (Fault.TRUNCATED, Fault.WRONG_ENCODING, Fault.DUPLICATES, Fault.RENAMED_COLUMNS):
        assert applied(fault, ITEMS).etag != ITEMS.etag


def test_every_fault_has_a_japanese_name() -> None:
    assert set(TITLES) == set(Fault)

"""The disaster in the top line: what comes next without one, who may change it, asked back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from dash import no_update

from core.errors import InvalidError
from dashboard import incident as module
from dashboard.components.wiring import Desk
from dashboard.i18n import words
from dashboard.incident import KINDS, do_asked, kind_word, number_of, show_title, title_block
from dashboard.services import IncidentDraft
from ingest import incidents

Words = Callable[[object], str]
FIELDS = {
    "name": "令和8年7月豪雨", "kind": "flood", "began_at": "2026-07-03T06:00",
    "headquarters_name": "災害対策本部", "headquarters_level": "", "headquarters_since": "",
}  # fmt: skip
DRAFT = IncidentDraft(
    name="令和8年7月豪雨", kind="flood", began_at=datetime(2026, 7, 2, 21, tzinfo=UTC),
    headquarters_name="災害対策本部", headquarters_level="", headquarters_since=None,
)  # fmt: skip


@pytest.fixture(autouse=True)
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(module, "tell", told.append)
    return told


def test_every_kind_that_is_kept_has_a_word() -> None:
    assert KINDS == incidents.KINDS
    assert kind_word(words("ja"), "earthquake") == "地震"
    assert kind_word(words("en"), "meteor") == "meteor"


def test_the_line_names_disaster_and_headquarters(desk: Desk, words_of: Words) -> None:
    text = words_of(title_block(desk, desk.services.lead.incident()))
    assert "火見島 豪雨" in text
    assert "災害対策本部 第2配備 14:05 設置" in text


def test_without_a_disaster_the_next_step_depends_on_who_looks(
    desk: Desk, viewer_desk: Desk, words_of: Words
) -> None:
    assert words_of(title_block(desk, None)).split() == ["災害の登録なし", "登録する"]
    assert "登録は運用担当・管理者ができます" in words_of(title_block(viewer_desk, None))


def test_the_line_is_read_anew_when_the_live_line_says_so(desk: Desk, asked: Any) -> None:
    asked.disaster = replace(asked.disaster, name="台風第9号", headquarters_name=None)
    assert show_title(desk, 1) == ("台風第9号", "第2配備 14:05 設置")


def test_the_dialog_holds_what_is_known(desk: Desk, find: Any, words_of: Words) -> None:
    opened, form = do_asked(desk, {"do": "look"})
    assert opened is True
    fields = {part.name: part.value for part in find(form, lambda part: hasattr(part, "name"))}
    assert fields == {
        "name": "火見島 豪雨", "kind": "heavy_rain", "began_at": "2026-07-03T13:05",
        "headquarters_name": "災害対策本部", "headquarters_level": "第2配備",
        "headquarters_since": "2026-07-03T14:05",
    }  # fmt: skip
    assert "全員の画面の表題がすぐに変わります" in words_of(form)


def test_a_viewer_reads_it_with_the_reason_and_no_field(
    viewer_desk: Desk, asked: Any, find: Any, words_of: Words
) -> None:
    opened, told = do_asked(viewer_desk, {"do": "look"})
    assert opened is True
    assert not find(told, lambda part: hasattr(part, "name"))
    assert "閲覧の権限では災害名・体制の編集はできません。" in words_of(told)
    assert "大雨・豪雨" in words_of(told)
    asked.disaster = None
    assert "災害の登録なし" in words_of(do_asked(viewer_desk, {"do": "look"})[1])


def test_saving_registers_or_changes(desk: Desk, led: Any, said: list[str]) -> None:
    assert do_asked(desk, {"do": "save", "incident": "", "fields": FIELDS}) == (False, [])
    assert do_asked(desk, {"do": "save", "incident": "3", "fields": FIELDS}) == (False, [])
    assert led.deeds == [("suzuki", "open", DRAFT), ("suzuki", "edit", 3, DRAFT)]
    assert said == ["「令和8年7月豪雨」を登録しました。", "「令和8年7月豪雨」に変更しました。"]


def test_one_more_disaster_begins_with_an_empty_form(desk: Desk, find: Any) -> None:
    _, form = do_asked(desk, {"do": "another"})
    fields = {part.name: part.value for part in find(form, lambda part: hasattr(part, "name"))}
    assert (fields["name"], fields["began_at"]) == ("", "2026-07-03T14:05")


def test_ending_is_asked_back_first(desk: Desk, led: Any, said: list[str], words_of: Words) -> None:
    opened, question = do_asked(desk, {"do": "ask_end", "incident": "3"})
    assert opened is no_update
    assert "記録は残ります" in words_of(question)
    assert led.deeds == []
    assert do_asked(desk, {"do": "end", "incident": "3"}) == (False, [])
    assert led.deeds == [("suzuki", "close", 3)]
    assert said == ["「火見島 豪雨」への対応を終えました。"]


def test_an_end_asked_of_another_disaster_shows_the_one_that_stands(
    desk: Desk, words_of: Words
) -> None:
    _, form = do_asked(desk, {"do": "ask_end", "incident": "2"})
    assert "災害名・体制を編集する" in words_of(form)


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "9" * 10, None])
def test_a_number_that_is_none_is_refused(number: str | None) -> None:
    with pytest.raises(InvalidError):
        number_of({"incident": number})


def test_a_time_that_cannot_be_read_is_named(desk: Desk, led: Any) -> None:
    wrong = {**FIELDS, "headquarters_since": "きのう"}
    with pytest.raises(InvalidError, match="本部の設置日時を読み取れません"):
        do_asked(desk, {"do": "save", "fields": wrong})
    assert led.deeds == []


def test_no_and_nothing_change_nothing(desk: Desk, led: Any) -> None:
    assert do_asked(desk, {"do": "cancel"}) == (False, [])
    for nothing in (None, {}, {"do": "drop_table"}):
        assert do_asked(desk, nothing) == (no_update, no_update)
    assert led.deeds == []

"""What the sources page answers: nothing is switched without being asked back."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from dash import no_update

from core.errors import NotAllowedError, NotFoundError, UnavailableError
from dashboard.components.wiring import Desk
from dashboard.pages.sources import callbacks
from dashboard.pages.sources.callbacks import (
    cell,
    do_asked,
    export,
    rows_of,
    show_quarantine,
    show_sources,
)


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(callbacks, "tell", said.append)
    return said


def test_the_page_lists_the_sources(desk: Desk, words_of: Callable[..., str]) -> None:
    table, summary = show_sources(desk, None, 0, 0)
    assert "river_levels" in words_of(table)
    assert "途絶" in words_of(summary)


def test_without_sources_the_page_says_what_to_check(
    desk: Desk, tended: Any, words_of: Callable[..., str]
) -> None:
    tended.sources = []
    table, _ = show_sources(desk, None, 0, 0)
    assert "worker" in words_of(table)


def test_a_lost_database_is_an_error_the_wiring_says(desk: Desk, tended: Any) -> None:
    tended.broken = True
    with pytest.raises(UnavailableError):
        show_sources(desk, None, 0, 0)


def test_switching_is_asked_back_first(
    desk: Desk, tended: Any, words_of: Callable[..., str]
) -> None:
    opened, question, source, done = do_asked(
        desk, {"do": "switch", "source": "jma_amedas", "on": False}, 0
    )
    assert opened is True
    assert "最後の値は残りますが、新しい値は入りません" in words_of(question)
    assert source is no_update
    assert done is no_update
    assert tended.deeds == []


def test_an_agreement_is_named_before_switching_on(
    desk: Desk, tended: Any, make_source: Any, words_of: Callable[..., str]
) -> None:
    tended.sources = [make_source("power", "off", permission="電力会社の承諾")]
    _, question, _, _ = do_asked(desk, {"do": "switch", "source": "power", "on": True}, 0)
    assert "提供者との取り決めが必要です: 電力会社の承諾" in words_of(question)


def test_after_yes_the_source_is_switched_and_said(
    desk: Desk, tended: Any, told: list[str]
) -> None:
    opened, _, _, done = do_asked(
        desk, {"do": "switch_now", "source": "jma_amedas", "on": False}, 3
    )
    assert (opened, done) == (False, 4)
    assert tended.deeds == [("suzuki", "switch", "jma_amedas", False)]
    assert told == ["jma_amedasの題の受信を止めました。"]


def test_a_viewer_is_refused_before_being_asked(viewer_desk: Desk, tended: Any) -> None:
    for deed in ("switch", "switch_now"):
        with pytest.raises(NotAllowedError):
            do_asked(viewer_desk, {"do": deed, "source": "jma_amedas", "on": True}, 0)
    assert tended.deeds == []


def test_no_switches_nothing(desk: Desk, tended: Any) -> None:
    assert do_asked(desk, {"do": "cancel"}, 0)[0] is False
    assert tended.deeds == []


def test_fetching_now_is_asked_of_the_worker(desk: Desk, tended: Any) -> None:
    do_asked(desk, {"do": "run", "source": "jma_amedas"}, 0)
    assert tended.deeds == [("suzuki", "run", "jma_amedas")]


def test_a_source_that_is_not_there_is_an_error(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        do_asked(desk, {"do": "run", "source": "nothing"}, 0)


def test_an_unknown_wish_changes_nothing(desk: Desk) -> None:
    for asked in (None, {}, {"do": "drop_table"}):
        assert do_asked(desk, asked, 0) == (no_update,) * 4


def test_the_drawer_opens_and_shuts(desk: Desk, words_of: Callable[..., str]) -> None:
    assert do_asked(desk, {"do": "quarantine", "source": "river_levels"}, 0)[2] == "river_levels"
    content, name = show_quarantine(desk, "river_levels", 0)
    assert name == "drawer drawer-open"
    assert "緯度が読めません" in words_of(content)
    assert do_asked(desk, {"do": "shut"}, 0)[2] is None
    assert show_quarantine(desk, None, 0) == ([], "drawer drawer-shut")


def test_rows_are_retried_and_laid_aside(desk: Desk, tended: Any, told: list[str]) -> None:
    do_asked(desk, {"do": "retry", "rows": "5 6"}, 0)
    do_asked(desk, {"do": "dismiss", "rows": "7"}, 0)
    assert tended.deeds == [("suzuki", "retry", (5, 6)), ("suzuki", "dismiss", (7,))]
    assert told == ["2件を取り込みました。残り0件。", "1件を取り込まないことにしました。"]


def test_row_numbers_from_the_browser_are_believed_only_as_numbers() -> None:
    assert rows_of({"rows": "5 x -3 1;2 8"}) == [5, 8]
    assert rows_of({}) == []


def test_the_export_is_readable_and_says_drill(drill_desk: Desk) -> None:
    assert export(drill_desk, None) is no_update
    file = export(drill_desk, 1)
    assert isinstance(file, dict)
    assert file["filename"] == "訓練_hinomi_sources_20260703_1405.csv"
    assert file["content"].startswith("\ufeffこれは訓練です")
    rows = list(csv.reader(io.StringIO(file["content"].removeprefix("\ufeff"))))
    assert rows[1][0] == "name"
    assert rows[2][0] == "river_levels"
    assert rows[2][4] == "2026-07-03T14:02:32+09:00"


def test_no_cell_becomes_a_formula() -> None:
    assert cell("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert cell("＝HYPERLINK(1)") == "'＝HYPERLINK(1)"
    assert cell(None) == ""
    assert cell(0) == "0"


def test_numbers_of_rows_that_cannot_be_are_left_out() -> None:
    assert rows_of({"rows": "7 ² 1e3 -1 x " + "9" * 5000}) == [7]

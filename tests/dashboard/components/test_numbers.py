"""Zero, none and unknown are three different things."""

from collections.abc import Callable

from dashboard.components.numbers import fact, figure, number_text
from dashboard.i18n import words

JA = words("ja")


def test_thousands_are_separated() -> None:
    assert number_text(6210) == "6,210"
    assert number_text(5.823, 2) == "5.82"


def test_nothing_stays_nothing() -> None:
    assert number_text(None) is None
    assert number_text(0) == "0"


def test_unknown_is_said_and_carries_no_unit(words_of: Callable[..., str]) -> None:
    assert words_of(figure("水位", None, "m", JA)).split() == ["水位", "不明"]
    assert words_of(figure("水位", "0.00", "m", JA)).split() == ["水位", "0.00", "m"]


def test_a_tall_figure_spans_two_rows() -> None:
    assert figure("水位", "1", "m", JA, tall=True).className == "figure tall"


def test_a_fact_without_text_is_unknown(words_of: Callable[..., str]) -> None:
    assert words_of(fact("河川", None, JA)).split() == ["河川", "不明"]
    assert words_of(fact("河川", "三島川", JA)).split() == ["河川", "三島川"]

"""States and levels are told apart without colour."""

from collections.abc import Callable

from dashboard.components.states import ORDER, SIGNS, level_chip, state_chip
from dashboard.i18n import words

JA = words("ja")


def test_every_source_state_has_a_sign_a_word_and_a_rank(words_of: Callable[..., str]) -> None:
    said = {state: words_of(state_chip(JA, state)) for state in SIGNS}
    assert len({said[state] for state in said if state != "live"}) == len(SIGNS) - 1
    assert set(ORDER) == set(SIGNS)
    assert said["silent"].split() == ["◍", "途絶"]


def test_a_level_has_its_number_and_its_word(words_of: Callable[..., str]) -> None:
    chip = level_chip(JA, 4, river=True)
    assert words_of(chip).split() == ["レベル4相当", "危険"]
    assert "level-4" in chip.className


def test_an_alert_level_is_no_equivalent(words_of: Callable[..., str]) -> None:
    assert words_of(level_chip(JA, 3)).split() == ["レベル3", "警戒"]


def test_normal_and_unknown_are_two_things(words_of: Callable[..., str]) -> None:
    assert words_of(level_chip(JA, 0)).strip() == "平常"
    assert words_of(level_chip(JA, None)).strip() == "判定できません"

"""Every word stands in both languages, with the same gaps to fill."""

import re
import string

import pytest

from dashboard.i18n import BROWSER_KEYS, WORDS, browser_words, words


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_key_has_both_languages_with_the_same_gaps(key: str) -> None:
    japanese, english = WORDS[key]
    assert japanese
    assert english
    assert gaps(japanese) == gaps(english)


def test_english_words_hold_no_japanese() -> None:
    odd = {
        key: english
        for key, (_, english) in WORDS.items()
        if key != "other_language" and re.search(r"[ぁ-んァ-ヶ一-龠]", english)
    }
    assert not odd


def test_words_are_filled_in() -> None:
    assert words("ja")("trouble", count=3) == "受信に異常 3"
    assert words("en")("trouble", count=3) == "3 not reporting"


def test_an_unknown_key_is_an_error_not_an_empty_screen() -> None:
    with pytest.raises(KeyError):
        words("ja")("no_such_key")


def test_the_browser_gets_patterns_in_its_language() -> None:
    told = browser_words("en")
    assert set(told) == set(BROWSER_KEYS)
    assert told["past"] == "As of {time}"
    assert told["state_silent"] == "silent"

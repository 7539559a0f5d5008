"""Both languages have the same words."""

import re

from server.login_words import WORDS


def test_nothing_is_missing_in_one_language() -> None:
    assert WORDS["ja"].keys() == WORDS["en"].keys()
    assert all(text for words in WORDS.values() for text in words.values())


def test_places_to_fill_are_the_same() -> None:
    for key, text in WORDS["ja"].items():
        assert re.findall(r"\{\w*\}", text) == re.findall(r"\{\w*\}", WORDS["en"][key]), key

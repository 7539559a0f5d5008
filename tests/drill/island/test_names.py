"""Made-up names."""

import json
from pathlib import Path

import numpy as np

from drill.island.names import MUNICIPALITIES, PlaceNames, katakana


def test_no_name_is_given_twice() -> None:
    names = PlaceNames(np.random.default_rng(1))
    given = [names.settlement(coastal=n % 3 == 0).kanji for n in range(3000)]
    given += [names.river().kanji for _ in range(200)]
    assert len(set(given)) == len(given)


def test_names_have_readings_in_kana() -> None:
    names = PlaceNames(np.random.default_rng(2))
    name = names.settlement(coastal=True)
    assert all("ぁ" <= letter <= "ゖ" for letter in name.kana)
    assert katakana("ひのみ") == "ヒノミ"
    assert names.river().kanji.endswith("川")


def test_words_run_out_gracefully() -> None:
    names = PlaceNames(np.random.default_rng(3))
    rivers = [names.river().kanji for _ in range(2500)]
    assert len(set(rivers)) == 2500


def test_no_municipality_of_japan_has_such_a_name(shared_data: Path) -> None:
    path = shared_data / "shelters/jp-shelter-api/code-to-city.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    real = json.dumps(listed, ensure_ascii=False)
    taken = [
        kanji for kanji, _ in MUNICIPALITIES if any(f"{kanji}{kind}" in real for kind in "市町村")
    ]
    assert taken == []


def test_municipalities_are_distinct() -> None:
    assert len({kanji for kanji, _ in MUNICIPALITIES}) == len(MUNICIPALITIES) >= 56

"""Capacities as registers write them: a number, a number with a unit, or indoors and outdoors."""

import re
from typing import NamedTuple

from ingest.reading import folded, trimmed, whole_number_of

IMPLAUSIBLE = 20_000
"""More people than any building or ground in a register holds; larger ones are areas in m²."""
MOST = 100_000_000
_COUNT = r"(?:約|最大)?(\d{1,9})(?:人|名)?(?:程度|以上|以内|まで)?"


class Capacity(NamedTuple):
    """People; None where nothing usable is said. Indoors and outdoors where told apart."""

    people: int | None
    text: str | None
    indoors: int | None = None
    outdoors: int | None = None


def capacity_of(value: object) -> Capacity:
    """Return the capacity a cell says.

    A zero, a minus and a blank mean that it is not known. Where indoors and outdoors are told
    apart (`屋内191人／屋外0人(面積の1/2)`), people are those indoors, else those outdoors. Of a
    range the lower end counts.
    """
    text = trimmed(value)
    number = whole_number_of(value)
    if text is None or number is not None:
        return Capacity(number if number is not None and 0 < number < MOST else None, None)
    plain = folded(text).replace(",", "").replace("、", "")
    indoors, outdoors = _beside("屋内", plain), _beside("屋外", plain)
    if indoors is not None or outdoors is not None:
        return Capacity(indoors or outdoors or None, text, indoors, outdoors)
    found = re.fullmatch(rf"{_COUNT}(?:[~〜～-]\d+(?:人|名)?)?(?:\(.*\))?", plain)
    return Capacity(int(found[1]) or None if found else None, text)


def _beside(word: str, text: str) -> int | None:
    found = re.search(rf"{word}:?{_COUNT}", text)
    return int(found[1]) if found else None

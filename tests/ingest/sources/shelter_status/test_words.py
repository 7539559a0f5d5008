"""The words and codes of shelter reports."""

import pytest

from ingest.records import ShelterOpening
from ingest.sources.shelter_status.words import crowding_of, opening_of


@pytest.mark.parametrize(
    ("said", "crowding"),
    [("1", "empty"), (2, "slightly"), ("３", "crowded"), ("9", None), (None, None), ("---", None),
     ("平常", "empty"), ("やや混雑", "slightly"), ("混雑", "crowded"), ("定員一杯", "full"),
     ("不明", None)],
)  # fmt: skip
def test_crowding(said: object, crowding: str | None) -> None:
    assert crowding_of(said) == crowding


@pytest.mark.parametrize(
    ("said", "opening"),
    [("開設", "open"), ("開設中", "open"), ("未開設", "not_open"), ("閉鎖", "closed"),
     ("常設", "permanent"), ("notopen", "not_open"), ("TRUE", "open"), ("？", "unknown"),
     (None, "unknown")],
)  # fmt: skip
def test_opening(said: object, opening: str) -> None:
    assert opening_of(said) is ShelterOpening(opening)

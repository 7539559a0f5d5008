"""Crowding in four steps."""

import pytest

from evac.shelters.crowding import crowding_of


@pytest.mark.parametrize(
    ("headcount", "step"),
    [
        (0, "empty"),
        (29, "empty"),
        (30, "slightly"),
        (59, "slightly"),
        (60, "crowded"),
        (80, "full"),
    ],
)
def test_steps_by_share_of_capacity(headcount: int, step: str) -> None:
    assert crowding_of(None, headcount, 100) == step


def test_what_was_told_counts_before_what_can_be_computed() -> None:
    assert crowding_of("full", 1, 100) == "full"


def test_unknown_stays_unknown() -> None:
    assert crowding_of(None, None, 100) is None
    assert crowding_of(None, 5, 0) is None

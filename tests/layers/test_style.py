"""Official colours: their classes, and text that stays readable on them."""

import pytest

from layers.style import (
    AA_SMALL_TEXT,
    ALERT,
    DEPTH,
    RAIN,
    RIVER,
    SCALES,
    class_of,
    contrast,
    river_level,
    text_colour,
    watching,
)

THRESHOLDS = {"standby": 1.0, "caution": 2.0, "evacuation": 2.5, "danger": 3.0, "flood": 4.0}


@pytest.mark.parametrize(
    ("value", "colour"),
    [
        (120, "#B40068"), (80, "#B40068"), (79.9, "#FF2800"), (50, "#FF2800"), (30, "#FF9900"),
        (20, "#FAF500"), (10, "#0041FF"), (5, "#218CFF"), (1, "#A0D2FF"), (0.5, "#F2F2FF"),
    ],
)  # fmt: skip
def test_rain_has_the_colour_of_its_class(value: float, colour: str) -> None:
    found = class_of(value, RAIN)
    assert found is not None
    assert found.colour == colour


def test_missing_rain_has_no_class_and_neither_has_no_rain() -> None:
    assert class_of(None, RAIN) is None
    assert class_of(0.0, RAIN) is None


@pytest.mark.parametrize(
    ("background", "white", "black"),
    [  # reference/G-ui-accessibility.md G3
        ("#0C000C", 20.6, 1.0), ("#AA00AA", 6.4, 3.3), ("#FF2800", 3.8, 5.6),
        ("#F2E700", 1.3, 16.2), ("#B40068", 6.7, 3.1), ("#0041FF", 6.6, 3.2),
        ("#A0D2FF", 1.6, 13.2),
    ],
)  # fmt: skip
def test_contrast_is_that_of_the_wcag_formula(background: str, white: float, black: float) -> None:
    assert contrast(background, "#FFFFFF") == pytest.approx(white, abs=0.06)
    assert contrast(background, "#000000") == pytest.approx(black, abs=0.06)


@pytest.mark.parametrize("scale", SCALES)
def test_text_on_every_official_colour_can_be_read(scale: str) -> None:
    for entry in SCALES[scale]:
        assert contrast(entry.colour, entry.text) >= AA_SMALL_TEXT, entry


def test_level_three_red_carries_black_since_white_fails() -> None:
    assert text_colour("#FF2800") == "#000000"
    assert text_colour("#AA00AA") == "#FFFFFF"


def test_scales_fall_from_their_highest_class() -> None:
    for scale in (RAIN, ALERT, RIVER, DEPTH):
        lowers = [entry.lower for entry in scale]
        assert None not in lowers
        assert lowers == sorted(lowers, reverse=True)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("value", "level"), [(0.99, 0), (1.0, 1), (2.0, 2), (2.5, 3), (3.0, 4), (3.99, 4), (4.0, 5)]
)
def test_a_river_level_opens_at_its_threshold(value: float, level: int) -> None:
    assert river_level(value, THRESHOLDS) == level


def test_a_gauge_without_a_value_has_no_level() -> None:
    assert river_level(None, THRESHOLDS) is None


def test_missing_thresholds_are_passed_over() -> None:
    assert river_level(9.0, {"caution": 2.0, "danger": None}) == 2
    assert river_level(9.0, {}) == 0


def test_the_start_of_observation_opens_no_level() -> None:
    thresholds = {"observation_start": -3.0, "flood": 0.0}
    assert river_level(-2.0, thresholds) == 0
    assert watching(-2.0, thresholds)
    assert not watching(-3.5, thresholds)
    assert not watching(None, thresholds)
    assert not watching(1.0, {})

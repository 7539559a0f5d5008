"""Charts: gaps stay gaps, thresholds are named, colours are official, times are Japan's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.i18n import words
from dashboard.pages.situation.figures import (
    THRESHOLD_COLOURS,
    local,
    rain_colour,
    rain_figure,
    river_figure,
    river_range,
    running_sum,
    station_figure,
    with_gaps,
)
from dashboard.services import Series, StationSeries

JA = words("ja")
START = datetime(2026, 7, 2, 15, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)


def rain(element: str, *values: float | None) -> StationSeries:
    times = tuple(START + TEN * index for index in range(len(values)))
    series = Series(element=element, unit="mm", times=times, values=values)
    return StationSeries(
        station="1", name="火見", kind="weather", thresholds={}, until=times[-1], hours=24,
        series=(series,),
    )  # fmt: skip


def test_times_are_japans() -> None:
    assert local((START,)) == [datetime(2026, 7, 3, 0, 0)]  # noqa: DTZ001


def test_a_gap_in_time_breaks_the_line() -> None:
    times = (START, START + TEN, START + 2 * TEN, START + 9 * TEN)
    shown, values = with_gaps(
        Series(element="water_level", unit="m", times=times, values=(1, 2, 3, 4))
    )
    assert values == [1, 2, 3, None, 4]
    assert shown[3] == shown[2] + TEN


def test_a_single_value_is_no_gap() -> None:
    one = Series(element="water_level", unit="m", times=(START,), values=(1.0,))
    assert with_gaps(one)[1] == [1.0]


def test_the_river_line_is_not_joined_over_silence(river_station: StationSeries) -> None:
    figure = river_figure(river_station, JA, "light")
    assert figure is not None
    line = figure.data[0]
    assert line.connectgaps is False
    assert None in line.y


def test_thresholds_in_view_are_drawn_in_official_colours_with_name_and_metres(
    river_station: StationSeries,
) -> None:
    figure = river_figure(river_station, JA, "light")
    assert figure is not None
    texts = [note.text for note in figure.layout.annotations]
    assert "氾濫危険水位 5.60" in texts
    assert THRESHOLD_COLOURS["danger"] in [shape.line.color for shape in figure.layout.shapes]


def test_the_next_thresholds_above_are_always_in_view() -> None:
    low, high = river_range([1.0, 1.2], {"standby": 2.0, "caution": 3.0, "danger": 9.0})
    assert low < 1.0
    assert 3.0 < high < 9.0


def test_a_gauge_without_thresholds_still_has_a_chart(river_station: StationSeries) -> None:
    figure = river_figure(replace(river_station, thresholds={}), JA, "dark")
    assert figure is not None
    assert not figure.layout.annotations


def test_no_values_is_no_chart(river_station: StationSeries) -> None:
    empty = Series(element="water_level", unit="m", times=(START,), values=(None,))
    assert station_figure(replace(river_station, series=(empty,)), JA, "light") is None
    assert station_figure(replace(river_station, series=()), JA, "light") is None
    assert rain_figure(replace(river_station, series=()), JA, "light") is None


@pytest.mark.parametrize(
    ("amount", "colour"),
    [(0.5, "#F2F2FF"), (1, "#A0D2FF"), (29.9, "#FAF500"), (30, "#FF9900"), (80, "#B40068")],
)
def test_rain_has_the_official_colour_of_an_hour(amount: float, colour: str) -> None:
    assert rain_colour(amount) == colour


def test_ten_minute_rain_has_no_official_colour_since_those_are_for_an_hour() -> None:
    ten, hour = rain("precipitation_10m", 20.0), rain("precipitation_1h", 20.0)
    light, official = rain_figure(ten, JA, "light"), rain_figure(hour, JA, "light")
    assert light is not None
    assert official is not None
    assert "#FAF500" not in light.data[0].marker.color
    assert official.data[0].marker.color[0] == "#FAF500"


def test_missing_rain_is_marked_and_adds_nothing() -> None:
    figure = rain_figure(rain("precipitation_10m", 1.0, None, 2.5), JA, "light")
    assert figure is not None
    assert list(figure.data[1].y) == [1.0, 1.0, 3.5]
    assert figure.data[2].name == "欠測"
    assert len(figure.data[2].x) == 1


def test_the_sum_of_nothing_is_nothing() -> None:
    assert running_sum(()) == []

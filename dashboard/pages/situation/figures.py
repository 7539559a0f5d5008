"""Charts of a station's last hours: pure functions from a series to a figure, in Japan time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import plotly.graph_objects as go

from core.clock import tokyo
from dashboard.i18n import Words
from dashboard.services import Series, StationSeries
from dashboard.stores import Scheme

THRESHOLD_COLOURS = {
    "standby": "#35A86B",
    "caution": "#F2E700",
    "evacuation": "#FF2800",
    "danger": "#AA00AA",
    "flood": "#140014",
}
"""Of the lines; official, reference/C-levels-colours-tiles.md C2."""
THRESHOLDS = ("observation_start", *THRESHOLD_COLOURS)
"""From low to high."""
RAIN_STEPS = (
    (80, "#B40068"), (50, "#FF2800"), (30, "#FF9900"), (20, "#FAF500"),
    (10, "#0041FF"), (5, "#218CFF"), (1, "#A0D2FF"), (0, "#F2F2FF"),
)  # fmt: skip
"""mm/h from which a colour holds; reference/C-levels-colours-tiles.md C3."""
GAP_FACTOR = 2.5
"""Values further apart than so many usual steps are not joined by a line."""
HEIGHT = 250


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours of a chart that mean nothing by themselves."""

    text: str
    grid: str
    line: str
    edge: str
    bar: str


INKS: Mapping[Scheme, Ink] = {
    "light": Ink(text="#333333", grid="#E6E6E6", line="#3460FB", edge="#7F7F7F", bar="#97D3FF"),
    "dark": Ink(text="#D9DEE8", grid="#2A3550", line="#9DB7F9", edge="#8A94A8", bar="#0877D7"),
}


def rain_colour(millimetres: float) -> str:
    """Return the official colour of an hourly rain amount."""
    return next(colour for least, colour in RAIN_STEPS if millimetres >= least)


def local(times: tuple[datetime, ...]) -> list[datetime]:
    """Return times as naive Japan time, since the chart has no zones."""
    return [tokyo(moment).replace(tzinfo=None) for moment in times]


def with_gaps(series: Series) -> tuple[list[datetime], list[float | None]]:
    """Return times and values with None put where values stay away, so that no line bridges it."""
    times, values = local(series.times), list(series.values)
    steps = sorted(later - earlier for earlier, later in pairwise(times))
    if not steps:
        return times, values
    usual = steps[len(steps) // 2]
    shown_times: list[datetime] = []
    shown: list[float | None] = []
    for moment, value in zip(times, values, strict=True):
        if shown_times and moment - shown_times[-1] > usual * GAP_FACTOR:
            shown_times.append(shown_times[-1] + usual)
            shown.append(None)
        shown_times.append(moment)
        shown.append(value)
    return shown_times, shown


def base_figure(station: StationSeries, scheme: Scheme) -> go.Figure:
    """Return an empty chart over the station's hours."""
    ink = INKS[scheme]
    until = tokyo(station.until).replace(tzinfo=None)
    figure = go.Figure()
    figure.update_layout(
        margin={"l": 40, "r": 12, "t": 8, "b": 28},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "BIZ UDPGothic, Noto Sans JP, sans-serif", "size": 12, "color": ink.text},
        showlegend=False,
        hovermode="x",
        bargap=0.08,
        separators=".,",
    )
    figure.update_xaxes(
        range=[until - timedelta(hours=station.hours), until],
        tickformat="%-H:%M",
        nticks=7,
        gridcolor=ink.grid,
        zeroline=False,
    )
    figure.update_yaxes(gridcolor=ink.grid, zeroline=False, fixedrange=True)
    return figure


def series_of(station: StationSeries, *elements: str) -> Series | None:
    """Return the first of the elements that has a value."""
    for element in elements:
        for series in station.series:
            if series.element == element and any(value is not None for value in series.values):
                return series
    return None


def river_figure(station: StationSeries, word: Words, scheme: Scheme) -> go.Figure | None:
    """Return the water level with its thresholds, None when there are no values."""
    series = series_of(station, "water_level")
    if series is None:
        return None
    figure, ink = base_figure(station, scheme), INKS[scheme]
    times, values = with_gaps(series)
    figure.add_scatter(
        x=times, y=values, mode="lines", connectgaps=False, name=word("water_level"),
        line={"color": ink.line, "width": 2.5},
        hovertemplate="%{x|%-m/%-d %H:%M} <b>%{y:.2f} m</b><extra></extra>",
    )  # fmt: skip
    known = [value for value in values if value is not None]
    low, high = river_range(known, station.thresholds)
    figure.update_yaxes(range=[low, high], ticksuffix=" m", tickformat=".1f")
    figure.update_layout(margin={"l": 52, "r": 12, "t": 8, "b": 28})
    for name in THRESHOLDS:
        level = station.thresholds.get(name)
        if level is not None and low <= level <= high:
            add_threshold(figure, name, level, word, scheme)
    return figure


def river_range(known: list[float], thresholds: Mapping[str, float]) -> tuple[float, float]:
    """Return the span of levels to show in metres: all values and the next threshold above them."""
    top, bottom = max(known), min(known)
    above = sorted(level for level in thresholds.values() if level >= top)
    below = sorted((level for level in thresholds.values() if level <= top), reverse=True)
    high = max([top, *above[:2]])
    low = min([bottom, *below[:1]])
    room = max(0.3, (high - low) * 0.12)
    return low - room, high + room


def add_threshold(figure: go.Figure, name: str, level: float, word: Words, scheme: Scheme) -> None:
    """Draw one threshold with its name and metres; a dark line gets a light edge at night."""
    ink = INKS[scheme]
    colour = THRESHOLD_COLOURS.get(name, ink.edge)
    pale = (name == "flood" and scheme == "dark") or (name == "caution" and scheme == "light")
    if pale:
        figure.add_hline(y=level, line={"color": ink.edge, "width": 4})
    figure.add_hline(
        y=level,
        line={
            "color": colour,
            "width": 2,
            "dash": "dot" if name == "observation_start" else "solid",
        },
        annotation={
            "text": f"{word(f'threshold_{name}')} {level:.2f}",
            "font": {"size": 11, "color": ink.text},
        },
        annotation_position="top left",
    )


def rain_figure(station: StationSeries, word: Words, scheme: Scheme) -> go.Figure | None:
    """Return rain as bars with the running sum as a line, None when there are no values."""
    series = series_of(station, "precipitation_10m", "precipitation_1h")
    if series is None:
        return None
    figure, ink = base_figure(station, scheme), INKS[scheme]
    times, values = local(series.times), series.values
    hourly = series.element == "precipitation_1h"
    figure.add_bar(
        x=times, y=list(values), name=word("rain_1h" if hourly else "rain_10m"),
        marker={
            # The official colours are for hourly amounts alone.
            "color": [rain_colour(max(0.0, v or 0.0)) if hourly else ink.bar for v in values],
            "line": {"color": ink.edge, "width": 0.5 if hourly else 0},
        },
        hovertemplate="%{x|%-m/%-d %H:%M} <b>%{y:.1f} mm</b><extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=times, y=running_sum(values), yaxis="y2", mode="lines", name=word("rain_sum"),
        line={"color": ink.line, "width": 2},
        hovertemplate="Σ %{y:.1f} mm<extra></extra>",
    )  # fmt: skip
    mark_missing(figure, times, values, word)
    figure.update_layout(
        margin={"l": 34, "r": 42, "t": 8, "b": 28},
        yaxis={"rangemode": "tozero"},
        yaxis2={
            "overlaying": "y",
            "side": "right",
            "rangemode": "tozero",
            "showgrid": False,
            "tickmode": "auto",
            "nticks": 5,
            "fixedrange": True,
        },
    )
    return figure


def running_sum(values: tuple[float | None, ...]) -> list[float]:
    """Return the sum so far in millimetres; what is missing adds nothing."""
    total, sums = 0.0, []
    for value in values:
        total += value or 0.0
        sums.append(round(total, 1))
    return sums


def mark_missing(
    figure: go.Figure, times: list[datetime], values: tuple[float | None, ...], word: Words
) -> None:
    """Put a mark on the axis wherever the gauge reported no value: a gap is not dry weather."""
    gaps = [moment for moment, value in zip(times, values, strict=True) if value is None]
    if gaps:
        figure.add_scatter(
            x=gaps, y=[0] * len(gaps), mode="markers", name=word("missing"),
            marker={"symbol": "x-thin", "size": 7, "line": {"width": 1.5, "color": "#7F7F7F"}},
            hovertemplate="%{x|%-m/%-d %H:%M} " + word("missing") + "<extra></extra>",
        )  # fmt: skip


def station_figure(station: StationSeries, word: Words, scheme: Scheme) -> go.Figure | None:
    """Return the chart that fits a station, None when there is nothing to draw."""
    draw = river_figure if station.kind == "river" else rain_figure
    return draw(station, word, scheme)

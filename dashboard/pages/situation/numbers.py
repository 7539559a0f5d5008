"""The numbers of a thing in the drawer, one function per layer."""

from collections.abc import Callable, Mapping
from typing import Any

from dash import html

from core.clock import tokyo
from dashboard.components.numbers import fact, figure, number_text
from dashboard.components.states import level_chip
from dashboard.components.times import parse_moment
from dashboard.components.tree import Tree
from dashboard.i18n import Words
from dashboard.pages.situation.figures import THRESHOLDS

Properties = Mapping[str, Any]


def river_numbers(properties: Properties, word: Words) -> list[Any]:
    """Return level, water level against the next threshold, change, and all thresholds."""
    value, state = properties.get("value"), properties.get("state")
    counted = state not in {"silent", "never"}
    thresholds = properties.get("thresholds") or {}
    trend = {1: "trend_up", 0: "trend_flat", -1: "trend_down"}.get(properties.get("trend") or 0)
    shown = properties.get("trend") is not None and counted and trend is not None
    return [
        html.Div(
            level_chip(word, properties.get("level"), river=True)
            if counted
            else html.P(word("counts_nowhere"), className="quiet-text"),
            className="wide",
        ),
        figure(word("water_level"), number_text(value, 2), "m", word, tall=True),
        fact(word("trend"), word(str(trend)) if shown else None, word),
        fact(word("river"), properties.get("river"), word),
        html.Div(threshold_list(thresholds, value if counted else None, word), className="wide"),
    ]


def threshold_list(thresholds: Mapping[str, float], value: float | None, word: Words) -> Tree:
    """Return the thresholds from high to low, with the distance from the value."""
    rows = [(name, thresholds[name]) for name in reversed(THRESHOLDS) if name in thresholds]
    if not rows:
        return html.P(word("thresholds_none"), className="quiet-text")
    return html.Table(
        [
            html.Tr(
                [
                    html.Th(html.Span(word(f"threshold_{name}"), className=f"threshold {name}")),
                    html.Td(f"{level:.2f} m", className="num"),
                    html.Td("" if value is None else f"{value - level:+.2f}", className="num"),
                ],
                className="" if value is None or value < level else "reached",
            )
            for name, level in rows
        ],
        className="thresholds",
    )


def rain_numbers(properties: Properties, word: Words) -> list[Any]:
    """Return rain of an hour and of ten minutes; missing values are said to be missing."""
    rows = []
    for key, label in (("value", "rain_1h"), ("value_10m", "rain_10m"), ("value_24h", "rain_24h")):
        if key in properties:
            amount = number_text(properties[key], 1) or word("missing")
            unit = "mm" if properties[key] is not None else ""
            rows.append(figure(word(label), amount, unit, word))
    return rows


def closure_numbers(properties: Properties, word: Words) -> list[Any]:
    """Return what is forbidden, where, why and since when."""
    kind = word(f"restriction_{properties.get('kind') or 'unknown'}")
    return [
        html.Div(html.B(kind, className=f"kind kind-{properties.get('kind')}"), className="wide"),
        fact(word("road"), properties.get("road_name"), word),
        fact(word("place"), properties.get("place"), word),
        fact(word("reason"), properties.get("reason"), word),
        fact(word("started"), moment_text(properties.get("started_at")), word),
        fact(word("ended"), moment_text(properties.get("ended_at")), word),
    ]


def moment_text(text: str | None) -> str | None:
    """Return date and time in Japan time."""
    moment = parse_moment(text)
    if moment is None:
        return None
    local = tokyo(moment)
    return f"{local.month}/{local.day} {local:%H:%M}"


def shelter_numbers(properties: Properties, word: Words) -> list[Any]:
    """Return opening, crowding in four steps, people inside and room left."""
    headcount, capacity = properties.get("headcount"), properties.get("capacity")
    opening = word(f"opening_{properties.get('opening') or 'unknown'}")
    kind = {"shelter": "kind_shelter_site", "evacuation_site": "kind_evacuation_site"}.get(
        str(properties.get("kind")), f"kind_{properties.get('kind') or 'other'}"
    )
    rows: list[Any] = [
        html.Div(
            [html.B(opening), crowding_bar(properties.get("crowding"), word)], className="wide"
        ),
        figure(word("headcount"), number_text(headcount), "人", word),
        figure(word("capacity"), number_text(capacity), "人", word),
        fact(word("col_kind"), word(kind), word),
        fact(word("municipality"), properties.get("municipality"), word),
    ]
    if headcount is not None and capacity:
        left = max(0, capacity - headcount)
        rows.insert(3, html.P(word("room_for", n=f"{left:,}"), className="wide"))
    flags = properties.get("flags") or ()
    if flags:
        names = "、".join(word(f"flag_{flag}") for flag in flags)
        rows.append(fact(word("flags"), names, word))
    return rows


def crowding_bar(crowding: str | None, word: Words) -> html.Span:
    """Return the four-step bar with its word; unknown is a bar of question marks' colour."""
    steps = ("empty", "slightly", "crowded", "full")
    filled = steps.index(crowding) + 1 if crowding in steps else 0
    cells = [html.I(className="on" if step < filled else "") for step in range(len(steps))]
    text = word(f"crowding_{crowding}") if filled else word("unknown")
    return html.Span([html.Span(cells, className="bar"), text], className="crowding")


def outage_numbers(properties: Properties, word: Words) -> list[Any]:
    """Return households as the source said them and the number of areas."""
    amount = number_text(properties.get("households"))
    key = {"about": "households_about", "under": "households_under"}.get(
        str(properties.get("qualifier")), "households"
    )
    return [
        html.Div(
            [html.Dt(word("outage")), html.Dd(word(key, n=amount) if amount else word("unknown"))],
            className="figure wide big",
        ),
        figure(word("col_areas"), number_text(properties.get("areas")), "", word),
    ]


def warning_numbers(properties: Properties, word: Words) -> list[Any]:
    """Return the alert level, the warnings in force and their headline."""
    names = properties.get("names") or ()
    rows: list[Any] = [
        html.Div(level_chip(word, properties.get("level")), className="wide"),
        html.Div(
            [html.Dt(word("in_force")), html.Dd(html.Ul([html.Li(name) for name in names]))]
            if names
            else [html.Dt(word("in_force")), html.Dd(word("none"))],
            className="fact wide",
        ),
    ]
    if properties.get("headline"):
        rows.append(html.P(properties["headline"], className="wide headline"))
    return rows


NUMBERS: dict[str, Callable[[Properties, Words], list[Any]]] = {
    "rivers": river_numbers,
    "rain": rain_numbers,
    "closures": closure_numbers,
    "shelters": shelter_numbers,
    "outages": outage_numbers,
    "warnings": warning_numbers,
}
"""By layer."""

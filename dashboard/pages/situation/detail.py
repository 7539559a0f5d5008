"""The drawer of one thing: name, state, age and source, numbers, chart, history, actions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import dcc, html

from core.clock import tokyo
from dashboard.components.icons import icon
from dashboard.components.states import state_chip
from dashboard.components.times import age_badge, clock_text, parse_moment
from dashboard.components.tree import Tree, attributes
from dashboard.components.wiring import Desk
from dashboard.i18n import Words
from dashboard.pages.situation.figures import HEIGHT, station_figure
from dashboard.pages.situation.numbers import NUMBERS
from dashboard.services import Event, Feature, LayerInfo

CHART_HOURS = 24
CHART_STYLE = {"height": f"{HEIGHT}px"}
EVENT_LIMIT = 12


def detail(desk: Desk, feature: Feature, moment: datetime) -> list[Any]:
    """Return the drawer's content as of a world time."""
    word, properties = desk.word, feature.properties
    numbers = NUMBERS.get(feature.layer, nothing)(properties, word)
    told = desk.services.ask.events(feature.layer, feature.id, EVENT_LIMIT)
    events = [event for event in told if event.at <= moment]
    return [
        heading(desk, feature),
        state_line(desk, feature, moment),
        html.Div(numbers, className="numbers") if numbers else None,
        *chart(desk, feature, moment),
        html.H3(word("history")),
        history(desk, events, moment),
        actions(word, feature),
    ]


def nothing(_properties: Mapping[str, Any], _word: Words) -> list[Any]:
    """Return no numbers, for layers that have none."""
    return []


def heading(desk: Desk, feature: Feature) -> html.Div:
    """Return the name with the button that closes the drawer."""
    english = desk.viewer.language == "en"
    layer = layer_of(desk, feature)
    kind = "" if layer is None else layer.title_en if english else layer.title
    name = feature.properties.get("name") or feature.properties.get("road_name")
    return html.Div(
        [
            html.Div([html.Small(kind), html.H2(name or desk.word("unknown"))]),
            html.Button(
                icon("close"),
                className="quiet square close-drawer",
                title=f"{desk.word('close')} (Esc)",
            ),
        ],
        className="drawer-head",
    )


def layer_of(desk: Desk, feature: Feature) -> LayerInfo | None:
    """Return the catalogue's entry of a thing's layer."""
    return next((one for one in desk.services.ask.catalogue() if one.id == feature.layer), None)


def state_line(desk: Desk, feature: Feature, moment: datetime) -> html.Div:
    """Return state, age and source."""
    word, properties, layer = desk.word, feature.properties, layer_of(desk, feature)
    state = properties.get("state") or "never"
    observed = parse_moment(properties.get("observed_at"))
    received = parse_moment(properties.get("received_at"))
    parts: list[Any] = [state_chip(word, state), age_badge(word, observed, state, moment)]
    told = []
    if observed is not None:
        told.append(f"{word('observed')} {clock_text(observed, moment)}")
    if received is not None:
        told.append(f"{word('received')} {clock_text(received, moment)}")
    credit = layer.attribution if layer and layer.attribution else None
    told.append(credit or f"{word('source')} {properties.get('source') or word('unknown')}")
    return html.Div([html.Div(parts, className="state-line"), html.Small("　".join(told))])


def chart(desk: Desk, feature: Feature, moment: datetime) -> list[Any]:
    """Return the station's last 24 hours, or the sentence that there are no values."""
    station = feature.properties.get("station")
    if not station:
        return []
    word = desk.word
    series = desk.services.ask.station_series(str(station), CHART_HOURS, moment)
    figure = None if series is None else station_figure(series, word, desk.viewer.scheme)
    if figure is None:
        return [html.H3(word("chart")), html.P(word("no_chart"), className="quiet-text")]
    graph = dcc.Graph(
        figure=figure, config={"displayModeBar": False}, className="chart", style=CHART_STYLE
    )
    return [html.H3(word("chart")), graph]


def history(desk: Desk, events: Sequence[Event], moment: datetime) -> Tree:
    """Return what happened to the thing, newest first."""
    if not events:
        return html.P(desk.word("history_none"), className="quiet-text")
    return html.Ol([event_line(desk, event, moment) for event in events], className="events")


def event_line(desk: Desk, event: Event, moment: datetime) -> html.Li:
    """Return one line of the history."""
    text = event.text_en if desk.viewer.language == "en" and event.text_en else event.text
    time = html.Time(clock_text(event.at, moment), title=f"{tokyo(event.at):%Y-%m-%d %H:%M:%S}")
    return html.Li([time, html.Span(text)], className=f"event severity-{event.severity}")


def actions(word: Words, feature: Feature) -> html.Div:
    """Return what can be done with it."""
    return html.Div(
        [
            html.Button(
                [icon("link"), html.Span(word("copy_link"))],
                className="button copy-link",
                **attributes(data_link=f"{feature.layer}:{feature.id}"),
            ),
            html.Button(
                [icon("target"), html.Span(word("zoom_to"))],
                className="button zoom-to",
                **attributes(data_lon=str(feature.lon), data_lat=str(feature.lat)),
            ),
        ],
        className="actions",
    )

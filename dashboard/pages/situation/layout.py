"""The situation page as it opens."""

import json
from collections.abc import Sequence
from urllib.parse import parse_qs

import dash_ag_grid as dag
import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.components.icons import icon
from dashboard.components.notices import empty_state
from dashboard.components.tree import Tree, attributes, browser_data
from dashboard.components.wiring import Desk
from dashboard.i18n import Words
from dashboard.pages.situation.ids import SituationId as Id
from dashboard.pages.situation.table import TABLE_LAYERS
from dashboard.services import LayerInfo

GROUPS = ("weather", "water", "roads", "people", "lifelines", "base")
"""Order of the groups in the panel; others come last."""
BASE_LAYERS = frozenset({"relief", "gsi_pale", "gsi_std"})
"""Chosen as the base map, not switched."""
HISTORY_MINUTES = 72 * 60
STEP_MINUTES = 10


def page(desk: Desk, query: str) -> Tree:
    """Return the page; `?see=layer:id` opens it with that thing chosen."""
    word, layers = desk.word, desk.services.ask.catalogue()
    return html.Div(
        [
            layer_panel(desk, layers),
            html.Div(
                [map_box(desk), timeline(word), table_panel(word, desk.viewer.language, layers)],
                className="middle",
            ),
            html.Aside(
                id=Id.DRAWER,
                className="drawer drawer-empty",
                **attributes(aria_label=word("drawer_label")),
            ),
            dcc.Store(id=Id.VISIBLE),
            dcc.Store(id=Id.SELECTION, data=chosen_in(query)),
            dcc.Store(id=Id.TIME),
            dcc.Store(id=Id.MARKED),
            dcc.Store(id=Id.FILLED),
            dcc.Store(id=Id.CHANGED, data=0),
        ],
        id=Id.ROOT,
        className="situation",
        **browser_data(browser_settings(desk, layers)),
    )


def chosen_in(query: str) -> dict[str, str] | None:
    """Return what a shared link points at."""
    layer, colon, identifier = parse_qs(query.lstrip("?")).get("see", [""])[0].partition(":")
    return {"layer": layer, "id": identifier} if colon and identifier else None


def browser_settings(desk: Desk, layers: Sequence[LayerInfo]) -> dict[str, str]:
    """Return what the map scripts must know."""
    return {
        "ids": json.dumps({member.name.lower(): member.value for member in Id}),
        "layers": json.dumps([layer.id for layer in layers if layer.kind != "raster"]),
        "language": desk.viewer.language,
        "history": str(HISTORY_MINUTES),
        "base": "auto" if desk.services.gsi_tiles else "builtin",
        "scheme": desk.viewer.scheme,
    }


def layer_title(layer: LayerInfo, language: str) -> str:
    """Return a layer's name in a language."""
    return layer.title_en if language == "en" else layer.title


def layer_panel(desk: Desk, layers: Sequence[LayerInfo]) -> html.Section:
    """Return the foldable panel: search, groups of switches, base map, legend."""
    word = desk.word
    groups: dict[str, list[LayerInfo]] = {}
    for layer in layers:
        if layer.id not in BASE_LAYERS:
            groups.setdefault(layer.group if layer.group in GROUPS else "other", []).append(layer)
    order = [*GROUPS, "other"]
    blocks = [layer_group(desk, name, groups[name]) for name in order if name in groups]
    return html.Section(
        [
            search_box(word),
            html.Div(
                [
                    *(
                        blocks
                        or [empty_state(word("layer_none"), (word("page_sources"), "/app/sources"))]
                    ),
                    base_choice(desk),
                    html.H2(word("legend")),
                    html.Div(id=Id.LEGEND, className="legend"),
                ],
                className="panel-scroll",
            ),
        ],
        className="panel",
        **attributes(aria_label=word("layers")),
    )


def search_box(word: Words) -> html.Div:
    """Return the field that finds things by name."""
    return html.Div(
        [
            icon("search"),
            dcc.Input(
                id=Id.SEARCH,
                type="search",
                placeholder=word("search"),
                debounce=0.25,
                autoComplete="off",
                className="search-input",
            ),
            html.Kbd("/", title=word("search_key")),
            html.Div(id=Id.HITS, className="hits"),
        ],
        className="search",
        role="search",
    )


def layer_group(desk: Desk, name: str, layers: list[LayerInfo]) -> html.Div:
    """Return one group of the panel."""
    rows = [layer_row(desk, layer) for layer in layers]
    return html.Div([html.H2(desk.word(f"group_{name}")), *rows], className="group")


def layer_row(desk: Desk, layer: LayerInfo) -> html.Div:
    """Return a layer's switch with the age of its worst source, kept current by the browser."""
    return html.Div(
        [
            dmc.Switch(
                id={"type": Id.LAYER_TOGGLE, "layer": layer.id},
                label=layer_title(layer, desk.viewer.language),
                checked=layer.visible,
                size="xs",
                radius="xl",
                persistence=True,
            ),
            html.Span(className="age", **attributes(data_sources=" ".join(layer.sources))),
        ],
        className="layer-row",
    )


def base_choice(desk: Desk) -> html.Div:
    """Return the choice of what lies below the data."""
    word = desk.word
    choices = [{"value": "relief", "label": word("base_relief")}]
    if desk.services.gsi_tiles:
        choices = [
            {"value": "auto", "label": word("base_auto")},
            {"value": "photo", "label": word("base_photo")},
            *choices,
        ]
    choices.append({"value": "none", "label": word("base_none")})
    return html.Div(
        [
            html.H2(word("base_map")),
            dmc.RadioGroup(
                dmc.Stack([dmc.Radio(**choice, size="xs") for choice in choices], gap=6),
                id=Id.BASE,
                value=choices[0]["value"],
                persistence=True,
            ),
        ],
        className="group",
    )


def map_box(desk: Desk) -> html.Div:
    """Return the map; its live layers are drawn by `assets/map`."""
    word = desk.word
    return html.Div(
        [
            dl.Map(
                [
                    dl.LayerGroup(id=Id.BASE_TILES),
                    dl.ScaleControl(imperial=False, position="bottomright"),
                ],
                id=Id.MAP,
                center=[36.0, 138.0],
                zoom=6,
                minZoom=4,
                maxZoom=18,
                zoomControl=True,
                preferCanvas=True,
                attributionControl=True,
                className="map",
            ),
            html.Button(
                [icon("layers"), html.Span(word("layers"))],
                className="map-button fold-layers",
                title=word("layers_fold"),
            ),
            html.Div(word("time_past_band"), className="past-band"),
        ],
        className="map-box",
        role="application",
        **attributes(aria_label=word("map_label")),
    )


def timeline(word: Words) -> html.Div:
    """Return the slider over the last 72 hours, at its right end: now."""
    return html.Div(
        [
            html.Button(icon("play"), id=Id.PLAY, className="quiet square", title=word("play")),
            html.Div(
                [
                    html.Label(
                        [
                            html.Span(word("timeline"), className="unseen"),
                            dcc.Input(
                                id=Id.SLIDER,
                                type="range",
                                min=-HISTORY_MINUTES,
                                max=0,
                                step=STEP_MINUTES,
                                value=0,
                                className="slider",
                            ),
                        ]
                    ),
                    html.Div(className="ticks", **attributes(aria_hidden="true")),
                ],
                className="slider-box",
            ),
            html.Output(word("live"), id=Id.MOMENT, className="moment"),
            html.Button(word("back_to_live"), id=Id.LIVE, className="quiet back-to-live"),
        ],
        className="timeline",
    )


def grid_words(word: Words) -> dict[str, str]:
    """Return what the grid itself says, by its own keys."""
    keys = {
        "noRowsToShow": "grid_empty", "loadingOoo": "grid_loading", "filterOoo": "grid_filter",
        "contains": "grid_contains", "notContains": "grid_not_contains", "equals": "grid_equals",
        "notEqual": "grid_not_equal", "startsWith": "grid_starts", "endsWith": "grid_ends",
        "blank": "grid_blank", "notBlank": "grid_not_blank", "lessThan": "grid_less",
        "greaterThan": "grid_greater", "lessThanOrEqual": "grid_at_most",
        "greaterThanOrEqual": "grid_at_least", "inRange": "grid_between",
        "andCondition": "grid_and", "orCondition": "grid_or",
    }  # fmt: skip
    return {key: word(name) for key, name in keys.items()}


def table_panel(word: Words, language: str, layers: Sequence[LayerInfo]) -> html.Section:
    """Return the table of one layer, linked both ways with the map."""
    known = {layer.id: layer for layer in layers}
    tabs = [
        {"value": name, "label": layer_title(known[name], language)}
        for name in TABLE_LAYERS
        if name in known
    ]
    return html.Section(
        [
            html.Div(
                [
                    html.Button(
                        icon("table"), className="quiet square fold-table", title=word("table_fold")
                    ),
                    dmc.SegmentedControl(
                        id=Id.TABLE_LAYER,
                        data=tabs,
                        value=tabs[0]["value"] if tabs else "",
                        size="xs",
                    ),
                    html.Button(
                        [icon("export"), html.Span(word("export"))], id=Id.EXPORT, className="quiet"
                    ),
                ],
                className="table-head",
            ),
            dag.AgGrid(
                id=Id.GRID,
                columnDefs=[],
                rowData=[],
                className="ag-theme-hinomi",
                defaultColDef={"sortable": True, "resizable": True, "filter": True},
                columnSize="responsiveSizeToFit",
                getRowId="params.data.id",
                dashGridOptions={
                    "rowHeight": 30,
                    "headerHeight": 30,
                    "animateRows": False,
                    "rowSelection": {
                        "mode": "singleRow",
                        "checkboxes": False,
                        "enableClickSelection": True,
                    },
                    "localeText": grid_words(word),
                    "suppressFieldDotNotation": True,
                    "defaultCsvExportParams": {
                        "processCellCallback": {"function": "hinomiCell(params)"}
                    },
                },
            ),
        ],
        className="table-panel",
        **attributes(aria_label=word("table")),
    )

"""The situation: map, layers, what is chosen, the last 72 hours, tables."""

from dash import ALL, ClientsideFunction, Dash, Input, Output, State

from dashboard.components.wiring import connect
from dashboard.pages.situation import callbacks
from dashboard.pages.situation.ids import SituationId as Id
from dashboard.pages.situation.layout import page
from dashboard.services import Services

__all__ = ["page", "register"]

NAMESPACE = "hinomi"


def register(app: Dash, services: Services) -> None:
    """Wire the page."""
    connect(
        app, services, callbacks.open_detail,
        Output(Id.DRAWER, "children"), Output(Id.DRAWER, "className"),
        Input(Id.SELECTION, "data"), Input(Id.CHANGED, "data"), Input(Id.TIME, "data"),
    )  # fmt: skip
    connect(
        app, services, callbacks.show_table,
        Output(Id.GRID, "columnDefs"), Output(Id.GRID, "csvExportParams"),
        Input(Id.TABLE_LAYER, "value"),
    )  # fmt: skip
    connect(
        app, services, callbacks.find,
        Output(Id.HITS, "children"),
        Input(Id.SEARCH, "value"),
        prevent_initial_call=True,
    )  # fmt: skip
    connect(
        app, services, callbacks.choose_base,
        Output(Id.BASE_TILES, "children"),
        Input(Id.BASE, "value"),
    )  # fmt: skip
    browser_side(app)


def browser_side(app: Dash) -> None:
    """Wire what needs no server: switches, table rows, the chosen thing."""
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "collectVisible"),
        Output(Id.VISIBLE, "data"),
        Input({"type": Id.LAYER_TOGGLE, "layer": ALL}, "checked"),
        Input(Id.BASE, "value"),
        State({"type": Id.LAYER_TOGGLE, "layer": ALL}, "id"),
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "fillTable"),
        Output(Id.FILLED, "data"),
        Input(Id.TABLE_LAYER, "value"),
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "chosen"),
        Output(Id.MARKED, "data"),
        Input(Id.SELECTION, "data"),
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "chooseRow"),
        Output(Id.SELECTION, "data"),
        Input(Id.GRID, "cellClicked"),
        State(Id.TABLE_LAYER, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "exportTable"),
        Output(Id.GRID, "exportDataAsCsv"),
        Input(Id.EXPORT, "n_clicks"),
        prevent_initial_call=True,
    )

"""The sources: what arrives, what does not, what was refused."""

from dash import ClientsideFunction, Dash, Input, Output, State

from dashboard.components.wiring import connect
from dashboard.pages.sources import callbacks, imports
from dashboard.pages.sources.ids import SourcesId as Id
from dashboard.pages.sources.layout import page
from dashboard.services import Services
from dashboard.stores import ShellId

__all__ = ["page", "register"]

NAMESPACE = "hinomi"


def register(app: Dash, services: Services) -> None:
    """Wire the page."""
    connect(
        app, services, callbacks.show_sources,
        Output(Id.TABLE, "children"), Output(Id.SUMMARY, "children"),
        Input(ShellId.LIVE, "data"), Input(Id.TICK, "n_intervals"), Input(Id.DONE, "data"),
    )  # fmt: skip
    connect(
        app, services, callbacks.do_asked,
        Output(Id.QUESTION, "opened"), Output(Id.QUESTION, "children"),
        Output(Id.OPEN, "data"), Output(Id.DONE, "data"),
        Input(Id.ASKED, "data"), State(Id.DONE, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    connect(
        app, services, callbacks.show_quarantine,
        Output(Id.QUARANTINE, "children"), Output(Id.QUARANTINE, "className"),
        Input(Id.OPEN, "data"), Input(Id.DONE, "data"),
    )  # fmt: skip
    connect(
        app, services, callbacks.export,
        Output(Id.FILE, "data"),
        Input(Id.EXPORT, "n_clicks"),
        prevent_initial_call=True,
    )  # fmt: skip
    connect(
        app, services, imports.show_result,
        Output(Id.IMPORT_RESULT, "children"),
        Input(Id.IMPORTED, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    imports.serve(app, services)
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "sourcesShown"),
        Output(Id.AGED, "data"),
        Input(Id.TABLE, "children"),
    )

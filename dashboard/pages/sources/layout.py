"""The sources page as it opens."""

import json

import dash_mantine_components as dmc
from dash import dcc, html

from core.auth.policy import Action, allowed
from dashboard.components.icons import icon
from dashboard.components.notices import empty_state
from dashboard.components.tree import Tree, attributes
from dashboard.components.wiring import Desk
from dashboard.pages.sources.ids import SourcesId as Id

REFRESH_MS = 15_000
"""In case no live message comes; the browser counts ages up by itself in between."""


def page(desk: Desk, _query: str) -> Tree:
    """Return the page, or why it is not shown."""
    word = desk.word
    if not allowed(desk.viewer.actor, Action.SEE_SOURCES):
        return empty_state(word("sources_forbidden"), (word("to_situation"), "/app/"))
    return html.Div(
        [
            html.Div(
                [
                    html.Div(
                        [
                            html.Div(
                                [html.H2(word("sources_title")), html.P(word("sources_lead"))]
                            ),
                            html.Div(id=Id.SUMMARY, className="summary"),
                            html.Button(
                                [icon("export"), html.Span(word("export"))],
                                id=Id.EXPORT,
                                className="quiet",
                            ),
                        ],
                        className="page-head",
                    ),
                    html.Div(id=Id.TABLE, className="sources-table"),
                ],
                className="sources-main",
            ),
            html.Aside(id=Id.QUARANTINE, className="drawer drawer-shut"),
            dmc.Modal(
                id=Id.QUESTION, opened=False, withCloseButton=False, centered=True, size="md"
            ),
            dcc.Store(id=Id.ASKED),
            dcc.Store(id=Id.OPEN),
            dcc.Store(id=Id.IMPORTED),
            dcc.Store(id=Id.AGED),
            dcc.Store(id=Id.DONE, data=0),
            dcc.Interval(id=Id.TICK, interval=REFRESH_MS),
            dcc.Download(id=Id.FILE),
        ],
        id=Id.ROOT,
        className="sources",
        **attributes(data_ids=json.dumps({member.name.lower(): member.value for member in Id})),
    )

"""The frame around every page: drill bands, top line, rail of pages, notices."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from core.auth.actor import ROLE_NAMES
from core.clock import tokyo
from dashboard import incident
from dashboard.components.icons import icon
from dashboard.components.notices import empty_state
from dashboard.components.tree import Tree, attributes, browser_data
from dashboard.components.wiring import Desk, connect
from dashboard.i18n import Words, browser_words
from dashboard.services import Services
from dashboard.stores import ShellId

NAMESPACE = "hinomi"
"""Of the browser functions in `assets/desk/clientside.js`."""
PREFIX = "/app/"


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the rail lists it."""

    path: str
    name: str
    """Key of its word, and of its icon after `page_`."""
    layout: Callable[[Desk, str], Tree]
    """Function from `Desk` and the query of the address to a component."""


Pages = Mapping[str, Page]


def frame(desk: Desk, pages: Pages) -> Tree:
    """Return the whole screen with an empty page in it."""
    word, viewer = desk.word, desk.viewer
    drill = desk.services.drill
    body = html.Div(
        [
            html.A(word("skip"), href=f"#{ShellId.PAGE}", className="skip"),
            *([html.Div(className="hatch", **attributes(aria_hidden="true"))] if drill else []),
            top_line(desk),
            rail(word, pages),
            html.Main(
                id=ShellId.PAGE,
                className="page",
                tabIndex=-1,
                **attributes(data_lost=word("disconnected")),
            ),
            dmc.NotificationContainer(id=ShellId.NOTICES, position="bottom-right", limit=4),
            dcc.Location(id=ShellId.LOCATION, refresh="callback-nav"),
            dcc.Store(id=ShellId.LIVE),
            *incident.dialog_parts(),
            html.Button(id=ShellId.SIGN_OUT, hidden=True),
        ],
        id=ShellId.ROOT,
        className="shell shell-drill" if drill else "shell",
        **browser_data(browser_settings(desk)),
    )
    provider: Tree = dmc.MantineProvider(
        body,
        id=ShellId.PROVIDER,
        forceColorScheme=viewer.scheme,
        theme={
            "fontFamily": "'BIZ UDPGothic','Noto Sans JP','Noto Sans CJK JP',sans-serif",
            "primaryColor": "blue",
            "defaultRadius": 8,
        },
    )
    return provider


def browser_settings(desk: Desk) -> dict[str, str]:
    """Return what the browser scripts must know, as data attributes of the frame."""
    world = desk.services.ask.world()
    return {
        "words": json.dumps(browser_words(desk.viewer.language), ensure_ascii=False),
        "language": desk.viewer.language,
        "drill": "1" if desk.services.drill else "",
        "world": json.dumps({"at": world.at.isoformat(), "speed": world.speed}),
        "shell-ids": json.dumps({member.name.lower(): member.value for member in ShellId}),
    }


def top_line(desk: Desk) -> html.Header:
    """Return the line with the incident, the clock and who is signed in."""
    word, services = desk.word, desk.services
    world = services.ask.world()
    drill = [html.Strong(word("drill"), className="drill-word")] if services.drill else []
    speed = [html.Span(word("speed", speed=f"{world.speed:g}"), className="clock-speed")]
    return html.Header(
        [
            *drill,
            incident.title_block(desk, services.ask.incident()),
            html.A(
                word("trouble_none"),
                id=ShellId.TROUBLE,
                href=f"{PREFIX}sources",
                className="trouble",
                **attributes(aria_live="polite"),
            ),
            html.Div(
                [
                    html.Time(
                        f"{tokyo(world.at):%H:%M:%S}",
                        id=ShellId.CLOCK,
                        className="clock",
                        title=word("clock"),
                    ),
                    *(speed if world.speed != 1 else []),
                ],
                className="clock-box",
            ),
            user_menu(desk),
        ],
        className="top",
    )


def user_menu(desk: Desk) -> html.Div:
    """Return the switches of taste and the way out."""
    word, viewer = desk.word, desk.viewer
    role = ROLE_NAMES[viewer.actor.role][1 if viewer.language == "en" else 0]
    return html.Div(
        [
            html.Button(word("other_language"), id=ShellId.LANGUAGE, className="quiet", lang="en"),
            html.Button(
                icon("light" if viewer.scheme == "dark" else "dark"),
                id=ShellId.SCHEME,
                className="quiet square",
                title=word("light" if viewer.scheme == "dark" else "dark"),
                **attributes(aria_label=word("light" if viewer.scheme == "dark" else "dark")),
            ),
            html.Span(
                [html.B(viewer.actor.name), html.Small(role)],
                className="who",
                title=word("signed_in_as", name=viewer.actor.name, role=role),
            ),
            html.Button(
                icon("out"),
                className="quiet square sign-out",
                title=word("sign_out"),
                **attributes(aria_label=word("sign_out")),
            ),
        ],
        className="user",
    )


def rail(word: Words, pages: Pages) -> html.Nav:
    """Return the list of pages, icon and word."""
    links: list[Any] = [
        dcc.Link(
            [icon(page.name), html.Span(word(f"page_{page.name}"))],
            href=page.path,
            className="rail-link",
        )
        for page in pages.values()
    ]
    wall = html.A(
        [icon("wall"), html.Span(word("page_wall"))],
        href="/wall",
        target="_blank",
        className="rail-link",
    )
    return html.Nav(
        [html.Div(icon("tower"), className="mark", title=word("product")), *links, wall],
        id=ShellId.RAIL,
        className="rail",
    )


def show_page(desk: Desk, path: str | None, query: str | None, pages: Pages) -> Tree:
    """Return the page of an address, or a sentence when there is none."""
    page = pages.get((path or PREFIX).rstrip("/") or PREFIX.rstrip("/"))
    if page is None:
        return empty_state(desk.word("not_found"), (desk.word("to_situation"), PREFIX))
    return page.layout(desk, query or "")


def register(app: Dash, services: Services, pages: Pages) -> None:
    """Wire the frame."""

    def open_page(desk: Desk, path: str | None, query: str | None) -> Tree:
        return show_page(desk, path, query, pages)

    connect(
        app,
        services,
        open_page,
        Output(ShellId.PAGE, "children"),
        Input(ShellId.LOCATION, "pathname"),
        State(ShellId.LOCATION, "search"),
    )
    incident.register(app, services)
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "switchLanguage"),
        Output(ShellId.LANGUAGE, "title"),
        Input(ShellId.LANGUAGE, "n_clicks"),
        State(ShellId.ROOT, "data-language"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "switchScheme"),
        Output(ShellId.SCHEME, "className"),
        Input(ShellId.SCHEME, "n_clicks"),
        State(ShellId.PROVIDER, "forceColorScheme"),
        prevent_initial_call=True,
    )

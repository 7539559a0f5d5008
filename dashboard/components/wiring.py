"""Callbacks know who asks, run in a worker thread and turn a refusal into a sentence."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import dash
from dash.exceptions import PreventUpdate

from core.errors import HinomiError
from dashboard.components.notices import notice
from dashboard.i18n import Words, words
from dashboard.services import Services
from dashboard.stores import ShellId, Viewer, cookies_of_request, language_of, viewer_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a callback works with: the services and who looks."""

    services: Services
    viewer: Viewer

    @property
    def word(self) -> Words:
        """Return the dictionary in the viewer's language."""
        return words(self.viewer.language)


def tell(message: str, *, bad: bool = False) -> None:
    """Show a sentence in the corner of the screen."""
    one = notice("told", message, "bad" if bad else "good")
    dash.set_props(ShellId.NOTICES, {"sendNotifications": [one]})


def answer(
    services: Services,
    cookies: dict[str, str],
    function: Callable[..., Any],
    values: tuple[object, ...],
) -> object:
    """Call a callback for whoever sent the request.

    Raises
    ------
    PreventUpdate
        When the request came without a session or was refused; the screen then says so.
    """
    viewer = viewer_of(cookies)
    if viewer is None:
        word = words(language_of(cookies))
        tell(word("signed_out"), bad=True)
        raise PreventUpdate
    try:
        return function(Desk(services, viewer), *values)
    except HinomiError as error:
        _log.warning("refused in %s: %s", function.__name__, error.message)
        tell(error.message, bad=True)
        raise PreventUpdate from error


def connect(
    app: dash.Dash,
    services: Services,
    function: Callable[..., Any],
    *wires: object,
    **options: bool,
) -> None:
    """Register a named function, which takes a `Desk` first, as a callback of an app.

    It is awaited in a worker thread, since Dash would else run it on the event loop and hold up
    everybody; the context (who is signed in, which request) travels with the thread.
    """

    @wraps(function)
    async def dispatch(*values: object) -> object:
        cookies = cookies_of_request()
        return await asyncio.to_thread(answer, services, cookies, function, values)

    app.callback(*wires, **options)(dispatch)

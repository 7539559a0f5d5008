"""Callbacks know who asks, run in a worker thread and turn a refusal into a sentence."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import dash
from dash import Output, no_update

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


@dataclass(frozen=True, slots=True)
class Wired:
    """A callback, what it works with, and what stands for `nothing changed` in its answer."""

    services: Services
    function: Callable[..., Any]
    unchanged: object

    def answer(self, cookies: dict[str, str], values: tuple[object, ...]) -> object:
        """Return the answer for whoever sent the request.

        Without a session, and after a refusal, nothing changes but the sentence in the corner.
        (Not by `PreventUpdate`: Dash would then drop the sentence too.)
        """
        viewer = viewer_of(cookies)
        if viewer is None:
            tell(words(language_of(cookies))("signed_out"), bad=True)
            return self.unchanged
        try:
            return self.function(Desk(self.services, viewer), *values)
        except HinomiError as error:
            _log.warning("refused in %s: %s", self.function.__name__, error.message)
            tell(error.message, bad=True)
            return self.unchanged


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
    outputs = sum(isinstance(wire, Output) for wire in wires)
    unchanged = no_update if outputs == 1 else (no_update,) * outputs
    wired = Wired(services, function, unchanged)

    @wraps(function)
    async def dispatch(*values: object) -> object:
        cookies = cookies_of_request()
        return await asyncio.to_thread(wired.answer, cookies, values)

    app.callback(*wires, **options)(dispatch)

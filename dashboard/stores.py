"""What the browser keeps for all pages: element ids, cookies, and who is looking."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

import dash

from core.auth.actor import Actor, current_actor

Language: TypeAlias = Literal["ja", "en"]
Scheme: TypeAlias = Literal["light", "dark"]


class ShellId(StrEnum):
    """Ids of the frame around every page."""

    ROOT = "shell-root"
    PROVIDER = "shell-provider"
    LOCATION = "shell-location"
    PAGE = "shell-page"
    NOTICES = "shell-notices"
    LANGUAGE = "shell-language"
    SCHEME = "shell-scheme"
    TROUBLE = "shell-trouble"
    CLOCK = "shell-clock"
    RAIL = "shell-rail"
    LIVE = "shell-live"
    """Store: the last live message that concerns sources, `{topic, n}`."""
    SIGN_OUT = "shell-sign-out"
    INCIDENT = "incident-open"
    """The disaster's name; pressed, it opens the dialog."""
    INCIDENT_BELOW = "incident-below"
    INCIDENT_DIALOG = "incident-dialog"
    INCIDENT_ASKED = "incident-asked"
    """Store: what a button of the dialog asks for, `{do, incident, fields, n}`."""
    INCIDENT_NEWS = "incident-news"
    """Store: counts up when the live line says that the disaster changed."""


class Cookie(StrEnum):
    """Cookies of taste; none of them identifies anybody."""

    LANGUAGE = "hinomi_language"
    SCHEME = "hinomi_scheme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks, in which language and in which light."""

    actor: Actor
    language: Language
    scheme: Scheme


def language_of(cookies: dict[str, str]) -> Language:
    """Return the language a browser chose; Japanese unless it chose English."""
    return "en" if cookies.get(Cookie.LANGUAGE) == "en" else "ja"


def scheme_of(cookies: dict[str, str]) -> Scheme:
    """Return the colour scheme a browser chose; light unless it chose dark."""
    return "dark" if cookies.get(Cookie.SCHEME) == "dark" else "light"


def cookies_of_request() -> dict[str, str]:
    """Return the cookies of the Dash request being answered."""
    return dict(dash.get_app().backend.request_adapter().cookies)


def viewer_of(cookies: dict[str, str]) -> Viewer | None:
    """Return who looks, or None when nobody is signed in (any more)."""
    actor = current_actor()
    if actor is None:
        return None
    return Viewer(actor=actor, language=language_of(cookies), scheme=scheme_of(cookies))

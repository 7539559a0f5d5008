"""Designed states: empty, forbidden, failed; each with a sentence and a next step."""

from typing import Any, Literal

from dash import html

Tone = Literal["plain", "good", "bad"]


def empty_state(sentence: str, link: tuple[str, str] | None = None) -> html.Div:
    """Return a sentence and, if there is one, the next step as (text, address)."""
    children: list[Any] = [html.P(sentence)]
    if link is not None:
        children.append(html.A(link[0], href=link[1], className="button"))
    return html.Div(children, className="empty", role="status")


def notice(identifier: str, message: str, tone: Tone = "plain") -> dict[str, Any]:
    """Return one notification for `NotificationContainer.sendNotifications`."""
    return {
        "action": "show",
        "id": identifier,
        "message": message,
        "color": {"plain": "gray", "good": "blue", "bad": "dark"}[tone],
        "autoClose": 10_000 if tone == "bad" else 5_000,
        "withBorder": True,
    }

"""Signs of state and level: always a shape and a word, never a colour alone."""

from dash import html

from dashboard.components.tree import attributes
from dashboard.i18n import Words

SIGNS = {
    "ok": "●",
    "live": "●",
    "late": "◔",
    "silent": "◍",
    "failing": "✕",
    "off": "○",
    "never": "？",
}
"""A sign for each state, told apart without colour."""

ORDER = {"failing": 0, "silent": 1, "never": 2, "late": 3, "ok": 4, "live": 4, "off": 5}
"""Worst first."""


def state_chip(word: Words, state: str) -> html.Span:
    """Return the sign and the word of a state."""
    return html.Span(
        [html.Span(SIGNS[state], className="sign", **attributes(aria_hidden="true")),
         html.Span(word(f"state_{state}"))],
        className=f"state state-{state}",
    )  # fmt: skip


def level_chip(word: Words, level: int | None, *, river: bool = False) -> html.Span:
    """Return an alert level with its number and word in the official colour (reference/C1)."""
    if level is None:
        return html.Span(word("level_unknown"), className="level level-unknown")
    if level == 0:
        return html.Span(word("level_0"), className="level level-0")
    number = word("level_word_river" if river else "level_word", n=level)
    return html.Span(
        [html.B(number), html.Span(word(f"level_{level}"), className="level-name")],
        className=f"level level-{level}",
    )

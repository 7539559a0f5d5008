"""The table of sources: state in words, ages, counts, owner, and what can be done."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import html

from core.auth.policy import Action, allowed, refusal
from dashboard.components.icons import icon
from dashboard.components.states import ORDER, SIGNS, state_chip
from dashboard.components.times import age_badge, clock_text, interval_text
from dashboard.components.tree import Tree, attributes
from dashboard.components.wiring import Desk
from dashboard.i18n import Words
from dashboard.services import SourceStatus

HEADS = ("col_source", "col_state", "col_last", "col_newest", "col_counts", "col_quarantine",
         "col_owner", "col_switch")  # fmt: skip
AGED = ("ok", "late", "silent", "failing")
"""States whose age is shown as such; the others have none that means anything."""


def worst_first(statuses: Sequence[SourceStatus]) -> list[SourceStatus]:
    """Return the sources with what needs a person on top."""
    return sorted(statuses, key=lambda status: (ORDER[status.state], status.name))


def source_title(desk: Desk, status: SourceStatus) -> str:
    """Return a source's name in the viewer's language."""
    return status.title_en if desk.viewer.language == "en" else status.title


def sources_table(desk: Desk, statuses: Sequence[SourceStatus], now: datetime) -> html.Table:
    """Return the table, worst first."""
    word = desk.word
    return html.Table(
        [
            html.Thead(html.Tr([html.Th(word(head), scope="col") for head in HEADS])),
            html.Tbody([source_row(desk, status, now) for status in worst_first(statuses)]),
        ]
    )


def source_row(desk: Desk, status: SourceStatus, now: datetime) -> html.Tr:
    """Return one source."""
    word = desk.word
    cells = (
        [html.B(source_title(desk, status)), html.Small(status.name)],
        state_cell(word, status),
        last_cell(word, status, now),
        newest_cell(word, status, now),
        counts_cell(word, status),
        quarantine_cell(word, status),
        owner_cell(word, status),
        switch_cell(desk, status),
    )
    return html.Tr(
        [
            html.Td(cell, **attributes(data_head=word(head)))
            for head, cell in zip(HEADS, cells, strict=True)
        ],
        className=f"source source-{status.state}",
        **attributes(data_source=status.name),
    )


def state_cell(word: Words, status: SourceStatus) -> list[Any]:
    """Return the state with the last error, and how often in a row."""
    parts: list[Any] = [state_chip(word, status.state)]
    if status.failures and status.last_error:
        times = word("failures", n=status.failures)
        parts.append(html.Small(f"{times}: {status.last_error}", className="error-text"))
    return parts


def last_cell(word: Words, status: SourceStatus, now: datetime) -> list[Any]:
    """Return the age of the last success and the interval."""
    state = status.state if status.state in AGED else "ok"
    every = interval_text(word, status.interval_s)
    due = status.next_due_at
    plan = [html.Small(f"{word('col_interval')} {every}")]
    if status.enabled and due is not None:
        plan.append(html.Small(word("next_due", time=clock_text(due, now))))
    return [age_badge(word, status.last_success_at, state, now), *plan]


def newest_cell(word: Words, status: SourceStatus, now: datetime) -> Tree:
    """Return the time of the newest value."""
    if status.newest_observed_at is None:
        return html.Span(word("none"), className="quiet-text")
    return html.Span(clock_text(status.newest_observed_at, now), className="num")


def counts_cell(word: Words, status: SourceStatus) -> Tree:
    """Return how many records the last payload held, by kind."""
    counts = [(kind, count) for kind, count in status.counts.items() if count]
    if not counts:
        return html.Span(word("none"), className="quiet-text")
    return html.Ul(
        [html.Li([html.B(f"{count:,}"), f" {kind_word(word, kind)}"]) for kind, count in counts],
        className="counts",
    )


def kind_word(word: Words, kind: str) -> str:
    """Return the name of a kind of record; its code where we have no word for it."""
    try:
        return word(f"kind_{kind}")
    except KeyError:
        return kind


def quarantine_cell(word: Words, status: SourceStatus) -> Tree:
    """Return how many rows were refused, as the way to them."""
    if not status.quarantined:
        return html.Span("0", className="num quiet-text")
    return html.Button(
        word("quarantine_open", n=f"{status.quarantined:,}"),
        className="button small",
        **attributes(data_ask="quarantine", data_source=status.name),
    )


def owner_cell(word: Words, status: SourceStatus) -> list[Any]:
    """Return owner, licence and whether an agreement is needed."""
    parts: list[Any] = [html.Span(status.owner), html.Small(status.licence)]
    if status.permission:
        parts.append(html.Small(word("permission_needed", permission=status.permission)))
    return parts


def switch_cell(desk: Desk, status: SourceStatus) -> Tree:
    """Return the switch and the way to fetch now; greyed with the reason where not allowed."""
    word, actor = desk.word, desk.viewer.actor
    why = refusal(actor, Action.SWITCH_SOURCE)
    switch = html.Button(
        [html.Span(className="knob"), html.Span(source_title(desk, status), className="unseen")],
        className="switch on" if status.enabled else "switch",
        role="switch",
        title=why or word("switch_off" if status.enabled else "switch_on"),
        **attributes(
            aria_checked="true" if status.enabled else "false",
            aria_disabled="true" if why else "false",
            data_ask="switch",
            data_source=status.name,
            data_on="" if status.enabled else "1",
        ),
    )
    run = html.Button(
        icon("run"),
        className="quiet square",
        title=why or word("run_now"),
        disabled=not status.enabled or not allowed(actor, Action.SWITCH_SOURCE),
        **attributes(data_ask="run", data_source=status.name, aria_label=word("run_now")),
    )
    return html.Div([switch, run, import_button(desk, status)], className="switch-cell")


def import_button(desk: Desk, status: SourceStatus) -> html.Button:
    """Return the way to import a file; greyed with the reason where not allowed."""
    word, why = desk.word, refusal(desk.viewer.actor, Action.IMPORT_FILE)
    return html.Button(
        icon("import"),
        className="quiet square",
        title=why or word("import"),
        disabled=why is not None,
        **attributes(data_ask="import", data_source=status.name, aria_label=word("import")),
    )


def summary(word: Words, statuses: Sequence[SourceStatus]) -> list[html.Span]:
    """Return how many sources are in which state, worst first, leaving out what is not there."""
    counts = Counter(status.state for status in statuses)
    return [
        html.Span(
            [
                html.Span(SIGNS[state], className="sign"),
                word(f"state_{state}"),
                html.B(counts[state]),
            ],
            className=f"state state-{state}",
        )
        for state in sorted(counts, key=lambda state: ORDER[state])
    ]

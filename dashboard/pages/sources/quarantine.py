"""The drawer of refused rows: why, where, the row itself, and trying again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import html

from core.auth.policy import Action, refusal
from dashboard.components.icons import icon
from dashboard.components.times import clock_text
from dashboard.components.tree import attributes
from dashboard.components.wiring import Desk
from dashboard.services import QuarantineRow

LIMIT = 100


def quarantine_drawer(
    desk: Desk, title: str, rows: Sequence[QuarantineRow], total: int, now: datetime
) -> list[Any]:
    """Return the drawer's content for one source."""
    word = desk.word
    why = refusal(desk.viewer.actor, Action.RETRY_QUARANTINE)
    head = html.Div(
        [
            html.Div([html.Small(word("col_quarantine")), html.H2(title)]),
            html.Button(
                icon("close"),
                className="quiet square",
                title=f"{word('close')} (Esc)",
                **attributes(data_ask="shut"),
            ),
        ],
        className="drawer-head",
    )
    if not rows:
        return [head, html.P(word("quarantine_none"), className="empty")]
    ids = " ".join(str(row.id) for row in rows)
    retry_all = button(word("retry_all"), "retry", ids, why, main=True)
    told = word("quarantine_more", shown=len(rows), total=f"{total:,}")
    lines = [html.P(word("quarantine_lead")), html.Small(told)]
    if why:
        lines.append(html.P(why, className="refusal"))
    return [
        head,
        html.Div([*lines, retry_all], className="quarantine-lead"),
        html.Ol([refused_row(desk, row, why, now) for row in rows], className="quarantine"),
    ]


def button(text: str, do: str, ids: str, why: str | None, *, main: bool = False) -> html.Button:
    """Return a button that asks for something to be done with rows; greyed with the reason."""
    return html.Button(
        text,
        className="button main" if main else "button small",
        disabled=why is not None,
        title=why or "",
        **attributes(data_ask=do, data_rows=ids),
    )


def refused_row(desk: Desk, row: QuarantineRow, why: str | None, now: datetime) -> html.Li:
    """Return one refused row."""
    word = desk.word
    place = f"{row.payload_name} {row.locator}"
    seen = word("last_seen", time=clock_text(row.last_at, now))
    return html.Li(
        [
            html.P(row.message, className="message"),
            html.Small(
                "　".join(
                    (
                        row.reason,
                        place,
                        word("times", n=row.times),
                        seen,
                    )
                )
            ),
            html.Details([html.Summary(word("raw_row")), html.Pre(row.raw)]),
            html.Div(
                [
                    button(word("retry"), "retry", str(row.id), why),
                    button(word("dismiss"), "dismiss", str(row.id), why),
                ],
                className="actions",
            ),
        ],
    )

"""What the sources page answers; each function is called with the `Desk` first."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from dash import NoUpdate, html, no_update

from core.auth.policy import Action, require
from core.clock import tokyo
from core.errors import NotFoundError
from dashboard.components.notices import empty_state
from dashboard.components.times import interval_text
from dashboard.components.tree import attributes
from dashboard.components.wiring import Desk, tell
from dashboard.pages.sources import imports
from dashboard.pages.sources.quarantine import LIMIT, quarantine_drawer
from dashboard.pages.sources.table import source_title, sources_table, summary, worst_first
from dashboard.services import SourceStatus

Asked = Mapping[str, Any]
DIGITS = 18
"""Of a row's number: what PostgreSQL's bigint holds."""
Answer = tuple[Any, Any, Any, Any]
"""Whether the question is open, its content, the source shown in the drawer, the count of deeds."""


def show_sources(
    desk: Desk, _live: object, _tick: int | None, _done: int | None
) -> tuple[Any, Any]:
    """Return the table and the summary above it."""
    statuses = desk.services.tend.source_statuses(desk.viewer.actor)
    if not statuses:
        return empty_state(desk.word("sources_none")), []
    now = desk.services.ask.world().at
    return sources_table(desk, statuses, now), summary(desk.word, statuses)


def show_quarantine(desk: Desk, source: str | None, _done: int | None) -> tuple[Any, str]:
    """Return the drawer of refused rows and its class."""
    if not source:
        return [], "drawer drawer-shut"
    status = status_of(desk, source)
    rows = desk.services.tend.quarantine(desk.viewer.actor, source, LIMIT, 0)
    title = desk.word("quarantine_title", title=source_title(desk, status))
    now = desk.services.ask.world().at
    total = max(status.quarantined, len(rows))
    return quarantine_drawer(desk, title, rows, total, now), "drawer drawer-open"


def status_of(desk: Desk, source: str) -> SourceStatus:
    """Return a source by name.

    Raises
    ------
    NotFoundError
        When there is none of that name.
    """
    for status in desk.services.tend.source_statuses(desk.viewer.actor):
        if status.name == source:
            return status
    message = f"情報源 {source} はありません。"
    raise NotFoundError(message)


def do_asked(desk: Desk, asked: Asked | None, done: int | None) -> Answer:
    """Do what a button asked for; switching a source is asked back first."""
    deed = DEEDS.get(str((asked or {}).get("do")))
    if deed is None or asked is None:
        return no_update, no_update, no_update, no_update
    return deed(desk, asked, (done or 0) + 1)


def ask_switch(desk: Desk, asked: Asked, _count: int) -> Answer:
    """Say what switching will do and ask whether to."""
    require(desk.viewer.actor, Action.SWITCH_SOURCE)
    status = status_of(desk, str(asked["source"]))
    return True, question(desk, status, on=bool(asked.get("on"))), no_update, no_update


def question(desk: Desk, status: SourceStatus, *, on: bool) -> list[Any]:
    """Return the sentence that says what will happen, and two verbs."""
    word, title = desk.word, source_title(desk, status)
    every = interval_text(word, status.interval_s)
    does = word("switch_on_does" if on else "switch_off_does", title=title, interval=every)
    needs = on and status.permission
    return [
        html.H2(word("switch_on" if on else "switch_off")),
        html.P(does),
        html.P(word("switch_permission", permission=status.permission)) if needs else None,
        html.Div(
            [
                html.Button(word("cancel"), className="button", **attributes(data_ask="cancel")),
                html.Button(
                    word("switch_on" if on else "switch_off"),
                    className="button main",
                    **attributes(
                        data_ask="switch_now", data_source=status.name, data_on="1" if on else ""
                    ),
                ),
            ],
            className="actions",
        ),
    ]


def switch_now(desk: Desk, asked: Asked, count: int) -> Answer:
    """Switch a source."""
    on = bool(asked.get("on"))
    status = status_of(desk, str(asked["source"]))
    desk.services.tend.switch_source(desk.viewer.actor, status.name, on)
    tell(desk.word("switched_on" if on else "switched_off", title=source_title(desk, status)))
    return False, [], no_update, count


def ask_import(desk: Desk, asked: Asked, _count: int) -> Answer:
    """Show the dialog that takes files."""
    require(desk.viewer.actor, Action.IMPORT_FILE)
    return True, imports.question(desk, status_of(desk, str(asked["source"]))), no_update, no_update


def cancel(_desk: Desk, _asked: Asked, _count: int) -> Answer:
    """Close the question."""
    return False, [], no_update, no_update


def run(desk: Desk, asked: Asked, count: int) -> Answer:
    """Have a source fetched now."""
    status = status_of(desk, str(asked["source"]))
    desk.services.tend.run_source_now(desk.viewer.actor, status.name)
    tell(desk.word("run_asked", title=source_title(desk, status)))
    return no_update, no_update, no_update, count


def open_quarantine(_desk: Desk, asked: Asked, _count: int) -> Answer:
    """Show the refused rows of a source."""
    return False, no_update, str(asked["source"]), no_update


def shut_quarantine(_desk: Desk, _asked: Asked, _count: int) -> Answer:
    """Close the drawer."""
    return no_update, no_update, None, no_update


def rows_of(asked: Asked) -> list[int]:
    """Return the numbers of the rows meant."""
    words = str(asked.get("rows") or "").split()
    return [int(row) for row in words if row.isascii() and row.isdigit() and len(row) <= DIGITS]


def retry(desk: Desk, asked: Asked, count: int) -> Answer:
    """Try refused rows again."""
    outcome = desk.services.tend.retry_quarantine(desk.viewer.actor, rows_of(asked))
    tell(desk.word("retried", resolved=outcome.resolved, remaining=outcome.remaining))
    return no_update, no_update, no_update, count


def dismiss(desk: Desk, asked: Asked, count: int) -> Answer:
    """Lay refused rows aside."""
    number = desk.services.tend.dismiss_quarantine(desk.viewer.actor, rows_of(asked))
    tell(desk.word("dismissed", n=number))
    return no_update, no_update, no_update, count


DEEDS: dict[str, Callable[[Desk, Asked, int], Answer]] = {
    "switch": ask_switch,
    "switch_now": switch_now,
    "cancel": cancel,
    "import": ask_import,
    "run": run,
    "quarantine": open_quarantine,
    "shut": shut_quarantine,
    "retry": retry,
    "dismiss": dismiss,
}
"""By what the button says."""

COLUMNS = ("name", "title", "state", "enabled", "last_success_at", "newest_observed_at",
           "interval_s", "failures", "last_error", "quarantined", "owner", "licence",
           "permission")  # fmt: skip
FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
"""A cell that begins so would run as a formula in a spreadsheet (full-width in Japanese ones)."""


def export(desk: Desk, clicks: int | None) -> dict[str, str] | NoUpdate:
    """Return the table as CSV (UTF-8 with BOM, as spreadsheets in Japan expect)."""
    if not clicks:
        return no_update
    now = tokyo(desk.services.ask.world().at)
    statuses = worst_first(desk.services.tend.source_statuses(desk.viewer.actor))
    drill = f"{desk.word('drill')}_" if desk.services.drill else ""
    text = sources_csv(statuses, desk.word("drill_long") if desk.services.drill else "")
    name = f"{drill}hinomi_sources_{now:%Y%m%d_%H%M}.csv"
    return {"content": text, "filename": name, "type": "text/csv;charset=utf-8"}


def sources_csv(statuses: list[SourceStatus], first_line: str) -> str:
    """Return the sources as CSV with a BOM."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if first_line:
        writer.writerow([first_line])
    writer.writerow(COLUMNS)
    for status in statuses:
        writer.writerow([cell(getattr(status, column)) for column in COLUMNS])
    return "\ufeff" + buffer.getvalue()


def cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula; times in Japan time."""
    if value is None:
        return ""
    text = tokyo(value).isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text

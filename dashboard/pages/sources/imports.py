"""A file that somebody drops on a source: the question, the way in, what became of it.

The file comes as the plain body of a request of its own, not through a Dash callback: `dcc.Upload`
would read all of it into the page, send it as base64 inside JSON (a third larger, parsed on the
event loop) and drop what is too large without a word. The session, the CSRF token and the size
limit are checked before by the middleware (`server.security`, `server.headers`), like for any
other request that changes something.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import dash
from dash import html
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from core.auth.actor import current_actor
from core.auth.policy import Action, require
from core.errors import InvalidError, NotAllowedError
from dashboard.components.icons import icon
from dashboard.components.tree import attributes
from dashboard.components.wiring import Desk
from dashboard.pages.sources.ids import SourcesId as Id
from dashboard.pages.sources.table import kind_word, source_title
from dashboard.services import Services, SourceStatus

PATH = "/app/import"
MEGABYTE = 1_000_000
MOST_MEGABYTES = 32
"""As `server.headers.MAX_UPLOAD`; larger files come through `hinomi ingest import`."""
MOST_NAME = 200
MOST_SHOWN = 50


def serve(app: dash.Dash, services: Services) -> None:
    """Take files in at `/app/import?source=…&name=…`."""

    async def take(request: Request, source: str, name: str) -> JSONResponse:
        actor = current_actor()
        if actor is None:
            message = "ログインの期限が切れました。"
            raise NotAllowedError(message)
        require(actor, Action.IMPORT_FILE)
        if not name or len(name) > MOST_NAME:
            message = f"ファイル名は{MOST_NAME}文字までです。"
            raise InvalidError(message)
        content = await request.body()
        done = await asyncio.to_thread(services.tend.import_file, actor, source, name, content)
        return JSONResponse({"counts": dict(done.counts)})

    server: FastAPI = app.server
    server.add_api_route(PATH, take, methods=["POST"], include_in_schema=False)


def most_megabytes(status: SourceStatus) -> int:
    """Return what one file may weigh on the screen, in millions of bytes."""
    return min(MOST_MEGABYTES, status.most_bytes // MEGABYTE)


def question(desk: Desk, status: SourceStatus) -> list[Any]:
    """Return the dialog that takes files for one source."""
    word, most = desk.word, most_megabytes(status)
    named = status.files != ("*",)
    files = word("import_files", files=" ".join(status.files)) if named else word("import_any")
    larger = status.most_bytes // MEGABYTE > most
    return [
        html.H2(word("import")),
        html.P(word("import_lead", title=source_title(desk, status))),
        html.Button(
            [
                icon("import"),
                html.B(word("import_drop")),
                html.Small(f"{files}　{word('import_limit', most=most)}"),
            ],
            className="dropzone",
            **attributes(data_source=status.name, data_most=str(most)),
        ),
        html.Small(word("import_larger")) if larger else None,
        html.Div(id=Id.IMPORT_RESULT, className="import-result", role="status"),
        html.Div(
            html.Button(word("close"), className="button", **attributes(data_ask="cancel")),
            className="actions",
        ),
    ]


def show_result(desk: Desk, results: Sequence[Mapping[str, Any]] | None) -> list[Any]:
    """Return what became of the files: counts by kind, refused rows, or the reason."""
    return [result(desk, one) for one in (results or [])[:MOST_SHOWN]]


def result(desk: Desk, one: Mapping[str, Any]) -> html.Div:
    """Return what became of one file."""
    word, name = desk.word, str(one.get("name", ""))
    if one.get("error"):
        lines: list[Any] = [html.B(f"✕ {word('import_failed')}"), html.Small(name),
                            html.P(str(one["error"]))]  # fmt: skip
        return html.Div(lines, className="imported imported-not")
    counts = {kind: count for kind, count in (one.get("counts") or {}).items() if count}
    refused = counts.pop("rejected", 0)
    rows = [
        html.Li([html.B(f"{count:,}"), f" {kind_word(word, kind)}"])
        for kind, count in counts.items()
    ]
    told: list[Any] = [html.B(f"● {word('import_done')}"), html.Small(name)]
    told.append(html.Ul(rows, className="counts") if rows else html.P(word("import_nothing")))
    if refused:
        told.append(
            html.Button(
                f"{word('col_quarantine')} {word('quarantine_open', n=f'{refused:,}')}",
                className="button small",
                **attributes(data_ask="quarantine", data_source=str(one.get("source", ""))),
            )
        )
    return html.Div(told, className="imported")

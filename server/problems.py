"""One table from a category of error to an HTTP answer: problem+json (RFC 9457), no inner workings.

What Hinomi raises on purpose carries a sentence for people, and that goes out. Anything else is a
fault of ours: its story goes to the log under a reference, and only the reference goes out.
"""

import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.db.session import DatabaseGoneError
from core.errors import (
    ConflictError,
    HinomiError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)

LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

STATUS: Mapping[type[HinomiError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    NotAllowedError: HTTPStatus.FORBIDDEN,
    InvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ConflictError: HTTPStatus.CONFLICT,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Category of error → status."""

SENTENCES: Mapping[int, str] = {
    400: "送られた内容を読み取れません。",
    401: "サインインが必要です。",
    403: "この操作は許可されていません。",
    404: "ここには何もありません。",
    405: "この方法では受け付けていません。",
    408: "時間内に受け取れませんでした。",
    413: "送られたデータが大きすぎます。",
    415: "この形式は受け付けていません。",
    422: "送られた内容が正しくありません。",
    429: "回数が多すぎます。しばらくしてからもう一度お試しください。",
    431: "送られた見出し（ヘッダー）が大きすぎます。",
    500: "内部で問題が起きました。記録に残しました。",
    503: "いま応答できません。しばらくしてからもう一度お試しください。",
}
DATABASE_GONE = "データベースに接続できません。復旧しだい自動で再開します。"


def problem(
    status: int,
    detail: str | None = None,
    *,
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """Return a problem+json answer.

    Parameters
    ----------
    status
        HTTP status.
    detail
        A Japanese sentence a person may read; the one of the status when None.
    title
        Short English name of the kind of problem; the one of the status when None.
    headers
        More headers.
    more
        More members of the object, such as `reference` or `errors`.
    """
    body = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or SENTENCES.get(status, SENTENCES[500]),
        **more,
    }
    extra = {"Cache-Control": "no-store", **(headers or {})}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        extra.setdefault("Retry-After", str(RETRY_AFTER_S))
    return Response(orjson.dumps(body, default=str), status, extra, MEDIA_TYPE)


def status_of(error: HinomiError) -> HTTPStatus:
    """Return the status of an error by its category."""
    for category, status in STATUS.items():
        if isinstance(error, category):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def of_error(error: Exception) -> Response:
    """Return the answer to any exception; a fault of ours is logged under a reference."""
    if isinstance(error, DatabaseGoneError) or is_lost_connection(error):
        return problem(503, DATABASE_GONE, title="Database gone")
    if isinstance(error, PoolTimeoutError):
        return problem(503, title="Database busy")
    if isinstance(error, HinomiError):
        return problem(status_of(error), error.message, title=_title(error))
    reference = secrets.token_hex(4)
    LOG.error("request failed, reference %s", reference, exc_info=error)
    return problem(500, reference=reference)


def is_lost_connection(error: Exception) -> bool:
    """Tell whether a driver error means that the database went away."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _title(error: HinomiError) -> str:
    """Return `Login taken` for `LoginTakenError`."""
    name = type(error).__name__.removesuffix("Error")
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
    return words[:1].upper() + words[1:]


async def _hinomi(_: Request, error: Exception) -> Response:
    return of_error(error)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    detail = error.detail if error.status_code < 500 and _is_ours(error.detail) else None  # noqa: PLR2004
    return problem(error.status_code, detail, headers=error.headers)


async def _validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    errors = [
        {"where": ".".join(str(part) for part in item["loc"]), "message": item["msg"]}
        for item in error.errors()[:20]
    ]
    return problem(422, errors=errors)


def _is_ours(detail: str) -> bool:
    """Tell a sentence of ours from the framework's English phrase."""
    return not detail.isascii()


class Faults:
    """ASGI middleware: answers what no handler foresaw, inside the headers and the gate."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on; an exception becomes a problem, or ends an answer that has begun."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            await of_error(error)(scope, receive, send)


def install(app: FastAPI) -> None:
    """Answer every error of an application from this table."""
    app.add_exception_handler(HinomiError, _hinomi)
    app.add_exception_handler(SQLAlchemyError, _hinomi)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)

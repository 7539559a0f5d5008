"""What every answer says to the browser about itself, and how large a request may be."""

from collections.abc import Iterable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.settings import MapSettings
from server import problems

GSI_TILES = "https://cyberjapandata.gsi.go.jp"
"""Base map of the Geospatial Information Authority (reference/C)."""
MAX_BODY = 1_000_000
MAX_UPLOAD = 32_000_000
"""Bytes of a request that carries a dropped file (`dashboard.pages.sources.imports`)."""
UPLOAD_PATHS = frozenset({"/app/import"})
MAX_HEAD = 32_000
"""Bytes of address and headers together; the server below us sets no limit of its own."""


def content_policy(settings: MapSettings, script_hashes: Iterable[str] = ()) -> str:
    """Return the Content-Security-Policy of our pages.

    Scripts come from us alone; the few inline ones Dash writes are named by hash. Styles stay
    `unsafe-inline`, because Plotly and Mantine write style elements as they run. Nothing is ever
    evaluated from text. GSI tiles are allowed unless only the built-in map is used.
    """
    tiles = "" if settings.base == "builtin" else f" {GSI_TILES}"
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob:{tiles}",
        "font-src": "'self' data:",
        "connect-src": f"'self'{tiles}",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def standing_headers(policy: str, *, secure: bool) -> dict[str, str]:
    """Return the headers that every answer carries unless it sets its own."""
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # Not `no-referrer`: with that, browsers send `Origin: null` with forms.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-cache",
    }
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


class StandingHeaders:
    """ASGI middleware: add the standing headers to every answer that lacks them."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = dict(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on with a send that adds headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                answer = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    answer.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class HeadLimit:
    """ASGI middleware: refuse an address and headers that are too large; drop escaped cookies.

    A cookie with a backslash is none of ours, and the standard library takes quadratic time to
    read it (CVE-2024-7592), on the event loop, before anybody is known.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on with few and harmless headers."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        size = len(scope.get("raw_path") or scope["path"]) + len(scope.get("query_string", b""))
        size += sum(len(name) + len(value) for name, value in scope["headers"])
        if size > MAX_HEAD:
            await _refuse_head(scope, receive, send)
            return
        if any(name == b"cookie" and b"\\" in value for name, value in scope["headers"]):
            scope = {**scope, "headers": [_plain(name, value) for name, value in scope["headers"]]}
        await self._app(scope, receive, send)


def _plain(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name != b"cookie":
        return name, value
    return name, b";".join(part for part in value.split(b";") if b"\\" not in part)


async def _refuse_head(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await problems.problem(431)(scope, receive, send)
    else:
        await receive()
        await send({"type": "websocket.close", "code": 1009, "reason": "headers too large"})


class _TooLargeError(Exception):
    """More came than was announced or is allowed."""


class BodyLimit:
    """ASGI middleware: refuse requests whose body is too large, announced or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on with a receive that counts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = MAX_UPLOAD if scope["path"] in UPLOAD_PATHS else MAX_BODY
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit() or int(announced[:20]) > limit:
            await problems.problem(413 if announced.isdigit() else 400)(scope, receive, send)
            return
        taken, started = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise _TooLargeError
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except _TooLargeError:
            if not started:
                await problems.problem(413)(scope, receive, send)

"""The gate in front of everything: who asks, may they come in, did a page of ours send this.

Plain ASGI, so that streams stay streams and WebSockets pass. The choices are explained in
docs/decisions/0002-sessions-and-csrf.md.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.auth.actor import Actor, ActorKind, Role, reset_current_actor, set_current_actor
from core.auth.secrets import same
from core.auth.store import LiveSession
from core.db.session import DatabaseGoneError
from core.settings import WebSettings
from server import login_page, problems
from server.origin import is_same_origin, networks, origin_is, within
from server.sessions import CSRF_COOKIE, Cookies, Sessions

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_PATHS = frozenset(
    {"/login", "/health", "/health/live", "/wall", "/robots.txt", "/favicon.ico"}
)
"""Reached without anybody signed in; `/wall` decides for itself."""
OPEN_FOLDERS = ("/assets/",)
WALL_PATHS = frozenset({"/wall", "/api/live", "/api/layers", "/api/summary"})
"""What a wall display may ask for, by its network or its token; nothing else."""
WALL_FOLDERS = ("/api/layers/", "/api/stations/", "/tiles/")
METRICS = "/metrics"
"""Open to the machine itself (Prometheus beside it), otherwise to those signed in."""
PASSED_ON = ("x-forwarded-for", "x-real-ip", "forwarded", "via")
"""Any of them tells that a proxy asks for somebody else."""
LOOPBACK = networks(("127.0.0.0/8", "::1"), "LOOPBACK")
MAX_FORM = 64 * 1024
RECHECK_S = 30.0
"""An open stream asks this often whether its session still stands."""
NETWORK_WALL = Actor(0, "wall-network", "表示端末", Role.VIEWER, None, ActorKind.DEVICE)
STALE_PAGE = "画面が古くなっています。再読み込みしてからもう一度お試しください。"
FOREIGN_PAGE = "ほかのサイトから送られた操作は受け付けません。"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, as far as cookies and network tell."""

    actor: Actor | None
    session: LiveSession | None = None
    token: str | None = None
    device: str | None = None
    """Token of the wall display, where that is what let it in."""


class Gate:
    """ASGI middleware: nobody passes without a session, a wall's right, or an open path."""

    def __init__(self, app: ASGIApp, sessions: Sessions, settings: WebSettings) -> None:
        self._app = app
        self._sessions = sessions
        self._cookies = Cookies(settings.secure_cookies)
        self._wall_networks = networks(settings.wall_networks, "HINOMI_WEB_WALL_NETWORKS")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, send to sign in, or refuse."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, path = Headers(scope=scope), str(scope["path"])
        try:
            visitor = await self._visitor(scope, headers)
        except DatabaseGoneError as error:
            if path not in OPEN_PATHS and not path.startswith(OPEN_FOLDERS):
                answer = login_page.gone() if wants_page(headers) else problems.of_error(error)
                await answer(scope, receive, send)
                return
            visitor = Visitor(None)
        refused = self._refusal(scope, headers, visitor)
        if refused is None and scope["method"] not in SAFE_METHODS:
            refused, receive = await self._forgery(scope, headers, receive, visitor)
        if refused is not None:
            await refused(scope, receive, send)
            return
        await self._enter(scope, receive, send, visitor)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        try:
            visitor = await self._visitor(scope, headers)
        except DatabaseGoneError:
            visitor = Visitor(None)
        own = origin_is(headers.get("origin", ""), scope["scheme"], headers.get("host", ""))
        if visitor.session is None or not own:
            await receive()
            await send({"type": "websocket.close", "code": 4401, "reason": "sign in first"})
            return
        await self._enter(scope, receive, send, visitor)

    async def _visitor(self, scope: Scope, headers: Headers) -> Visitor:
        """Tell who asks; the database is asked in a thread, and seldom (`Sessions`)."""
        cookies = read_cookies(headers)
        token = cookies.get(self._cookies.session)
        if token:
            session = await anyio.to_thread.run_sync(self._sessions.find, token)
            if session is not None:
                return Visitor(session.actor, session, token)
        if not for_wall(scope["path"]):
            return Visitor(None)
        if within(address_of(scope), self._wall_networks):
            return Visitor(NETWORK_WALL)
        device = cookies.get(self._cookies.device)
        if device:
            actor = await anyio.to_thread.run_sync(self._sessions.find_device, device)
            return Visitor(actor, device=device)
        return Visitor(None)

    def _refusal(self, scope: Scope, headers: Headers, visitor: Visitor) -> Response | None:
        path = str(scope["path"])
        if visitor.actor is not None or path in OPEN_PATHS or path.startswith(OPEN_FOLDERS):
            return None
        if path == METRICS and from_this_machine(scope, headers):
            return None
        if scope["method"] in {"GET", "HEAD"} and wants_page(headers):
            query = scope.get("query_string", b"").decode("latin-1")
            target = quote(path) + (f"?{query}" if query else "")
            where = (
                "/login" if target in {"/", "/app/"} else f"/login?{urlencode({'next': target})}"
            )
            return RedirectResponse(where, 303, {"Cache-Control": "no-store"})
        return problems.problem(401)

    async def _forgery(
        self, scope: Scope, headers: Headers, receive: Receive, visitor: Visitor
    ) -> tuple[Response | None, Receive]:
        """Refuse what another site made the browser send; hand on a receive that has the body."""
        if not is_same_origin(headers, scope["scheme"]):
            return problems.problem(403, FOREIGN_PAGE), receive
        # The sign-in form pairs its own cookie and field, since it has no session yet.
        if scope["path"] == "/login":
            return None, receive
        if visitor.session is None:
            return problems.problem(401 if visitor.actor is None else 403), receive
        sent = headers.get("x-csrf-token")
        if sent is None and is_form(headers):
            sent, receive = await form_token(receive)
        if sent is None or not same(sent, visitor.session.csrf):
            return problems.problem(403, STALE_PAGE), receive
        return None, receive

    async def _enter(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        state = scope.setdefault("state", {})
        state["actor"], state["session"], state["token"] = (
            visitor.actor,
            visitor.session,
            visitor.token,
        )
        watch = Watch(self._sessions, visitor, receive, send, self._fresh_cookie(scope, visitor))
        acting = set_current_actor(visitor.actor)
        try:
            await self._app(scope, watch.receive, watch.send)
        finally:
            reset_current_actor(acting)

    def _fresh_cookie(self, scope: Scope, visitor: Visitor) -> bytes | None:
        """Return the cookie our scripts read the CSRF token from, when the browser lacks it."""
        if visitor.session is None or scope["type"] != "http" or scope["path"] == "/logout":
            return None
        if read_cookies(Headers(scope=scope)).get(CSRF_COOKIE) == visitor.session.csrf:
            return None
        life = max(1, int(visitor.session.expires_at.timestamp() - time.time()))
        cookie = self._cookies.set(CSRF_COOKIE, visitor.session.csrf, life, readable=True)
        return cookie.encode("latin-1")


class Watch:
    """Ends a stream or a WebSocket whose session or wall display no longer stands."""

    def __init__(
        self,
        sessions: Sessions,
        visitor: Visitor,
        receive: Receive,
        send: Send,
        cookie: bytes | None,
    ) -> None:
        self._sessions = sessions
        self._visitor = visitor
        self._receive = receive
        self._send = send
        self._cookie = cookie
        self._checked = time.monotonic()
        self._ended = asyncio.Event()

    async def receive(self) -> Message:
        """Return the next message, or a disconnect once the session has ended."""
        if self._ended.is_set():
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "websocket.receive" and not await self._stands():
            return {"type": "websocket.disconnect", "code": 4401, "reason": "signed out"}
        return message

    async def send(self, message: Message) -> None:
        """Pass a message on; after the session has ended, close instead."""
        if self._ended.is_set():
            return
        if message["type"] == "http.response.start" and self._cookie is not None:
            message = dict(message)
            message["headers"] = [*message.get("headers", ()), (b"set-cookie", self._cookie)]
        streaming = message["type"] == "http.response.body" and message.get("more_body")
        if streaming and not await self._stands():
            self._ended.set()
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        await self._send(message)

    async def _stands(self) -> bool:
        ask: Callable[[str], object] = self._sessions.find
        token = self._visitor.token
        if token is None:
            ask, token = self._sessions.find_device, self._visitor.device
        if token is None or time.monotonic() - self._checked < RECHECK_S:
            return True
        self._checked = time.monotonic()
        try:
            found = await anyio.to_thread.run_sync(ask, token)
        except DatabaseGoneError:
            return True
        return found is not None


def for_wall(path: str) -> bool:
    """Tell whether a wall display may ask for a path."""
    return path in WALL_PATHS or path.startswith(WALL_FOLDERS)


def address_of(scope: Scope) -> str:
    """Return the client's address, already corrected for proxies."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def from_this_machine(scope: Scope, headers: Headers) -> bool:
    """Tell whether a program on this machine asks; a proxy here that passes others on is not."""
    return within(address_of(scope), LOOPBACK) and not any(name in headers for name in PASSED_ON)


def wants_page(headers: Headers) -> bool:
    """Tell a person opening an address from a script asking for data."""
    return "text/html" in headers.get("accept", "")


def is_form(headers: Headers) -> bool:
    """Tell whether the body is a plain form."""
    return headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def read_cookies(headers: Headers) -> Mapping[str, str]:
    """Return the cookies of a request; ours are tokens, so nothing in them is quoted or escaped."""
    found = {}
    for part in headers.get("cookie", "").split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found[name.strip()] = value.strip()
    return found


async def form_token(receive: Receive) -> tuple[str | None, Receive]:
    """Return the field `csrf_token` of a small form, and a receive that gives the body again."""
    body, messages = b"", []
    while len(body) <= MAX_FORM:
        message = await receive()
        messages.append(message)
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        if not message.get("more_body"):
            break

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    fields = parse_qs(body[:MAX_FORM].decode("utf-8", "replace"), max_num_fields=100)
    return fields.get("csrf_token", [None])[0], again

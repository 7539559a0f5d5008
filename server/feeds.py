"""The simulated outside world over HTTP: every source as it is published, faults included."""

import asyncio
import gzip
import hmac
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Depends, FastAPI, Header, Request
from pydantic import AwareDatetime
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from core.errors import NotAllowedError
from drill import player
from drill.answer import BINARY, ZIP, FeedAnswer, Hang
from drill.faults import Fault
from server import problems
from server.stage import TICK_S, Stage

LOG = logging.getLogger(__name__)
SMALLEST_GZIP = 1024
DRIPS = 8


class WrongTokenError(NotAllowedError):
    """The control token is missing or wrong."""


class HangingResponse(Response):
    """Holds the connection without a byte until the client gives up."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the disconnect, or for the longest time any client waits."""
        del scope, send
        try:
            async with asyncio.timeout(self._seconds):
                while (await receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            LOG.debug("a client waited to the end")


class BrokenResponse(Response):
    """Announces a whole body, sends the first part of it, and breaks off."""

    def __init__(self, part: bytes, promised: int, headers: dict[str, str]) -> None:
        super().__init__(headers={**headers, "Content-Length": str(promised)})
        self._part = part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the part and return without an end: the server closes the connection."""
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self._part, "more_body": True})


class DrippingResponse(Response):
    """A whole answer, drop by drop."""

    def __init__(self, content: bytes, seconds: float, headers: dict[str, str]) -> None:
        super().__init__(content, headers=headers)
        self._pause = seconds / DRIPS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send an eighth, wait, and so on."""
        del scope, receive
        await asyncio.sleep(self._pause)
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        step = max(1, -(-len(self.body) // DRIPS))
        for start in range(0, len(self.body), step):
            part = bytes(self.body[start : start + step])
            await send({"type": "http.response.body", "body": part, "more_body": True})
            await asyncio.sleep(self._pause)
        await send({"type": "http.response.body", "body": b""})


def unchanged(request: Request, answer: FeedAnswer) -> bool:
    """Tell whether the client has this answer already (RFC 9110: the tag goes before the date)."""
    wanted = request.headers.get("if-none-match")
    if wanted is not None:
        tags = [tag.strip().removeprefix("W/").strip('"') for tag in wanted.split(",")]
        return answer.etag is not None and (answer.etag in tags or "*" in tags)
    since = request.headers.get("if-modified-since")
    if since is None or answer.last_modified is None:
        return False
    try:
        return answer.last_modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def http_date(moment: datetime) -> str:
    """Return a time as HTTP writes it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def headers_of(answer: FeedAnswer) -> dict[str, str]:
    """Return the headers of a feed's answer."""
    headers = {"Content-Type": answer.content_type, "Cache-Control": "no-cache"}
    if answer.last_modified is not None:
        headers["Last-Modified"] = http_date(answer.last_modified)
    if answer.etag is not None:
        headers["ETag"] = f'W/"{answer.etag}"'
    if answer.file_name is not None:
        headers["X-Hinomi-Name"] = quote(answer.file_name, safe="")
        plain = answer.file_name if answer.file_name.isascii() else headers["X-Hinomi-Name"]
        headers["Content-Disposition"] = f'inline; filename="{plain}"'
    return headers


def respond(request: Request, answer: FeedAnswer, promised: int | None) -> Response:
    """Return the HTTP answer, as slow or as broken as the fault wants it."""
    headers = headers_of(answer)
    if answer.status != 200:  # noqa: PLR2004 - HTTP OK
        return Response(answer.content, answer.status, headers)
    if unchanged(request, answer):
        return Response(status_code=304, headers=headers)
    if promised is not None:
        return BrokenResponse(answer.content, promised, headers)
    if answer.slow_s:
        return DrippingResponse(answer.content, answer.slow_s, headers)
    content = answer.content
    packed = answer.content_type in {BINARY, ZIP}
    accepted = "gzip" in request.headers.get("accept-encoding", "")
    if accepted and not packed and len(content) >= SMALLEST_GZIP:
        content = gzip.compress(content, compresslevel=1, mtime=0)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(content, headers=headers)


def stage_of(request: Request) -> Stage:
    """Return what is played."""
    stage: Stage = request.app.state.stage
    return stage


def check_token(request: Request, authorization: Annotated[str, Header()] = "") -> None:
    """Let only those at the controls who hold the token."""
    expected = f"Bearer {request.app.state.token}"
    if not hmac.compare_digest(authorization.encode(), expected.encode()):
        raise WrongTokenError


OnStage = Annotated[Stage, Depends(stage_of)]
control = APIRouter(prefix="/control", dependencies=[Depends(check_token)])
sources = APIRouter()


@control.get("/state")
def read_state(stage: OnStage) -> dict[str, Any]:
    """Return the clock, the sources and their faults."""
    return stage.describe()


@control.post("/pause")
def pause(stage: OnStage) -> dict[str, Any]:
    """Stop the world's clock."""
    stage.change(player.paused)
    return stage.describe()


@control.post("/resume")
def resume(stage: OnStage) -> dict[str, Any]:
    """Let the world's clock run on."""
    stage.change(player.resumed)
    return stage.describe()


@control.post("/seek")
def seek(stage: OnStage, world: Annotated[AwareDatetime, Body(embed=True)]) -> dict[str, Any]:
    """Jump to a world time."""
    stage.seek(world)
    return stage.describe()


@control.post("/speed")
def set_speed(stage: OnStage, speed: Annotated[float, Body(embed=True)]) -> dict[str, Any]:
    """Run the world's clock faster or slower, ×1 to ×600."""
    stage.change(lambda state, now: player.with_speed(state, now, speed))
    return stage.describe()


@control.post("/faults/{source}")
def set_fault(
    stage: OnStage, source: str, fault: Annotated[Fault | None, Body(embed=True)] = None
) -> dict[str, Any]:
    """Switch a fault of one source on; null switches all of its faults off."""
    stage.break_source(source, fault)
    return stage.describe()


@sources.get("/{source}/{path:path}")
async def read_feed(stage: OnStage, request: Request, source: str, path: str) -> Response:
    """Answer as the source would."""
    base = f"{str(request.base_url).rstrip('/')}/{source}"
    answer, promised = await run_in_threadpool(stage.answer, source, path, base)
    if isinstance(answer, Hang):
        return HangingResponse(answer.seconds)
    return await run_in_threadpool(respond, request, answer, promised)


async def _tick(stage: Stage) -> None:
    while True:
        try:
            await run_in_threadpool(stage.tick)
        except Exception:
            # The outside world must not end because one look at the database went wrong.
            LOG.exception("tick failed")
        await asyncio.sleep(TICK_S)


@asynccontextmanager
async def _alive(app: FastAPI) -> AsyncIterator[None]:
    ticking = asyncio.create_task(_tick(app.state.stage))
    yield
    ticking.cancel()


def create_feeds(stage: Stage, token: str) -> FastAPI:
    """Return the application that serves a world, and its controls behind a token."""
    app = FastAPI(
        title="火見 訓練の情報源", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_alive
    )
    app.state.stage = stage
    app.state.token = token
    problems.install(app)
    app.include_router(control)
    app.include_router(sources)
    return app

"""A small application behind the real gate and the real sign-in, for attacks on both."""

import asyncio
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from core.auth.actor import current_actor
from core.db.session import Database
from server.login import LoginDoor, SignIn
from server.security import Gate
from server.sessions import Sessions


async def who(request: Request) -> JSONResponse:
    """Say who asks and what was sent."""
    actor = current_actor()
    body = (await request.body()).decode()
    return JSONResponse({"actor": actor and actor.login, "path": request.url.path, "body": body})


async def stream(_: Request) -> StreamingResponse:
    """Send a line twenty times a second, without end."""

    async def lines() -> Any:
        while True:
            yield b": still here\n\n"
            await asyncio.sleep(0.05)

    return StreamingResponse(lines(), media_type="text/event-stream")


async def talk(socket: WebSocket) -> None:
    """Say the actor's login for every message."""
    await socket.accept()
    async for _ in socket.iter_text():
        actor = current_actor()
        await socket.send_text(actor.login if actor else "nobody")


def gated(database: Database, settings: Any) -> Starlette:
    """Return a small application behind the gate, with the real sign-in."""
    known = Sessions(database, settings.web)
    door = LoginDoor(settings, SignIn(database, settings), known)
    routes = [
        Route("/api/live", stream),
        WebSocketRoute("/app/_dash-ws-callback", talk),
        Mount("/assets", Starlette(routes=[Route("/{rest:path}", who)])),
    ]
    routes += [
        Route(path, who, methods=["GET", "POST", "DELETE"])
        for path in ("/app/{rest:path}", "/wall", "/metrics", "/health", "/api/layers",
                     "/api/layers/{rest}", "/api/summary", "/tiles/{rest:path}",
                     "/api/stations/1/series", "/api/other", "/surprise")
    ]  # fmt: skip
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(door.router)
    app.router.routes += routes
    app.add_middleware(Gate, sessions=known, settings=settings.web)
    return app

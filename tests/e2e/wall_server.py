"""The wall's share of the web server as a program: its page, layers, tiles and live line, no desk.

Started in a process of its own so that a test can kill it; the doors are the real ones.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from core.clock_store import follow
from core.db.session import Database
from core.events import Hub
from core.settings import Settings, load_settings
from dashboard.pages.wall import ASSETS, WallPage, build_mark, wall_html
from layers.service import open_layers
from server import live, problems
from server.api import layers as layers_api
from server.api import tiles as tiles_api
from server.board import Board
from server.databases import database_url
from server.headers import StandingHeaders, content_policy, standing_headers


def create(settings: Settings) -> FastAPI:
    """Return the application."""
    url = database_url(settings)
    database, hub = Database(url, settings.database), Hub(url)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        hub.start()
        unfollow = follow(database, hub)
        await app.state.live.start()
        yield
        await app.state.live.stop()
        unfollow()
        hub.stop()

    app = FastAPI(lifespan=lifespan)
    app.state.layers = open_layers(database, settings)
    board = Board(database, app.state.layers.catalog, drill=settings.drill.active)
    app.state.live = live.LiveHub(board, hub, build=build_mark())
    page = WallPage(drill=settings.drill.active, base_map=settings.map.base)

    @app.get("/wall")
    async def wall(request: Request) -> HTMLResponse:
        return HTMLResponse(wall_html(request.query_params.get("lang", "ja"), page))

    problems.install(app)
    for router in (layers_api.router, tiles_api.router, live.router):
        app.include_router(router)
    app.mount("/assets", StaticFiles(directory=ASSETS))
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    policy = content_policy(settings.map)
    app.add_middleware(StandingHeaders, headers=standing_headers(policy, secure=False))
    return app


if __name__ == "__main__":
    uvicorn.run(
        create(load_settings()), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning",
        timeout_graceful_shutdown=1,
    )  # fmt: skip

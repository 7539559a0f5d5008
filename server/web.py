"""`create_app`: puts the parts of the web server together; holds no logic of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import dash
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

import dashboard
from core import metrics
from core.clock import WORLD
from core.clock_store import follow
from core.db.session import Database
from core.events import Hub
from core.settings import Settings
from dashboard.app import create_dash
from dashboard.pages.wall import build_mark
from layers.service import LayerAccess, open_layers
from server import live, problems
from server.api import layers as layers_api
from server.api import summary as summary_api
from server.api import tiles as tiles_api
from server.board import Board
from server.databases import database_url
from server.desk import desk_services
from server.headers import (
    BodyLimit,
    HeadLimit,
    StandingHeaders,
    content_policy,
    standing_headers,
)
from server.health import Examiner, health_router
from server.login import LoginDoor, SignIn
from server.measure import Measure
from server.origin import ClientAddress, networks
from server.scrape import Scrape
from server.security import Gate
from server.sessions import Sessions
from server.wall import WallDoor

ASSETS = Path(dashboard.__file__).parent / "assets"
FRAMEWORK_PAGES = frozenset({"/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"})
GZIP_FROM = 1_000
GZIP_LEVEL = 4
"""Half of level 9's time for nine tenths of its gain on GeoJSON."""


@dataclass(frozen=True, slots=True)
class House:
    """What one web process holds open."""

    settings: Settings
    database: Database
    hub: Hub
    layers: LayerAccess
    sessions: Sessions


def open_house(settings: Settings) -> House:
    """Open what a web process needs; none of it waits for the database."""
    url = database_url(settings)
    database = Database(url, settings.database)
    return House(
        settings=settings,
        database=database,
        hub=Hub(url),
        layers=open_layers(database, settings),
        sessions=Sessions(database, settings.web),
    )


def create_app(settings: Settings) -> FastAPI:
    """Return the operators' web application; it serves even while the database is down.

    Raises
    ------
    SettingsError, DefinitionError
        When a setting or a layer definition is wrong.
    """
    house = open_house(settings)
    board = Board(house.database, house.layers.catalog, drill=settings.drill.active)
    app = FastAPI(
        title="Hinomi",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan_of(house),
    )
    app.state.layers = house.layers
    app.state.board = board
    app.state.live = live.LiveHub(board, house.hub, build=build_mark())
    metrics.LIVE_STREAMS.set_function(lambda: len(app.state.live.clients))
    problems.install(app)
    include_routes(app, house)
    desk = create_dash(desk_services(house.database, house.layers, settings))
    mount_desk(app, desk)
    surround(app, house, desk.csp_hashes())
    return app


def lifespan_of(house: House) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return what runs as long as the application does: the hub, the world clock, the live line."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        house.hub.start()
        unfollow = await asyncio.to_thread(follow, house.database, house.hub, WORLD)
        await app.state.live.start()
        try:
            yield
        finally:
            await app.state.live.stop()
            unfollow()
            await asyncio.to_thread(house.hub.stop)
            house.database.close()

    return lifespan


def include_routes(app: FastAPI, house: House) -> None:
    """Add every route but the desk's."""
    sign_in = SignIn(house.database, house.settings)
    app.include_router(LoginDoor(house.settings, sign_in, house.sessions).router)
    examiner = Examiner(house.settings, house.database, house.hub)
    app.include_router(health_router(examiner, Scrape(house.database, house.layers)))
    app.include_router(WallDoor(house.settings, house.sessions).router)
    app.include_router(summary_api.router)
    app.include_router(layers_api.router)
    app.include_router(tiles_api.router)
    app.include_router(live.router)
    app.add_api_route("/", to_desk, include_in_schema=False)
    app.add_api_route("/app", to_desk, include_in_schema=False)
    app.add_api_route("/robots.txt", robots, include_in_schema=False)
    app.mount("/assets", StaticFiles(directory=ASSETS), name="assets")


def mount_desk(app: FastAPI, desk: dash.Dash) -> None:
    """Put the Dash application behind all other routes; its own carry the prefix `/app/`."""
    problems.install(desk.server)
    # Its own pages about itself, which would load scripts from elsewhere.
    routes = desk.server.router.routes
    routes[:] = [route for route in routes if getattr(route, "path", "") not in FRAMEWORK_PAGES]
    app.mount("/", desk.server, name="desk")


def surround(app: FastAPI, house: House, script_hashes: Sequence[str]) -> None:
    """Put the middleware around the routes; the one added last is the outermost."""
    settings = house.settings
    policy = content_policy(settings.map, script_hashes)
    trusted = networks(settings.web.trusted_proxies, "HINOMI_WEB_TRUSTED_PROXIES")
    app.add_middleware(problems.Faults)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM, compresslevel=GZIP_LEVEL)
    app.add_middleware(Gate, sessions=house.sessions, settings=settings.web)
    app.add_middleware(BodyLimit)
    app.add_middleware(
        StandingHeaders, headers=standing_headers(policy, secure=settings.web.secure_cookies)
    )
    app.add_middleware(ClientAddress, trusted=trusted)
    app.add_middleware(HeadLimit)
    app.add_middleware(Measure)


async def to_desk() -> Response:
    """Send to the desk."""
    return RedirectResponse("/app/", 303)


async def robots() -> Response:
    """Ask crawlers to stay away."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")

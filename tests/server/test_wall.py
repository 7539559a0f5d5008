"""Who gets to see the wall, and how a token leaves the address."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI

from core.auth import store
from core.auth.actor import SYSTEM
from core.db.session import Database
from server.security import Gate
from server.sessions import Sessions
from server.wall import WallDoor

# Shaped like a token; fixed, since every process must collect the same tests.
UNKNOWN = "A" * 43


@pytest.fixture
def app(clean_database: Database, settings_of: Any) -> FastAPI:
    settings = settings_of(drill=True)
    known = Sessions(clean_database, settings.web)
    made = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    made.include_router(WallDoor(settings, known).router)
    made.add_middleware(Gate, sessions=known, settings=settings.web)
    return made


def test_a_token_in_the_address_becomes_a_cookie(
    app: FastAPI, clean_database: Database, browser: Any
) -> None:
    with clean_database.transaction() as session:
        token = store.create_device(session, SYSTEM, "大会議室")

    async def story() -> None:
        opened = browser(app)
        async with opened.http:
            answer = await opened.get(f"/wall?device={token}")
            assert (answer.status_code, answer.headers["location"]) == (303, "/wall")
            assert "HttpOnly" in answer.headers["set-cookie"]
            page = await opened.get("/wall")
            assert page.status_code == 200
            assert token not in page.text
            assert "【訓練】" in page.text
            assert page.headers["cache-control"] == "no-store"

    asyncio.run(story())


@pytest.mark.parametrize("query", ["", "?device=", f"?device={UNKNOWN}", "?device=x'--"])
def test_anybody_else_is_asked_to_sign_in(app: FastAPI, browser: Any, query: str) -> None:
    async def story() -> None:
        opened = browser(app)
        async with opened.http:
            answer = await opened.get(f"/wall{query}")
            assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/wall")
            assert "hinomi_device" not in opened.http.cookies

    asyncio.run(story())


def test_the_wall_speaks_english_when_asked(
    app: FastAPI, clean_database: Database, browser: Any
) -> None:
    with clean_database.transaction() as session:
        token = store.create_device(session, SYSTEM, "EOC")

    async def story() -> None:
        opened = browser(app)
        async with opened.http:
            opened.http.cookies.set("hinomi_device", token)
            assert '<html lang="en">' in (await opened.get("/wall?lang=en")).text
            assert '<html lang="ja">' in (await opened.get("/wall")).text

    asyncio.run(story())

"""The whole web application: with a database, without one, and Dash inside it."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from core.clock import WORLD
from core.db.session import Database
from server.web import create_app

NOWHERE = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    yield
    WORLD.set(None)


@pytest.fixture
def run(browser: Any) -> Callable[..., None]:
    """Return how to act out a story before a running application."""

    def act(
        app: FastAPI, story: Callable[[Any], Awaitable[None]], address: str = "192.0.2.7"
    ) -> None:
        async def go() -> None:
            async with app.router.lifespan_context(app):
                opened = browser(app, address)
                async with opened.http:
                    await story(opened)

        asyncio.run(go())

    return act


def test_from_signing_in_to_every_door(run: Any, people: Database, settings_of: Any) -> None:
    del people

    async def story(browser: Any) -> None:
        assert (await browser.get("/")).headers["location"] == "/login"
        assert (await browser.sign_in()).headers["location"] == "/app/"
        assert (await browser.get("/")).headers["location"] == "/app/"
        for path in ("/app/", "/app/sources", "/api/layers", "/api/summary", "/wall", "/health",
                     "/metrics", "/assets/map/index.js", "/app/assets/desk/desk.js",
                     "/api/layers/rivers.geojson", "/api/openapi.json"):  # fmt: skip
            answer = await browser.get(path)
            assert answer.status_code == 200, path
            assert answer.headers["x-content-type-options"] == "nosniff"
        for path in ("/docs", "/redoc", "/openapi.json"):
            assert (await browser.get(path)).status_code == 404, path
        missing = await browser.get("/no/such/page")
        assert (missing.status_code, missing.json()["detail"]) == (404, "ここには何もありません。")

    run(create_app(settings_of()), story)


def test_the_desk_knows_who_is_signed_in_and_its_scripts_are_named_by_hash(
    run: Any, people: Database, settings_of: Any
) -> None:
    del people

    async def story(browser: Any) -> None:
        await browser.sign_in()
        page = await browser.get("/app/")
        inline = re.findall(r"<script[^>]*javascript[^>]*>([^<]+)</script>", page.text)
        assert len(inline) == 1, "Dash's renderer is the one inline script"
        assert "'sha256-" in page.headers["content-security-policy"]
        layout = await browser.get("/app/_dash-layout")
        assert "Suzuki" in layout.text

    run(create_app(settings_of()), story)


def test_a_dash_callback_needs_the_token_that_dash_sends(
    run: Any, people: Database, settings_of: Any
) -> None:
    del people

    async def story(browser: Any) -> None:
        await browser.sign_in()
        config = (await browser.get("/app/")).text
        assert '"csrf_token_name":"hinomi_csrf"' in config
        assert '"csrf_header_name":"X-CSRF-Token"' in config
        path, body = "/app/_dash-update-component", {"output": "nothing.here", "inputs": []}
        assert (await browser.post(path, json=body)).status_code == 403
        answer = await browser.post(path, json=body, headers={"X-CSRF-Token": browser.csrf})
        assert answer.status_code not in {401, 403, 404}

    run(create_app(settings_of()), story)


def test_without_a_database_it_starts_serves_and_says_so(run: Any, settings_of: Any) -> None:
    app = create_app(settings_of(NOWHERE, wall_networks=("10.0.0.0/8",)))

    async def story(browser: Any) -> None:
        health = await browser.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "down")
        assert (await browser.get("/health/live")).status_code == 200
        assert (await browser.get("/login")).status_code == 200
        said = await browser.sign_in()
        assert said.status_code == 503
        assert "データベースに接続できません" in said.text
        assert "火の見" in (await browser.get("/wall")).text
        data = await browser.get("/api/layers", headers={"Accept": "application/json"})
        assert (data.status_code, data.json()["title"]) == (503, "Database gone")

    run(app, story, "10.1.2.3")


def test_in_a_drill_every_page_says_so(run: Any, people: Database, settings_of: Any) -> None:
    del people

    async def story(browser: Any) -> None:
        assert "訓練" in (await browser.get("/login")).text
        await browser.sign_in()
        for path in ("/app/", "/wall"):
            assert "<title>【訓練】" in (await browser.get(path)).text, path

    run(create_app(settings_of(drill=True)), story)


def test_large_answers_are_compressed(run: Any, people: Database, settings_of: Any) -> None:
    del people

    async def story(browser: Any) -> None:
        await browser.sign_in()
        answer = await browser.get("/api/layers", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"

    run(create_app(settings_of()), story)

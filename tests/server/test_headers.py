"""What answers say to the browser, and how much a request may bring."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from core.settings import MapSettings
from dashboard.pages.sources import imports
from server import headers
from server.headers import BodyLimit, HeadLimit, StandingHeaders, content_policy, standing_headers


async def length(request: Request) -> PlainTextResponse:
    """Say how much came."""
    return PlainTextResponse(
        str(len(await request.body())), headers={"X-Frame-Options": "SAMEORIGIN"}
    )


def app() -> Starlette:
    made = Starlette(
        routes=[Route(path, length, methods=["GET", "POST"]) for path in ("/", "/app/import")]
    )
    made.add_middleware(BodyLimit)
    made.add_middleware(HeadLimit)
    policy = content_policy(MapSettings(base="builtin"), ["'sha256-abc'"])
    made.add_middleware(StandingHeaders, headers=standing_headers(policy, secure=True))
    return made


def ask(method: str, path: str, **options: Any) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app())
        async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
            return await client.request(method, path, **options)

    return asyncio.run(go())


def test_every_answer_carries_them_unless_it_sets_its_own() -> None:
    answer = ask("GET", "/")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_an_answer_of_404_carries_them_too() -> None:
    assert ask("GET", "/none").headers["x-content-type-options"] == "nosniff"


def test_hsts_only_where_there_is_tls() -> None:
    assert "Strict-Transport-Security" not in standing_headers("x", secure=False)


def test_scripts_come_from_us_alone() -> None:
    policy = dict(
        rule.split(" ", 1)
        for rule in content_policy(MapSettings(base="auto"), ["'sha256-x'"]).split("; ")
    )
    assert policy["script-src"] == "'self' 'sha256-x'"
    assert "unsafe-eval" not in str(policy)
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert "https://cyberjapandata.gsi.go.jp" in policy["img-src"]


def test_with_the_built_in_map_nothing_outside_is_allowed() -> None:
    assert "http" not in content_policy(MapSettings(base="builtin"))


@pytest.mark.parametrize(("size", "status"), [(1_000_000, 200), (1_000_001, 413)])
def test_an_announced_body_over_the_limit_is_refused(size: int, status: int) -> None:
    assert ask("POST", "/", content=b"x" * size).status_code == status


def test_a_dropped_file_may_be_larger() -> None:
    answer = ask("POST", "/app/import", content=b"x" * 5_000_000)
    assert answer.text == "5000000"


async def chunks(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 100_000


@pytest.mark.parametrize(("count", "status"), [(10, 200), (11, 413)])
def test_an_unannounced_body_is_counted(count: int, status: int) -> None:
    assert ask("POST", "/", content=chunks(count)).status_code == status


@pytest.mark.parametrize("announced", ["-1", "abc", "1e9", ""])
def test_a_length_that_is_no_number_is_refused(announced: str) -> None:
    answer = ask("POST", "/", headers={"Content-Length": announced})
    assert answer.status_code == 400


def test_a_length_of_many_digits_is_refused() -> None:
    assert ask("POST", "/", headers={"Content-Length": "9" * 400}).status_code == 413


def test_the_upload_limit_is_what_the_screen_says() -> None:
    assert headers.MAX_UPLOAD == imports.MOST_MEGABYTES * imports.MEGABYTE
    assert {imports.PATH} == headers.UPLOAD_PATHS


def test_headers_beyond_a_limit_are_refused_before_anybody_reads_them() -> None:
    assert ask("GET", "/", headers={"X-Long": "x" * 31_000}).status_code == 200
    assert ask("GET", "/", headers={"X-Long": "x" * 33_000}).status_code == 431
    assert ask("GET", f"/?{'q' * 33_000}").status_code == 431


def test_a_cookie_that_takes_quadratic_time_is_not_read() -> None:
    told: list[str | None] = []

    async def remember(scope: Any, receive: Any, send: Any) -> None:
        told.append(Headers(scope=scope).get("cookie"))
        await PlainTextResponse("")(scope, receive, send)

    async def go() -> None:
        transport = httpx.ASGITransport(HeadLimit(remember))
        async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
            await client.get("/", headers={"Cookie": 'a=1; b="' + '\\"' * 9_000 + '"; c=2'})

    asyncio.run(go())
    assert told == ["a=1; c=2"]


def test_a_websocket_with_such_headers_is_closed() -> None:
    sent: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    scope = {
        "type": "websocket", "path": "/", "query_string": b"",
        "headers": [(b"x", b"x" * 40_000)],
    }  # fmt: skip
    inner = AsyncMock()
    asyncio.run(HeadLimit(inner)(scope, receive, send))
    inner.assert_not_called()
    assert sent == ["websocket.close"]

"""Requests are counted by route template."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from core import metrics
from server.measure import Measure


def counted(method: str, route: str, status: str) -> float:
    labels = {"method": method, "route": route, "status": status}
    return metrics.REGISTRY.get_sample_value("hinomi_http_requests_total", labels) or 0


async def hello(_: Any) -> PlainTextResponse:
    """Answer."""
    return PlainTextResponse("hello")


def ask(*requests: tuple[str, str]) -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/measured/{name}", lambda name: name)
    app.mount("/", Starlette(routes=[Route("/inner/{x}", hello)]))
    app.add_middleware(Measure)

    async def go() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
            for method, path in requests:
                await client.request(method, path)

    asyncio.run(go())


def test_one_series_for_a_route_however_many_addresses() -> None:
    before = counted("GET", "/measured/{name}", "200")
    ask(*[("GET", f"/measured/{number}") for number in range(7)])
    assert counted("GET", "/measured/{name}", "200") == before + 7
    labels = {"method": "GET", "route": "/measured/{name}"}
    seconds = metrics.REGISTRY.get_sample_value("hinomi_http_request_seconds_count", labels)
    assert (seconds or 0) >= 7


def test_what_a_client_invents_makes_no_new_series() -> None:
    ask(("GET", "/no-such-path-17"), ("BREW", "/measured/x"))
    assert b"no-such-path-17" not in metrics.exposition()
    assert b"BREW" not in metrics.exposition()

"""The wall's numbers over HTTP are those of the live line."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

from server.api.summary import router


class Told:
    """A board that always tells the same."""

    def summary(self) -> dict[str, Any]:
        """Return some numbers."""
        return {"closures": {"count": 3}, "outages": {"households": None}}


def test_the_numbers_and_304_when_nothing_changed() -> None:
    app = FastAPI()
    app.state.board = Told()
    app.include_router(router)

    async def go() -> tuple[httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
            first = await client.get("/api/summary")
            known = {"If-None-Match": first.headers["etag"]}
            return first, await client.get("/api/summary", headers=known)

    first, again = asyncio.run(go())
    assert first.json() == Told().summary()
    assert (again.status_code, again.content) == (304, b"")

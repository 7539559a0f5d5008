"""`/wall`: who may see it, and the page itself (`dashboard.pages.wall`)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from core.settings import Settings
from dashboard.pages.wall import WallPage, wall_html
from server.login import language_of
from server.sessions import DEVICE_LIFE_S, Cookies, Sessions


class WallDoor:
    """Opens for a network of the operations centre, a device token, or somebody signed in."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self._settings = settings
        self._cookies = Cookies(settings.web.secure_cookies)
        self._sessions = sessions

    @property
    def router(self) -> APIRouter:
        """Return the route."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/wall", self.open, methods=["GET"])
        return router

    async def open(
        self, request: Request, device: Annotated[str, Query(max_length=100)] = ""
    ) -> Response:
        """Show the wall; a token in the address becomes a cookie, so that it leaves the address."""
        if device:
            return await self._admit(device)
        if getattr(request.state, "actor", None) is None:
            return RedirectResponse("/login?next=/wall", 303, {"Cache-Control": "no-store"})
        return self._page(request)

    def _page(self, request: Request) -> Response:
        wanted = request.query_params.get("lang")
        language = language_of(request.cookies, wanted)
        page = WallPage(drill=self._settings.drill.active, base_map=self._settings.map.base)
        return HTMLResponse(wall_html(language, page), headers={"Cache-Control": "no-store"})

    async def _admit(self, token: str) -> Response:
        found = await run_in_threadpool(self._sessions.find_device, token)
        if found is None:
            return RedirectResponse("/login?next=/wall", 303, {"Cache-Control": "no-store"})
        answer = RedirectResponse("/wall", 303, {"Cache-Control": "no-store"})
        cookie = self._cookies.set(self._cookies.device, token, DEVICE_LIFE_S)
        answer.headers.append("set-cookie", cookie)
        return answer

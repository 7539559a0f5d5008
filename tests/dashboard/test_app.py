"""The application as a browser gets it: pages, nothing from outside, nothing without a session."""

import re
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from core.auth.actor import Actor, Role, reset_current_actor, set_current_actor
from dashboard.app import STYLES, create_dash, title, versioned
from dashboard.services import Services


class AsSuzuki:
    """Stand-in for the session middleware."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.actor: Actor | None = Actor(1, "suzuki", "鈴木", Role.VIEWER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as whoever is signed in."""
        token = set_current_actor(self.actor)
        try:
            await self.app(scope, receive, send)
        finally:
            reset_current_actor(token)


@pytest.fixture
def door(services: Services) -> AsSuzuki:
    return AsSuzuki(create_dash(services).server)


@pytest.fixture
def browser(door: AsSuzuki) -> TestClient:
    # Not as a context: the lifespan belongs to the application this one is mounted in.
    return TestClient(door)


@pytest.mark.parametrize("path", ["/app/", "/app/sources"])
def test_every_page_loads_nothing_from_elsewhere(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert addresses
    assert not [address for address in addresses if not address.startswith("/app/")]


def test_every_asset_of_the_index_is_there(browser: TestClient) -> None:
    page = browser.get("/app/").text
    for address in re.findall(r'(?:src|href)="(/app/assets/[^"]+)"', page):
        assert browser.get(address).status_code == 200, address


def test_the_layout_is_the_frame_for_whoever_is_signed_in(browser: TestClient) -> None:
    layout = browser.get("/app/_dash-layout").text
    assert "鈴木" in layout
    assert "火見島 豪雨" in layout


def test_the_layout_without_a_session_is_the_way_to_sign_in(
    browser: TestClient, door: AsSuzuki
) -> None:
    door.actor = None
    layout = browser.get("/app/_dash-layout").text
    assert "ログインする" in layout
    assert "火見島" not in layout


def test_the_language_cookie_decides_the_words(browser: TestClient) -> None:
    browser.cookies.set("hinomi_language", "en")
    assert "Situation" in browser.get("/app/_dash-layout").text


def call(browser: TestClient, path: str) -> dict[str, Any]:
    body = {
        "output": "shell-page.children",
        "outputs": {"id": "shell-page", "property": "children"},
        "inputs": [{"id": "shell-location", "property": "pathname", "value": path}],
        "state": [{"id": "shell-location", "property": "search", "value": ""}],
        "changedPropIds": ["shell-location.pathname"],
    }
    answer = browser.post("/app/_dash-update-component", json=body)
    found: dict[str, Any] = {"status": answer.status_code, "text": answer.text}
    return found


def test_a_callback_knows_who_asks(browser: TestClient) -> None:
    told = call(browser, "/app/sources")
    assert told["status"] == 200
    assert "情報源" in told["text"]


def test_a_callback_without_a_session_shows_nothing(browser: TestClient, door: AsSuzuki) -> None:
    door.actor = None
    told = call(browser, "/app/sources")
    assert "sources-root" not in told["text"]
    assert "ログインの期限が切れました。" in told["text"]


def test_a_drill_is_in_the_title(services: Services) -> None:
    assert title(services) == "火の見"
    assert title(replace(services, drill=True)) == "【訓練】火の見"


def test_an_asset_s_address_changes_with_its_content() -> None:
    for name in STYLES:
        assert re.fullmatch(r"/app/assets/.+\?v=[0-9a-f]{12}", versioned(name))


def test_inline_scripts_can_be_named_by_hash(services: Services) -> None:
    hashes = create_dash(services).csp_hashes()
    assert hashes
    assert all("sha256-" in one for one in hashes)

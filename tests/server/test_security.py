"""The gate: what is open, what is closed, and what another site cannot make a browser do."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.auth import accounts, store
from core.auth.actor import SYSTEM, current_actor
from core.auth.secrets import new_token
from core.db.session import Database
from server import security, sessions
from tests.server.gated import gated

NOWHERE = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"


@pytest.fixture
def run(people: Database, settings_of: Any, browser: Any) -> Callable[..., None]:
    """Return how to act out a story with a browser before a gated application."""

    def act(
        story: Callable[[Any], Awaitable[None]], address: str = "192.0.2.7", **web: Any
    ) -> None:
        app = gated(people, settings_of(**web))

        async def go() -> None:
            opened = browser(app, address)
            async with opened.http:
                await story(opened)

        asyncio.run(go())

    return act


CLOSED = ("/app/", "/app/sources", "/api/layers", "/api/other", "/tiles/roads/1/0/0/0.mvt",
          "/surprise", "/api/live", "/nothing/here", "/assets", "/loginx", "/healthz",
          "//assets/x")  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_everything_not_listed_is_closed(run: Any, path: str) -> None:
    async def story(browser: Any) -> None:
        page = await browser.get(path)
        assert page.status_code == 303
        assert page.headers["location"].startswith("/login")
        script = await browser.get(path, headers={"Accept": "application/json"})
        assert script.status_code == 401
        assert script.headers["content-type"] == "application/problem+json"

    run(story)


def test_what_is_listed_is_open(run: Any) -> None:
    async def story(browser: Any) -> None:
        for path in ("/login", "/health", "/assets/map/index.js", "/wall"):
            assert (await browser.get(path)).status_code == 200, path

    run(story)


def test_where_one_wanted_to_go_comes_back_after_signing_in(run: Any) -> None:
    async def story(browser: Any) -> None:
        page = await browser.get("/app/sources?source=jma_amedas&x=あ")
        assert page.headers["location"].startswith("/login?next=%2Fapp%2Fsources%3Fsource%3D")
        form = await browser.get(page.headers["location"])
        assert 'name=next value="/app/sources?source=jma_amedas' in form.text

    run(story)


def test_signed_in_everything_opens_and_knows_who(run: Any) -> None:
    async def story(browser: Any) -> None:
        await browser.sign_in()
        for path in ("/app/", "/api/layers", "/surprise", "/metrics"):
            assert (await browser.get(path)).json()["actor"] == "suzuki"
        assert current_actor() is None

    run(story)


def test_an_unsafe_request_needs_the_token_of_its_session(run: Any) -> None:
    async def story(browser: Any) -> None:
        await browser.sign_in()
        for method in ("POST", "DELETE"):
            for headers in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": new_token()}):
                answer = await browser.http.request(method, "/app/act", headers=headers)
                assert answer.status_code == 403
                assert "再読み込み" in answer.json()["detail"]
            good = {"X-CSRF-Token": browser.csrf}
            answer = await browser.http.request(method, "/app/act", headers=good, content=b"ab")
            assert answer.json() == {"actor": "suzuki", "path": "/app/act", "body": "ab"}

    run(story)


def test_a_form_may_carry_the_token_and_arrives_whole(run: Any) -> None:
    async def story(browser: Any) -> None:
        await browser.sign_in()
        fields = {"name": "値" * 500, "csrf_token": browser.csrf}
        answer = await browser.post("/app/act", data=fields)
        assert answer.status_code == 200
        assert answer.json()["body"].endswith(f"csrf_token={browser.csrf}")
        wrong = await browser.post("/app/act", data={**fields, "csrf_token": "x"})
        huge = await browser.post("/app/act", data={"a": "x" * 200_000, **fields})
        assert (wrong.status_code, huge.status_code) == (403, 403)

    run(story)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.test"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://other.hinomi.test"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://evil.test"},
    ],
)
def test_another_site_gets_nothing_done_even_with_the_token(
    run: Any, headers: dict[str, str]
) -> None:
    async def story(browser: Any) -> None:
        await browser.sign_in()
        sent = {"X-CSRF-Token": browser.csrf, **headers}
        for path in ("/app/act", "/app/_dash-update-component", "/logout", "/login"):
            answer = await browser.post(path, headers=sent)
            assert answer.status_code == 403, path
            assert "ほかのサイト" in answer.json()["detail"]
        assert (await browser.get("/app/")).json()["actor"] == "suzuki"

    run(story)


def test_a_lost_token_cookie_is_given_again(run: Any) -> None:
    async def story(browser: Any) -> None:
        await browser.sign_in()
        token = browser.csrf
        browser.http.cookies.delete("hinomi_csrf")
        answer = await browser.get("/app/")
        assert f"hinomi_csrf={token}" in answer.headers["set-cookie"]
        assert "set-cookie" not in (await browser.get("/app/")).headers

    run(story)


WALL = ("/wall", "/api/layers", "/api/layers/rain.geojson", "/api/summary",
        "/api/stations/1/series", "/tiles/roads/3/1/0/0.mvt")  # fmt: skip
NOT_FOR_WALLS = ("/app/", "/api/other", "/surprise", "/metrics")


def test_a_wall_by_network_sees_the_wall_and_nothing_else(run: Any) -> None:
    async def story(browser: Any) -> None:
        for path in WALL:
            assert (await browser.get(path)).json()["actor"] == "wall-network", path
        for path in NOT_FOR_WALLS:
            assert (await browser.get(path)).status_code == 303, path
        assert (await browser.post("/api/layers")).status_code == 403

    run(story, "10.1.2.3", wall_networks=("10.1.0.0/16",))


def test_another_network_does_not(run: Any) -> None:
    async def story(browser: Any) -> None:
        assert (await browser.get("/api/layers")).status_code == 303
        forged = {"X-Forwarded-For": "10.1.2.3"}
        assert (await browser.get("/api/layers", headers=forged)).status_code == 303

    run(story, "10.2.0.1", wall_networks=("10.1.0.0/16",))


def test_a_wall_by_token_until_it_is_revoked(
    run: Any, people: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "FRESH_S", 0.0)
    with people.transaction() as session:
        token = store.create_device(session, SYSTEM, "大会議室")
        device_id = store.list_devices(session)[0].id

    async def story(browser: Any) -> None:
        browser.http.cookies.set("hinomi_device", token)
        for path in WALL:
            assert (await browser.get(path)).json()["actor"] == f"device-{device_id}", path
        for path in NOT_FOR_WALLS:
            assert (await browser.get(path)).status_code == 303, path
        with people.transaction() as session:
            store.revoke_device(session, SYSTEM, device_id)
        assert (await browser.get("/api/layers")).status_code == 303

    run(story)


def test_metrics_are_for_this_machine_and_not_for_its_proxy(run: Any) -> None:
    async def story(browser: Any) -> None:
        assert (await browser.get("/metrics")).status_code == 200
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"):
            passed_on = {name: "198.51.100.1"}
            assert (await browser.get("/metrics", headers=passed_on)).status_code == 303, name

    run(story, "127.0.0.1")


def test_a_revoked_session_ends_within_seconds(
    run: Any, people: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "FRESH_S", 0.2)

    async def story(browser: Any) -> None:
        await browser.sign_in()
        assert (await browser.get("/app/")).status_code == 200
        with people.transaction() as session:
            accounts.revoke_sessions(session, SYSTEM, "suzuki")
        await asyncio.sleep(0.25)
        assert (await browser.get("/app/")).status_code == 303

    run(story)


def display_cookie(people: Database) -> str:
    with people.transaction() as session:
        return f"hinomi_device={store.create_device(session, SYSTEM, '大会議室')}"


def revoke_displays(session: Session) -> None:
    for device in store.list_devices(session):
        store.revoke_device(session, SYSTEM, device.id)


@pytest.mark.parametrize("kind", ["session", "device"])
def test_an_open_stream_ends_when_its_session_or_display_is_revoked(
    people: Database, settings_of: Any, browser: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(sessions, "FRESH_S", 0.0)
    monkeypatch.setattr(security, "RECHECK_S", 0.1)
    app = gated(people, settings_of())
    sent: list[dict[str, Any]] = []

    async def story() -> None:
        opened = browser(app)
        async with opened.http:
            await opened.sign_in()
            cookie = f"hinomi_session={opened.http.cookies['hinomi_session']}"
        cookie = display_cookie(people) if kind == "device" else cookie
        scope = {
            "type": "http", "method": "GET", "path": "/api/live", "raw_path": b"/api/live",
            "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1",
            "headers": [(b"cookie", cookie.encode())], "client": ("192.0.2.7", 1),
            "server": ("hinomi.test", 80), "asgi": {"version": "3.0"},
        }  # fmt: skip
        never = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await never.wait()
            return {}

        async def send(message: Any) -> None:
            sent.append(dict(message))

        task = asyncio.create_task(app(scope, receive, send))
        await patiently(lambda: len(sent) > 5)
        assert not task.done()
        with people.transaction() as session:
            accounts.revoke_sessions(session, SYSTEM, "suzuki")
            revoke_displays(session)
        await patiently(lambda: sent[-1].get("more_body") is False)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(story())
    assert sent[0]["status"] == 200
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
    assert sum(message.get("more_body") is False for message in sent) == 1


async def patiently(holds: Callable[[], bool]) -> None:
    """Wait until something is so, a busy machine's half minute at most."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it did not become so in time"
        await asyncio.sleep(0.05)


async def handshake(app: Any, headers: list[tuple[bytes, bytes]]) -> list[dict[str, Any]]:
    """Open a WebSocket, say one thing, leave; return what the server sent."""
    sent: list[dict[str, Any]] = []
    said = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "who am I"},
        {"type": "websocket.disconnect", "code": 1000},
    ]
    path = "/app/_dash-ws-callback"
    scope = {
        "type": "websocket", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "scheme": "ws", "subprotocols": [], "client": ("192.0.2.7", 1),
        "server": ("hinomi.test", 80), "headers": [(b"host", b"hinomi.test"), *headers],
        "asgi": {"version": "3.0"},
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return said.pop(0)

    async def send(message: Any) -> None:
        sent.append(dict(message))

    await app(scope, receive, send)
    return sent


def test_websockets_need_a_session_and_our_own_origin(
    people: Database, settings_of: Any, browser: Any
) -> None:
    app = gated(people, settings_of())
    own = (b"origin", b"http://hinomi.test")

    async def story() -> None:
        opened = browser(app)
        async with opened.http:
            await opened.sign_in()
            cookie = (b"cookie", f"hinomi_session={opened.http.cookies['hinomi_session']}".encode())
        accepted = await handshake(app, [own, cookie])
        assert [message["type"] for message in accepted] == ["websocket.accept", "websocket.send"]
        assert accepted[1]["text"] == "suzuki"
        strangers = ([own], [own, (b"cookie", b"hinomi_session=x")])
        foreign = ([cookie], *([cookie, (b"origin", o)] for o in (b"http://evil.test", b"null")))
        for headers in (*strangers, *foreign):
            refused = await handshake(app, headers)
            assert [message["type"] for message in refused] == ["websocket.close"]

    asyncio.run(story())


def test_without_a_database_pages_say_so_and_known_sessions_stand(
    people: Database, settings_of: Any, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "FRESH_S", 0.0)
    app = gated(people, settings_of())
    gone = Database(NOWHERE, settings_of().database)

    async def story() -> None:
        known, stranger = browser(app), browser(app)
        async with known.http, stranger.http:
            await known.sign_in()
            assert (await known.get("/app/")).status_code == 200
            monkeypatch.setattr(people, "_sessions", gone._sessions)  # noqa: SLF001
            assert (await known.get("/app/")).json()["actor"] == "suzuki"
            stranger.http.cookies.set("hinomi_session", new_token())
            page = await stranger.get("/app/")
            assert page.status_code == 503
            assert "データベースに接続できません" in page.text
            assert (await stranger.get("/login")).status_code == 200
            data = await stranger.get("/api/other", headers={"Accept": "application/json"})
            assert (data.status_code, data.json()["title"]) == (503, "Database gone")
            said = await stranger.sign_in()
            assert said.status_code == 503
            monkeypatch.setattr(sessions, "GRACE_S", 0.0)
            assert (await known.get("/app/")).status_code == 503

    asyncio.run(story())
    gone.close()


def test_hostile_cookies_are_no_session(run: Any) -> None:
    async def story(browser: Any) -> None:
        for cookie in ("hinomi_session=" + "x" * 5000, "hinomi_session=\x7f", '="";;;=', "a" * 9000,
                       "hinomi_session=' OR 1=1 --"):  # fmt: skip
            answer = await browser.get("/app/", headers={"Cookie": cookie})
            assert answer.status_code == 303, cookie

    run(story)

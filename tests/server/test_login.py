"""Signing in and out through the form."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from core.auth import accounts
from core.auth.actor import SYSTEM
from core.db.schema.accounts import LoginSession
from core.db.session import Database
from server import login
from server.login import LoginDoor, SignIn, local_path
from server.security import Gate
from server.sessions import Sessions

PASSWORD = "kawa-ga-afureru"  # noqa: S105 - of the accounts of these tests


@pytest.fixture
def run(people: Database, settings_of: Any, browser: Any) -> Callable[..., None]:
    """Return how to act out a story with a browser before the sign-in page."""

    def act(story: Callable[[Any], Awaitable[None]], *, drill: bool = False, **web: Any) -> None:
        settings = settings_of(drill=drill, **web)
        known = Sessions(people, settings.web)
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        app.include_router(LoginDoor(settings, SignIn(people, settings), known).router)
        app.add_middleware(Gate, sessions=known, settings=settings.web)

        async def go() -> None:
            opened = browser(app)
            async with opened.http:
                await story(opened)

        asyncio.run(go())

    return act


def state_of(page: Any) -> str | None:
    found = re.search(r'data-state="(\w+)"', page.text)
    return found.group(1) if found else None


def test_the_right_password_opens_the_desk(run: Any, people: Database) -> None:
    async def story(browser: Any) -> None:
        answer = await browser.sign_in()
        assert (answer.status_code, answer.headers["location"]) == (303, "/app/")
        given = answer.headers.get_list("set-cookie")
        [session] = [cookie for cookie in given if cookie.startswith("hinomi_session=")]
        assert "; HttpOnly" in session
        assert "; SameSite=Lax" in session
        assert "; Path=/" in session
        again = await browser.get("/login", params={"next": "/app/sources"})
        assert again.headers["location"] == "/app/sources"

    run(story)
    with people.transaction() as session:
        row = session.scalars(select(LoginSession)).one()
        assert row.address == "192.0.2.7"


def test_over_tls_cookies_are_bound_to_the_host(run: Any) -> None:
    async def story(browser: Any) -> None:
        page = await browser.get("/login")
        [cookie] = [
            c for c in page.headers.get_list("set-cookie") if c.startswith("__Host-hinomi_sign_in")
        ]
        assert "; Secure" in cookie
        assert "; Path=/" in cookie
        assert "Domain" not in cookie

    run(story, secure_cookies=True)


def test_each_sign_in_makes_a_new_token(run: Any) -> None:
    async def story(browser: Any) -> None:
        await browser.sign_in()
        first = browser.http.cookies["hinomi_session"]
        browser.http.cookies.delete("hinomi_session")
        browser.http.cookies.set("hinomi_session", "planted" * 6 + "x", domain="hinomi.test")
        await browser.sign_in()
        second = {c.value for c in browser.http.cookies.jar if c.name == "hinomi_session"}
        assert first not in second
        assert len(second - {"planted" * 6 + "x"}) == 1

    run(story)


def test_wrong_and_unknown_look_alike_until_both_are_locked(run: Any) -> None:
    async def story(browser: Any) -> None:
        for attempt in range(3):
            known = await browser.sign_in("suzuki", "wrong")
            unknown = await browser.sign_in("nobody", "wrong")
            assert known.status_code == unknown.status_code == (401 if attempt < 2 else 429)
            assert state_of(known) == state_of(unknown) == ("failed" if attempt < 2 else "locked")
            texts = [re.sub(r'value="[^"]*"', "", page.text) for page in (known, unknown)]
            assert texts[0] == texts[1]
        right = await browser.sign_in("suzuki", PASSWORD)
        assert (right.status_code, state_of(right)) == (429, "locked")
        assert "あと約15分" in right.text
        assert right.headers["retry-after"] == "900"

    run(story, login_tries=3)


def test_unlocking_by_an_administrator_lets_in(run: Any, people: Database) -> None:
    async def story(browser: Any) -> None:
        for _ in range(3):
            await browser.sign_in("suzuki", "wrong")
        with people.transaction() as session:
            accounts.unlock_account(session, SYSTEM, "suzuki")
        assert (await browser.sign_in()).status_code == 303

    run(story, login_tries=3)


def test_many_failures_from_one_address_close_it_for_everybody_there(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "ADDRESS_FAILURES", 4)

    async def story(browser: Any) -> None:
        for number in range(4):
            assert (await browser.sign_in(f"guess{number}", "wrong")).status_code == 401
        answer = await browser.sign_in()
        assert (answer.status_code, state_of(answer)) == (429, "limited")

    run(story)


def test_a_disabled_account_is_told_so_only_with_its_password(run: Any, people: Database) -> None:
    with people.transaction() as session:
        accounts.disable_account(session, SYSTEM, "suzuki")

    async def story(browser: Any) -> None:
        assert state_of(await browser.sign_in("suzuki", "wrong")) == "failed"
        answer = await browser.sign_in()
        assert (answer.status_code, state_of(answer)) == (403, "disabled")
        assert "hinomi_session" not in browser.http.cookies

    run(story)


def test_the_form_without_its_cookie_is_refused(run: Any) -> None:
    async def story(browser: Any) -> None:
        page = await browser.get("/login")
        [token] = re.findall(r'name=csrf_token value="([^"]+)"', page.text)
        browser.http.cookies.clear()
        fields = {"login": "suzuki", "password": PASSWORD}
        for csrf in (token, "", "x"):
            answer = await browser.post("/login", data={**fields, "csrf_token": csrf})
            assert (answer.status_code, state_of(answer)) == (403, "stale")
            browser.http.cookies.clear()
        assert "hinomi_session" not in browser.http.cookies

    run(story)


def test_signing_out_ends_the_session_everywhere(run: Any, people: Database) -> None:
    async def story(browser: Any) -> None:
        await browser.sign_in()
        token = browser.http.cookies["hinomi_session"]
        assert (await browser.post("/logout")).status_code == 403
        answer = await browser.post("/logout", data={"csrf_token": browser.csrf})
        assert answer.headers["location"] == "/login?signed_out=1"
        assert "hinomi_session" not in browser.http.cookies
        assert state_of(await browser.get("/login?signed_out=1")) == "signed_out"
        browser.http.cookies.set("hinomi_session", token)
        assert (await browser.get("/app/")).status_code == 303

    run(story)
    with people.transaction() as session:
        assert session.scalars(select(LoginSession)).one().revoked_at is not None


def test_the_language_chosen_stays(run: Any) -> None:
    async def story(browser: Any) -> None:
        assert '<html lang="ja">' in (await browser.get("/login")).text
        assert '<html lang="en">' in (await browser.get("/login?lang=en")).text
        assert "Sign in" in (await browser.get("/login")).text
        assert '<html lang="ja">' in (await browser.get("/login?lang=ja")).text

    run(story)


def test_in_a_drill_the_page_says_so(run: Any) -> None:
    async def story(browser: Any) -> None:
        page = await browser.get("/login")
        assert "<title>【訓練】" in page.text
        assert "<body class=drill>" in page.text

    run(story, drill=True)


def test_what_is_typed_comes_back_as_text(run: Any) -> None:
    async def story(browser: Any) -> None:
        answer = await browser.sign_in('"><script>alert(1)</script>', "wrong")
        assert "<script" not in answer.text
        assert "&quot;&gt;&lt;script&gt;" in answer.text
        assert "wrong" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]

    run(story)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/app/sources?x=1#y", "/app/sources?x=1#y"),
        ("/wall", "/wall"),
        ("", "/app/"),
        ("//evil.test/", "/app/"),
        ("/\\evil.test", "/app/"),
        ("/app\\..", "/app/"),
        ("https://evil.test/", "/app/"),
        ("javascript:alert(1)", "/app/"),
        ("evil", "/app/"),
        ("/\t/evil.test", "/app/"),
        ("/\n/evil.test", "/app/"),
        ("/login?next=/login", "/app/"),
        ("/logout", "/app/"),
        ("http:///evil", "/app/"),
        ("//[", "/app/"),
        ("http://[/", "/app/"),
    ],
)
def test_only_our_own_paths_are_gone_to(target: str, path: str) -> None:
    assert local_path(target) == path


def test_a_target_outside_is_dropped_on_the_way(run: Any) -> None:
    async def story(browser: Any) -> None:
        answer = await browser.sign_in(target="//evil.test/app")
        assert answer.headers["location"] == "/app/"

    run(story)

"""Signing in and out: `/login`, `/logout`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field, SecretStr
from starlette.responses import RedirectResponse, Response

from core import clock, metrics
from core.auth import accounts, store
from core.auth.actor import Actor
from core.auth.secrets import HashingBusyError, new_token, plausible_token, same
from core.auth.store import NewSession
from core.db.session import Database, DatabaseGoneError
from core.settings import Settings
from server.limits import Failures, address_key
from server.login_page import LoginState, LoginView, render
from server.login_words import Language
from server.security import address_of
from server.sessions import CSRF_COOKIE, Cookies, Sessions

START = "/app/"
LANGUAGE_COOKIE = "hinomi_language"
"""The same cookie of taste as on the desk."""
YEAR_S = 365 * 24 * 3600
FORM_LIFE_S = 3600
ADDRESS_FAILURES = 30
ADDRESS_WINDOW_S = 600.0
"""So many failures from one address in that time; a town hall often has a single address."""


class SignIn:
    """Tries to sign in, and remembers who failed too often."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._web = settings.web
        window = settings.web.lockout_minutes * 60.0
        # By name whether or not such an account exists, so that the answer tells nothing; the lock
        # that counts is the account's own, in the database.
        self._names = Failures(settings.web.login_tries, window)
        self._addresses = Failures(ADDRESS_FAILURES, ADDRESS_WINDOW_S)

    def attempt(
        self, login: str, password: str, address: str, agent: str | None
    ) -> tuple[LoginState, int, NewSession | None]:
        """Try once; return what to say, seconds to wait, and the session when it succeeded."""
        place, name = address_key(address), accounts.normal_login(login)
        wait = self._addresses.wait_s(place)
        if wait:
            return LoginState.LIMITED, wait, None
        state, opened = self._check(login, password, address, agent)
        if opened is not None:
            self._names.clear(name)
            return state, 0, opened
        if state is LoginState.FAILED:
            self._addresses.add(place)
            if not self._names.wait_s(name):
                self._names.add(name)
            wait = self._names.wait_s(name)
            state = LoginState.LOCKED if wait else state
        return state, wait, None

    def _check(
        self, login: str, password: str, address: str, agent: str | None
    ) -> tuple[LoginState, NewSession | None]:
        web = self._web
        lockout = timedelta(minutes=web.lockout_minutes)
        try:
            with self._database.transaction() as session:
                attempt = accounts.reserve_try(
                    session, login, tries=web.login_tries, lockout=lockout
                )
            right = attempt.matches(password)
            with self._database.transaction() as session:
                account = accounts.settle_try(session, attempt, right=right, address=address)
                if account is None:
                    return LoginState.FAILED, None
                if account.disabled_at is not None:
                    return LoginState.DISABLED, None
                accounts.renew_hash(session, account, password)
                opened = store.open_session(
                    session,
                    store.actor_of(account),
                    hours=web.session_hours,
                    address=address,
                    agent=agent,
                )
        except HashingBusyError:
            return LoginState.BUSY, None
        except DatabaseGoneError:
            return LoginState.GONE, None
        return LoginState.FRESH, opened

    def end(self, actor: Actor, token: str, address: str) -> None:
        """End a session."""
        with self._database.transaction() as session:
            store.revoke_session(session, actor, token, address)


class LoginForm(BaseModel):
    """What the form sends."""

    login: Annotated[str, Field(max_length=256)] = ""
    password: Annotated[SecretStr, Field(max_length=1024)] = SecretStr("")
    csrf_token: Annotated[str, Field(max_length=100)] = ""
    next: Annotated[str, Field(max_length=2000)] = ""
    lang: Annotated[str | None, Field(max_length=10)] = None


def local_path(target: str) -> str:
    """Return where to go after signing in: a path of ours, `/app/` for anything else."""
    try:
        parts = urlsplit(target) if target.isprintable() else None
    except ValueError:  # a bracket where a host would be
        parts = None
    if (
        parts is None
        or parts.scheme
        or parts.netloc
        or not target.startswith("/")
        or target.startswith(("//", "/\\", "/login", "/logout"))
        or "\\" in target
    ):
        return START
    return target


def language_of(cookies: Mapping[str, str], wanted: str | None) -> Language:
    """Return the language asked for, else the one chosen before, else Japanese."""
    return "en" if (wanted or cookies.get(LANGUAGE_COOKIE)) == "en" else "ja"


class LoginDoor:
    """The routes for signing in and out."""

    def __init__(self, settings: Settings, sign_in: SignIn, sessions: Sessions) -> None:
        self._cookies = Cookies(settings.web.secure_cookies)
        self._drill = settings.drill.active
        self._sign_in = sign_in
        self._sessions = sessions

    @property
    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/login", self.show, methods=["GET"])
        router.add_api_route("/login", self.attempt, methods=["POST"])
        router.add_api_route("/logout", self.leave, methods=["POST"])
        return router

    def show(
        self,
        request: Request,
        target: Annotated[str, Query(alias="next", max_length=2000)] = "",
        lang: Annotated[str | None, Query(max_length=10)] = None,
        signed_out: Annotated[bool, Query()] = False,
    ) -> Response:
        """Show the form, or go on when somebody is signed in already."""
        if getattr(request.state, "session", None) is not None:
            return RedirectResponse(local_path(target), 303)
        view = LoginView(
            state=LoginState.SIGNED_OUT if signed_out else LoginState.FRESH,
            language=language_of(request.cookies, lang),
            target=target,
        )
        return self._page(request, view)

    def attempt(
        self,
        request: Request,
        form: Annotated[LoginForm, Form()],
    ) -> Response:
        """Try to sign in."""
        paired = request.cookies.get(self._cookies.sign_in, "")
        wait, opened = 0, None
        if plausible_token(paired) and same(paired, form.csrf_token):
            state, wait, opened = self._sign_in.attempt(
                form.login,
                form.password.get_secret_value(),
                address_of(request.scope),
                request.headers.get("user-agent"),
            )
            metrics.LOGINS.labels("ok" if opened else state.value).inc()
        else:
            state = LoginState.STALE
        if opened is not None:
            return _signed_in(self._cookies, opened, local_path(form.next))
        view = LoginView(
            state=state,
            language=language_of(request.cookies, form.lang),
            login=form.login[:63],
            target=form.next,
            minutes=-(-wait // 60),
        )
        return self._page(request, view)

    def leave(self, request: Request) -> Response:
        """End the session and its cookies."""
        token = request.state.token
        self._sign_in.end(request.state.actor, token, address_of(request.scope))
        self._sessions.forget(token)
        cookies = self._cookies
        answer = RedirectResponse("/login?signed_out=1", 303, {"Cache-Control": "no-store"})
        answer.headers.append("set-cookie", cookies.set(cookies.session, "", 0))
        answer.headers.append("set-cookie", cookies.set(CSRF_COOKIE, "", 0, readable=True))
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    def _page(self, request: Request, view: LoginView) -> Response:
        """Return the page with a form token that pairs with a cookie."""
        known = request.cookies.get(self._cookies.sign_in, "")
        token = known if plausible_token(known) else new_token()
        target = view.target if view.target and local_path(view.target) == view.target else ""
        answer = render(replace(view, drill=self._drill, token=token, target=target))
        cookie = self._cookies.set(self._cookies.sign_in, token, FORM_LIFE_S)
        answer.headers.append("set-cookie", cookie)
        if request.cookies.get(LANGUAGE_COOKIE) != view.language:
            taste = f"{LANGUAGE_COOKIE}={view.language}; Path=/; Max-Age={YEAR_S}; SameSite=Lax"
            answer.headers.append("set-cookie", taste)
        return answer


def _signed_in(cookies: Cookies, opened: NewSession, target: str) -> Response:
    life = int((opened.expires_at - clock.real()).total_seconds())
    # The cookie may outlive the idle end, which each use moves; the server's word counts.
    keep = max(life, int(store.ABSOLUTE_LIFE.total_seconds()))
    answer = RedirectResponse(target, 303, {"Cache-Control": "no-store"})
    answer.headers.append("set-cookie", cookies.set(cookies.session, opened.token, keep))
    answer.headers.append("set-cookie", cookies.set(CSRF_COOKIE, opened.csrf, keep, readable=True))
    answer.headers.append("set-cookie", cookies.set(cookies.sign_in, "", 0))
    return answer

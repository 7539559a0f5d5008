"""Remembering who stands behind a cookie, for seconds, and longer while the database is gone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core import clock
from core.auth import store
from core.auth.actor import Actor, Role
from core.auth.secrets import new_token
from core.auth.store import LiveSession
from core.db.session import DatabaseGoneError
from core.settings import WebSettings
from server import sessions
from server.sessions import Cookies, Sessions

SUZUKI = Actor(1, "suzuki", "鈴木", Role.OPERATOR)
NOON = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)
TOKEN = new_token()


class Asked:
    """A database that counts how often it is asked, and can be gone; and the time."""

    def __init__(self) -> None:
        self.times = 0
        self.gone = False
        self.found: LiveSession | None = LiveSession(5, SUZUKI, "csrf", NOON + timedelta(hours=12))
        self.at = 0.0

    def find(self, _: Any, token: str, *, hours: int) -> LiveSession | None:
        """Answer in place of `store.find_session`."""
        assert hours == 12
        self.times += 1
        return self.found if token == TOKEN else None

    def transaction(self) -> "Asked":
        """Answer in place of a `Database`."""
        if self.gone:
            raise DatabaseGoneError
        return self

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """End."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    made = Asked()
    monkeypatch.setattr(store, "find_session", made.find)
    monkeypatch.setattr(clock, "real", lambda: NOON + timedelta(seconds=made.at))
    return made


def known(asked: Any) -> Sessions:
    return Sessions(asked, WebSettings(session_hours=12), now=lambda: asked.at)


def test_the_database_is_asked_once_in_five_seconds(asked: Asked) -> None:
    remembered = known(asked)
    for asked.at in (0.0, 1.0, 4.9):
        assert remembered.find(TOKEN) is not None
    assert asked.times == 1
    asked.at = 5.0
    remembered.find(TOKEN)
    assert asked.times == 2


def test_a_revoked_session_stands_five_seconds_at_most(asked: Asked) -> None:
    remembered = known(asked)
    remembered.find(TOKEN)
    asked.found = None
    asked.at = 5.0
    assert remembered.find(TOKEN) is None


def test_signing_out_here_holds_at_once(asked: Asked) -> None:
    remembered = known(asked)
    remembered.find(TOKEN)
    asked.found = None
    remembered.forget(TOKEN)
    assert remembered.find(TOKEN) is None


def test_while_the_database_is_gone_who_was_known_stands_a_quarter_of_an_hour(asked: Asked) -> None:
    remembered = known(asked)
    remembered.find(TOKEN)
    asked.gone = True
    asked.at = 899.0
    assert remembered.find(TOKEN) is not None
    with pytest.raises(DatabaseGoneError):
        remembered.find(new_token())
    asked.at = 901.0
    with pytest.raises(DatabaseGoneError):
        remembered.find(TOKEN)


def test_an_expired_session_does_not_stand_even_then(asked: Asked) -> None:
    asked.found = LiveSession(5, SUZUKI, "csrf", NOON + timedelta(seconds=60))
    remembered = known(asked)
    assert remembered.find(TOKEN) is not None
    asked.gone = True
    asked.at = 61.0
    assert remembered.find(TOKEN) is None


def test_memory_is_bounded(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MAX_REMEMBERED", 10)
    remembered = known(asked)
    for _ in range(50):
        remembered.find(new_token())
    assert len(remembered._seen) == 10  # noqa: SLF001


def test_tokens_are_not_kept_in_clear(asked: Asked) -> None:
    remembered = known(asked)
    remembered.find(TOKEN)
    assert TOKEN not in str(remembered._seen)  # noqa: SLF001


def test_cookies_without_tls() -> None:
    cookies = Cookies(secure=False)
    assert cookies.set(cookies.session, "x", 60) == (
        "hinomi_session=x; Path=/; Max-Age=60; SameSite=Lax; HttpOnly"
    )


def test_cookies_over_tls() -> None:
    cookies = Cookies(secure=True)
    assert cookies.set(cookies.device, "x", 60) == (
        "__Host-hinomi_device=x; Path=/; Max-Age=60; SameSite=Lax; HttpOnly; Secure"
    )
    assert "HttpOnly" not in cookies.set("hinomi_csrf", "x", 60, readable=True)

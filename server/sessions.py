"""Cookies, and whom a cookie stands for: asked of the database, remembered for a few seconds.

While the database is gone, what was known within `GRACE_S` goes on standing, so that open screens
keep their last picture and reconnect; nobody can newly sign in then. A revoked session ends within
`FRESH_S`, or `GRACE_S` at most when the database is away. docs/decisions/0002.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from core import clock
from core.auth import store
from core.auth.actor import Actor
from core.auth.secrets import token_hash
from core.auth.store import LiveSession
from core.db.session import Database, DatabaseGoneError
from core.settings import WebSettings

FRESH_S = 5.0
GRACE_S = 900.0
MAX_REMEMBERED = 5_000
CSRF_COOKIE = "hinomi_csrf"
"""Readable by our own scripts, which send it back in `X-CSRF-Token`."""
DEVICE_LIFE_S = 400 * 24 * 3600
"""Browsers keep no cookie longer."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    value: LiveSession | Actor | None
    at: float


class Sessions:
    """Who stands behind a session cookie or a device token."""

    def __init__(
        self,
        database: Database,
        settings: WebSettings,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._hours = settings.session_hours
        self._now = now
        self._seen: OrderedDict[str, _Remembered] = OrderedDict()
        self._lock = Lock()

    def find(self, token: str) -> LiveSession | None:
        """Return the session of a token if it stands.

        Raises
        ------
        DatabaseGoneError
            When the database is gone and the session was not seen lately.
        """
        found = self._ask(f"s:{token_hash(token)}", lambda: self._session(token))
        if not isinstance(found, LiveSession) or found.expires_at <= clock.real():
            return None
        return found

    def find_device(self, token: str) -> Actor | None:
        """Return the wall display that holds a token.

        Raises
        ------
        DatabaseGoneError
            When the database is gone and the display was not seen lately.
        """
        found = self._ask(f"d:{token_hash(token)}", lambda: self._device(token))
        return found if isinstance(found, Actor) else None

    def forget(self, token: str) -> None:
        """Ask the database again at the next use of a token."""
        with self._lock:
            self._seen.pop(f"s:{token_hash(token)}", None)

    def _session(self, token: str) -> LiveSession | None:
        with self._database.transaction() as session:
            return store.find_session(session, token, hours=self._hours)

    def _device(self, token: str) -> Actor | None:
        with self._database.transaction() as session:
            return store.find_device(session, token)

    def _ask(
        self, key: str, ask: Callable[[], LiveSession | Actor | None]
    ) -> LiveSession | Actor | None:
        with self._lock:
            known = self._seen.get(key)
        if known is not None and self._now() - known.at < FRESH_S:
            return known.value
        try:
            value = ask()
        except DatabaseGoneError:
            if known is not None and self._now() - known.at < GRACE_S:
                return known.value
            raise
        with self._lock:
            self._seen[key] = _Remembered(value, self._now())
            self._seen.move_to_end(key)
            while len(self._seen) > MAX_REMEMBERED:
                self._seen.popitem(last=False)
        return value


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names and attributes of our cookies."""

    secure: bool

    @property
    def session(self) -> str:
        """Return the name of the session cookie; `__Host-` binds it to this host over TLS."""
        return self._name("session")

    @property
    def device(self) -> str:
        """Return the name of a wall display's cookie."""
        return self._name("device")

    @property
    def sign_in(self) -> str:
        """Return the name of the cookie that pairs with the form of the sign-in page."""
        return self._name("sign_in")

    def attributes(self, max_age: int, *, readable: bool = False) -> str:
        """Return what follows `name=value` in Set-Cookie."""
        parts = ["Path=/", f"Max-Age={max_age}", "SameSite=Lax"]
        if not readable:
            parts.append("HttpOnly")
        if self.secure:
            parts.append("Secure")
        return "; ".join(parts)

    def set(self, name: str, value: str, max_age: int, *, readable: bool = False) -> str:
        """Return a whole Set-Cookie value; `value` is a token of ours, so it needs no quoting."""
        return f"{name}={value}; {self.attributes(max_age, readable=readable)}"

    def _name(self, what: str) -> str:
        return f"__Host-hinomi_{what}" if self.secure else f"hinomi_{what}"

"""A browser without a screen, and settings for web applications under test."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from core.auth import accounts, secrets
from core.auth.accounts import NewAccount
from core.auth.actor import SYSTEM, Role
from core.db.session import Database
from core.settings import (
    DatabaseSettings,
    DrillSettings,
    IngestSettings,
    MapSettings,
    Settings,
    StorageSettings,
    WebSettings,
)

PASSWORD = "kawa-ga-afureru"  # noqa: S105 - of the accounts of these tests
ORIGIN = "http://hinomi.test"
NOWHERE = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
"""Nothing listens there: a database that is gone."""


@pytest.fixture
def settings_of(database_url: str) -> Callable[..., Settings]:
    """Return how to make settings on the test's database, with some web settings changed."""

    def make(url: str = database_url, *, drill: bool = False, **web: Any) -> Settings:
        return Settings(
            database=DatabaseSettings(url=url),
            storage=StorageSettings(),
            web=WebSettings(**web),
            map=MapSettings(),
            ingest=IngestSettings(),
            drill=DrillSettings(active=drill),
        )

    return make


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make password hashes cost next to nothing."""
    cheap = secrets.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(secrets, "_HASHER", cheap)


@pytest.fixture
def people(clean_database: Database, cheap_hashes: None) -> Database:
    """Return the database with an operator `suzuki` and an administrator `admin` in it."""
    del cheap_hashes
    with clean_database.transaction() as session:
        for login, role in (("suzuki", Role.OPERATOR), ("admin", Role.PREFECTURE_ADMIN)):
            wanted = NewAccount(login, login.title(), role, PASSWORD)
            accounts.create_account(session, SYSTEM, wanted)
    return clean_database


class Browser:
    """A client that keeps cookies and says where its requests come from, as browsers do."""

    def __init__(self, app: Any, address: str = "192.0.2.7") -> None:
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=(address, 5000)),
            base_url=ORIGIN,
            headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html", "Origin": ORIGIN},
        )

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """Fetch a page."""
        return await self.http.get(path, **options)

    async def post(self, path: str, **options: Any) -> httpx.Response:
        """Send something."""
        return await self.http.post(path, **options)

    async def sign_in(
        self, login: str = "suzuki", password: str = PASSWORD, target: str = ""
    ) -> httpx.Response:
        """Fill in the form and send it."""
        page = await self.get("/login", params={"next": target} if target else {})
        fields = dict(re.findall(r'name=(\w+) value="([^"]*)"', page.text))
        return await self.post("/login", data={**fields, "login": login, "password": password})

    @property
    def csrf(self) -> str:
        """Return the token our scripts would send."""
        return self.http.cookies.get("hinomi_csrf") or ""


@pytest.fixture
def browser() -> type[Browser]:
    """Return how to open a browser on an application."""
    return Browser

"""The county of the wall with a day of river levels and accounts, and the web server on it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.auth.accounts import NewAccount, create_account
from core.auth.actor import SYSTEM, Role
from core.clock import real
from core.db.schema.observed import Observation, Series, Station
from core.db.session import Database
from tests.e2e.wall_town import ROOT, free_port, settle

PASSWORD = "hinomi-no-yagura-2026"  # noqa: S105 - of a database that lives for one test run
ACCOUNTS = {
    "viewer": ("etsuran", "閲覧 花子", Role.VIEWER),
    "operator": ("unyo", "運用 太郎", Role.OPERATOR),
    "admin": ("kanri", "管理 一郎", Role.PREFECTURE_ADMIN),
}
READY_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class DeskServer:
    """A server that answers, and who can sign in."""

    url: str
    logins: dict[str, str]
    """By what the account is there for: viewer, operator, admin."""
    database: Database


def people_the_county(session: Session) -> None:
    """Fill the tables: county, a day of levels at its first gauge, three accounts."""
    settle(session)
    series = session.scalars(
        select(Series)
        .join(Station, Station.id == Series.station_id)
        .where(Series.element == "water_level")
        .order_by(Station.id)
        .limit(1)
    ).one()
    now = real()
    for hours in (0, 24):
        at = now - timedelta(hours=hours)
        session.execute(text("SELECT ensure_observation_month(:at)"), {"at": at})
    session.add_all(
        Observation(
            series_id=series.id,
            observed_at=now - timedelta(minutes=10 * step + 3),
            value=4.9 - 0.02 * step,
            quality=0,
        )
        for step in range(24 * 6)
    )
    for login, name, role in ACCOUNTS.values():
        create_account(session, SYSTEM, NewAccount(login, name, role, PASSWORD))


@contextmanager
def desk_server(database: Database, database_url: str) -> Iterator[DeskServer]:
    """Run the web server as a process of its own until the block ends."""
    port = free_port()
    settings = {
        "HINOMI_DATABASE_URL": database_url,
        "HINOMI_MAP_BASE": "builtin",
        "HINOMI_WEB_WALL_NETWORKS": '["127.0.0.0/8"]',
    }
    command = [sys.executable, "-m", "server.cli.main", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, **settings}, cwd=ROOT)
    try:
        until_ready(process, f"http://127.0.0.1:{port}/login")
        logins = {what: login for what, (login, _, _) in ACCOUNTS.items()}
        yield DeskServer(f"http://127.0.0.1:{port}", logins, database)
    finally:
        process.kill()
        process.wait(15)


def until_ready(process: "subprocess.Popen[bytes]", address: str) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(address, timeout=5)
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    message = f"the web server did not start (exit {process.poll()})"
    raise RuntimeError(message)

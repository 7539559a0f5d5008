"""What stories do to an open wall and its database."""

from typing import Any

import psycopg
from playwright.sync_api import Page

from core.db import cluster as private
from core.db.cluster import Cluster


def card(page: Page, name: str) -> Any:
    """Return a card of the wall by its name."""
    return page.locator(f'[data-card="{name}"]')


def hear(page: Page, **changed: Any) -> None:
    """Let the page hear the numbers as the server sent them, some of them changed."""
    page.evaluate(
        """(changed) => {
        const wall = hinomi.wall, told = structuredClone(wall.told);
        // What the server says by itself in the meantime is not to undo it.
        wall.own.live.stop();
        for (const [card, values] of Object.entries(changed)) Object.assign(told[card], values);
        wall.summary(told);
        }""",
        changed,
    )


def lock_out(cluster: Cluster, name: str, allowed: bool) -> None:
    """Let nobody (or everybody) connect to a database, and end who is connected."""
    with psycopg.connect(cluster.url("postgres", private.OWNER), autocommit=True) as connection:
        connection.execute(
            f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {str(allowed).lower()}'  # type: ignore[arg-type]
        )
        if not allowed:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )

"""The whole of Hinomi for a browser: real feeds, worker and web server on a small island."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from core.clock import WORLD
from core.db import cluster as private
from core.db.cluster import Cluster
from core.settings import load_settings
from drill.world import open_world
from server import rehearsal as scene
from server.cli import demo
from server.cli.demo import Ports
from server.rehearsal import Rehearsal
from server.supervisor import Child, Supervisor, free_port, hinomi

SCALE = 0.1
SEED = 5
SPEED = 60
TOKEN = "token-of-the-browser-stories"  # noqa: S105 - of feeds that live for minutes
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
                 "--disable-background-networking", "--disable-component-update"]  # fmt: skip


@dataclass(slots=True)
class LiveServer:
    """A running Hinomi in a drill, and what a story may do to it."""

    address: str
    database_url: str
    rehearsal: Rehearsal
    feeds_port: int
    supervisor: Supervisor
    env: dict[str, str]
    logs: Path
    children: dict[str, Child] = field(default_factory=dict)
    municipality: str = ""

    def start(self, name: str) -> None:
        """Start `feeds`, `worker` or `web`."""
        words = {
            "feeds": ["drill", "play", "island", "--port", str(self.feeds_port),
                      "--speed", str(SPEED)],
            "worker": ["work"],
            "web": ["serve"],
        }[name]  # fmt: skip
        log = self.logs / f"{name}-{time.monotonic_ns()}.log"
        self.children[name] = self.supervisor.start(name, [*hinomi(), *words], self.env, log)

    def kill(self, name: str) -> None:
        """Kill a process without asking it (SIGKILL)."""
        self.children[name].process.kill()
        self.children[name].process.wait()
        # Noted as known: only a death that no story wanted ends a wait.
        self.supervisor.newly_dead()

    def wait(self, name: str) -> None:
        """Wait until a process does its work."""
        ready: dict[str, Callable[[], bool]] = {
            "feeds": lambda: demo.feeds_ready(self.feeds_port, TOKEN),
            "worker": lambda: demo.part_ready(self.address, "worker"),
            "web": lambda: demo.part_ready(self.address, "database"),
        }
        demo.wait_ready(self.supervisor, name, ready[name])

    def control(self, path: str, **body: object) -> dict[str, Any]:
        """Send one word to the feeds: `pause`, `resume`, `seek`, `speed`, `faults/SOURCE`."""
        answer = httpx.post(
            f"http://127.0.0.1:{self.feeds_port}/control/{path}", json=body, timeout=10,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )  # fmt: skip
        answer.raise_for_status()
        said: dict[str, Any] = answer.json()
        return said

    def ahead(self, hours: float) -> datetime:
        """Let some hours of the world pass at once; return the new world time."""
        now = datetime.fromisoformat(self.control("pause")["world"])
        target = now + timedelta(hours=hours)
        self.control("seek", world=target.isoformat())
        self.control("resume")
        return target

    def health(self) -> dict[str, Any]:
        """Return what `/health` says."""
        said: dict[str, Any] = httpx.get(f"{self.address}/health", timeout=10).json()
        return said

    def source(self, name: str) -> str:
        """Return the state of a source."""
        state: str = self.health()["parts"]["sources"]["states"][name]
        return state

    def until(self, holds: Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait until something holds; fail with the logs' ends if it does not."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                tails = "\n".join(f"{c.name}: {c.tail()}" for c in self.children.values())
                pytest.fail(f"it did not become so within {seconds:.0f} s\n{tails}")
            time.sleep(0.2)


@pytest.fixture(scope="module")
def live_server(
    tmp_path_factory: pytest.TempPathFactory, cluster: Cluster, template_database: str
) -> Iterator[LiveServer]:
    """Yield a running Hinomi; its sources have told something by then."""
    folder = tmp_path_factory.mktemp("live")
    rehearsal = Rehearsal("island", folder, SEED, SCALE)
    private.drop_database(cluster, rehearsal.database)
    private.create_database(cluster, rehearsal.database, template_database)
    world = open_world("island", cache=folder, seed=SEED, scale=SCALE)
    url = cluster.url(rehearsal.database)
    scene.set_scene(url, rehearsal, world)
    WORLD.set(None)
    scene.ensure_relief(rehearsal, world)
    web = free_port("127.0.0.1", 18_050 + os.getpid() % 1000)
    ports = Ports(web, free_port("127.0.0.1", web + 1))
    env = demo.environment(load_settings(), rehearsal, ports, TOKEN)
    logs = folder / "log"
    logs.mkdir()
    with Supervisor() as supervisor:
        made = LiveServer(
            f"http://127.0.0.1:{web}", url, rehearsal, ports.feeds, supervisor, env, logs,
            municipality=scene.town_of(world) or "",
        )  # fmt: skip
        for name in ("feeds", "web"):
            made.start(name)
        made.wait("feeds")
        made.start("worker")
        made.wait("web")
        made.wait("worker")
        made.until(lambda: made.source("river_levels") == made.source("boundaries") == "ok", 60)
        yield made
    private.drop_database(cluster, rehearsal.database)


# Not for the session: while Playwright runs, no other test of this process may use asyncio.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Yield the system's Chromium."""
    path = shutil.which("chromium")
    assert path is not None, "chromium is not installed (.ci/setup --tests)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Yield an empty page at desk size; an error in its scripts fails the story."""
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, base_url=live_server.address, locale="ja-JP"
    )
    made = context.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    yield made
    context.close()
    assert not errors


@pytest.fixture
def operator(page: Page) -> Page:
    """Return a page on which the operator has signed in and sees the situation."""
    sign_in(page, "operator")
    return page


@pytest.fixture
def prefecture(page: Page) -> Page:
    """Return a page on which the prefecture's administrator has signed in."""
    sign_in(page, "prefecture")
    return page


def sign_in(page: Page, login: str) -> None:
    """Sign in on the sign-in page, as a person does."""
    page.goto("/login")
    page.fill("#login", login)
    page.fill("#password", scene.DEMO_PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/app/**")

"""`hinomi demo`: everything at once, on the drill island or a recording."""

import secrets
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import click
import httpx

from core.auth.actor import ROLE_NAMES
from core.db import cluster as private
from core.errors import UnavailableError
from core.settings import Settings, load_settings
from drill.answer import World
from drill.world import ISLAND, open_world
from server import rehearsal as scene
from server.cli.drill import rehearsal_of
from server.databases import VAR
from server.rehearsal import Rehearsal
from server.supervisor import Child, Supervisor, free_port, hinomi, inherited

FEEDS_HOST = "127.0.0.1"
FEEDS_PORT = 8060
READY_WITHIN_S = 90.0
LOOK_EVERY_S = 0.3
DEFAULT_SPEED = 60.0
NAMES = {"feeds": "模擬の外界", "worker": "ワーカー", "web": "ウェブ"}


class DemoFailedError(UnavailableError):
    """The demo could not be started."""


class StoppedError(Exception):
    """Somebody asked the demo to end."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demo listens."""

    web: int
    feeds: int


@click.command("demo")
@click.option("--recording", default=None, help="Play a recording instead of the island.")
@click.option("--port", default=None, type=click.IntRange(1, 65535), help="Of the web server.")
@click.option("--scale", default=None, type=click.FloatRange(0.02, 12), help="Size of the island.")
@click.option("--speed", default=DEFAULT_SPEED, show_default=True, type=click.FloatRange(1, 600))
def command(recording: str | None, port: int | None, scale: float | None, speed: float) -> None:
    """Play a drill with everything running, until Ctrl-C."""
    _end_on_signals()
    settings = load_settings()
    drill = settings.drill.model_copy(update={"scale": scale or settings.drill.scale})
    rehearsal = rehearsal_of(recording or ISLAND, drill)
    try:
        with rehearsal.held(), Supervisor() as supervisor:
            run(settings, rehearsal, port or settings.web.port, supervisor, speed)
    except StoppedError:
        click.echo("すべて止めました")


def _end_on_signals() -> None:
    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        # Once is enough: a second Ctrl-C must not break the stopping.
        for known in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(known, signal.SIG_IGN)
        click.echo("\n止めています…")
        raise StoppedError

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def choose_ports(settings: Settings, wanted: int) -> Ports:
    """Return ports that are free, and say where one was taken."""
    web = free_port(settings.web.host, wanted)
    feeds = free_port(FEEDS_HOST, FEEDS_PORT, taken=[web])
    for name, port, first in (("web", web, wanted), ("feeds", feeds, FEEDS_PORT)):
        if port != first:
            click.echo(f"ポート {first} は使われています。{NAMES[name]}は {port} を使います")
    return Ports(web, feeds)


def run(
    settings: Settings, rehearsal: Rehearsal, port: int, supervisor: Supervisor, speed: float
) -> None:
    """Prepare, start everything, say where it is, and watch until told to stop."""
    began = time.monotonic()
    world = prepare(rehearsal, supervisor)
    # Not earlier: an island takes minutes the first time, in which others could take the ports.
    ports = choose_ports(settings, port)
    token = secrets.token_urlsafe(24)
    env = environment(settings, rehearsal, ports, token)
    logs = rehearsal.folder / rehearsal.database / "log"
    logs.mkdir(parents=True, exist_ok=True)
    feeds = ["drill", "play", rehearsal.kind, "--port", str(ports.feeds), "--speed", f"{speed:g}"]
    address = f"http://{browser_host(settings.web.host)}:{ports.web}"
    supervisor.start("feeds", [*hinomi(), *feeds], env, logs / "feeds.log")
    supervisor.start("web", [*hinomi(), "serve"], env, logs / "web.log")
    wait_ready(supervisor, "feeds", lambda: feeds_ready(ports.feeds, token))
    # Not earlier: a first look at feeds that do not answer yet would count as their failure.
    supervisor.start("worker", [*hinomi(), "work"], env, logs / "worker.log")
    wait_ready(supervisor, "web", lambda: part_ready(address, "database"))
    wait_ready(supervisor, "worker", lambda: part_ready(address, "worker"))
    announce(rehearsal, world, address, time.monotonic() - began, speed)
    watch(supervisor)


def prepare(rehearsal: Rehearsal, supervisor: Supervisor) -> World:
    """Start the private cluster, make the drill's database anew and set the scene in it."""
    was_running = private.locate(VAR).running
    cluster = private.ensure_cluster(VAR)
    if not was_running:
        supervisor.own_cluster(VAR)
    if not rehearsal.generated:
        click.echo("島を作っています（初回のみ、1〜2 分）")
    world = open_world(
        rehearsal.kind, cache=rehearsal.folder, seed=rehearsal.seed, scale=rehearsal.scale
    )
    url = scene.fresh_database(cluster, rehearsal)
    scene.set_scene(url, rehearsal, world)
    scene.ensure_relief(rehearsal, world)
    return world


def environment(
    settings: Settings, rehearsal: Rehearsal, ports: Ports, token: str
) -> dict[str, str]:
    """Return the settings of the demo's processes: a drill in the private cluster, nothing else."""
    relief = rehearsal.relief
    return inherited(
        HINOMI_DATABASE_URL=None,
        HINOMI_DATABASE_OWNER_URL=None,
        HINOMI_DATABASE_NAME=rehearsal.database,
        HINOMI_STORAGE_FOLDER=str(rehearsal.storage),
        HINOMI_DRILL_ACTIVE="1",
        HINOMI_DRILL_FOLDER=str(rehearsal.folder),
        HINOMI_DRILL_SEED=str(rehearsal.seed),
        HINOMI_DRILL_SCALE=f"{rehearsal.scale:g}",
        HINOMI_INGEST_FEEDS=f"http://{FEEDS_HOST}:{ports.feeds}",
        HINOMI_FEEDS_TOKEN=token,
        HINOMI_MAP_RELIEF=None if relief is None else str(relief),
        # The island lies where the real map shows open sea.
        HINOMI_MAP_BASE=settings.map.base if relief is None else "builtin",
        HINOMI_WEB_HOST=settings.web.host,
        HINOMI_WEB_PORT=str(ports.web),
        HINOMI_WEB_WALL_NETWORKS='["127.0.0.0/8", "::1/128"]',
    )


def browser_host(host: str) -> str:
    """Return the name a browser on this machine uses for a listening address."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - only compared
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def feeds_ready(port: int, token: str) -> bool:
    """Tell whether the simulated outside world answers."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        answer = httpx.get(f"http://{FEEDS_HOST}:{port}/control/state", headers=headers, timeout=2)
    except httpx.HTTPError:
        return False
    return answer.is_success


def part_ready(address: str, part: str) -> bool:
    """Tell whether `/health` calls a part well."""
    try:
        parts = httpx.get(f"{address}/health", timeout=5).json()["parts"]
    except (httpx.HTTPError, ValueError, KeyError):
        return False
    return bool(parts.get(part, {}).get("state") == "ok")


def wait_ready(supervisor: Supervisor, name: str, ready: Callable[[], bool]) -> None:
    """Wait until a child is ready.

    Raises
    ------
    DemoFailedError
        With the last lines of the child that ended, or was not ready in time.
    """
    end = time.monotonic() + READY_WITHIN_S
    while not ready():
        dead = supervisor.newly_dead()
        late = [child for child in supervisor.children if child.name == name]
        if dead or time.monotonic() > end:
            child = (dead or late)[0]
            how = (
                f"終了コード {child.ended}" if dead else f"{READY_WITHIN_S:.0f} 秒たっても応答なし"
            )
            message = (
                f"{NAMES[child.name]}が始まりません（{how}）\n{child.tail()}\n記録: {child.log}"
            )
            raise DemoFailedError(message)
        time.sleep(LOOK_EVERY_S)


def announce(
    rehearsal: Rehearsal, world: World, address: str, seconds: float, speed: float
) -> None:
    """Print addresses and accounts."""
    lines = [
        "",
        f"{world.title}  ×{speed:g}  （{seconds:.0f} 秒で準備できました）",
        "",
        f"  ウォール   {address}/wall",
        f"  運用画面   {address}/app/",
        f"  状態       {address}/health",
        "",
        f"  アカウント（訓練専用、パスワードはすべて {scene.DEMO_PASSWORD}）",
        *(f"    {one.login:<12}{ROLE_NAMES[one.role][0]}" for one in scene.accounts(world)),
        "",
        "  時計と障害  .venv/bin/hinomi drill --help",
        f"  記録        {rehearsal.folder / rehearsal.database / 'log'}",
        "",
        "Ctrl-C ですべて止まります。次に始めると、この訓練のデータベースは作り直されます。",
    ]
    click.echo("\n".join(lines))
    sys.stdout.flush()


def watch(supervisor: Supervisor) -> None:
    """Say which child ended; nothing is started again silently, the wall shows it as gone.

    Raises
    ------
    DemoFailedError
        When no child is left.
    """
    while any(child.ended is None for child in supervisor.children):
        for child in supervisor.newly_dead():
            _report(child)
        time.sleep(LOOK_EVERY_S)
    message = "すべてのプロセスが終わりました"
    raise DemoFailedError(message)


def _report(child: Child) -> None:
    click.echo(f"{NAMES[child.name]}が終わりました（終了コード {child.ended}）。記録: {child.log}")
    click.echo("  再起動はしません。ウォールの表示を確かめ、Ctrl-C のあと始め直してください。")

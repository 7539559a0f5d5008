"""`hinomi drill`: play a simulated or recorded outside world, and move it while it plays."""

import os
import secrets
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import httpx
import orjson

from core.clock import TOKYO
from core.errors import UnavailableError
from core.settings import DrillSettings, load_settings
from drill.faults import Fault
from drill.world import ISLAND
from server.rehearsal import Rehearsal


class NoDrillError(UnavailableError):
    """No drill is being played."""


@click.group("drill")
def group() -> None:
    """Play the simulated outside world, pause it, break it."""


def rehearsal_of(kind: str, settings: DrillSettings) -> Rehearsal:
    """Return where the things of a world lie."""
    return Rehearsal(kind, settings.folder, settings.seed, settings.scale)


@group.command()
@click.argument("world", default=ISLAND)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8060, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--speed", default=60.0, show_default=True, help="World seconds a real second, 1-600."
)
@click.option("--at", default=None, help="World time to begin at, Japan time: 2026-07-03T20:00.")
def play(world: str, host: str, port: int, speed: float, at: str | None) -> None:
    """Serve WORLD (island, or a recording) in the wire formats of the real sources.

    The drill's database must stand (`hinomi demo` makes it); the clock in it follows this process.
    """
    import uvicorn  # noqa: PLC0415 - `hinomi --help` stays quick

    from core.db.session import Database  # noqa: PLC0415
    from core.logs import configure  # noqa: PLC0415
    from drill.world import open_world  # noqa: PLC0415
    from server.databases import database_url  # noqa: PLC0415
    from server.feeds import create_feeds  # noqa: PLC0415
    from server.stage import Stage  # noqa: PLC0415

    settings = load_settings()
    configure("feeds")
    rehearsal = rehearsal_of(world, settings.drill)
    opened = open_world(world, cache=rehearsal.folder, seed=rehearsal.seed, scale=rehearsal.scale)
    begin = japan_time(at) if at else rehearsal.begin(opened)
    database = Database(database_url(settings), settings.database)
    token = os.environ.get("HINOMI_FEEDS_TOKEN") or secrets.token_urlsafe(24)
    tell_controls(rehearsal, f"http://{host}:{port}", token)
    stage = Stage(opened, database, at=begin, speed=speed)
    click.echo(f"{opened.title}: http://{host}:{port} ×{speed:g} {begin:%Y-%m-%d %H:%M} から")
    # The server hands SIGTERM on once it has shut down; as an exit, so that the note is taken away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        uvicorn.run(create_feeds(stage, token), host=host, port=port, log_config=None, ws="none",
                    access_log=False, timeout_graceful_shutdown=2)  # fmt: skip
    finally:
        rehearsal.controls.unlink(missing_ok=True)
        database.close()


def tell_controls(rehearsal: Rehearsal, address: str, token: str) -> None:
    """Leave a note, readable by this user alone, for the commands below."""
    path = rehearsal.controls
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps({"address": address, "token": token}))


def japan_time(text: str) -> datetime:
    """Return a time written without a zone as Japan's.

    Raises
    ------
    click.BadParameter
        When it is no time.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"時刻を読み取れません: {text}（例: 2026-07-03T20:00）"
        raise click.BadParameter(message) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=TOKYO)


def find_controls(folder: Path, world: str | None) -> tuple[str, str]:
    """Return address and token of the drill that plays (the newest one, or that of a world).

    Raises
    ------
    NoDrillError
        When none does.
    """
    wanted = Rehearsal(world, folder, 0, 1).database if world else "*"
    notes = sorted(folder.glob(f"{wanted}/controls.json"), key=lambda path: path.stat().st_mtime)
    if not notes:
        message = "動いている訓練がありません（hinomi demo か hinomi drill play で始めます）"
        raise NoDrillError(message)
    note = orjson.loads(notes[-1].read_bytes())
    return str(note["address"]), str(note["token"])


def ask(world: str | None, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Send one word to the feeds process and return what it says then.

    Raises
    ------
    NoDrillError
        When it does not answer, or refuses.
    """
    address, token = find_controls(load_settings().drill.folder, world)
    headers = {"Authorization": f"Bearer {token}"}
    method = "GET" if body is None else "POST"
    try:
        answer = httpx.request(
            method, f"{address}/control/{path}", json=body, headers=headers, timeout=10
        )
    except httpx.HTTPError as error:
        message = f"訓練の情報源 {address} が応答しません（{type(error).__name__}）"
        raise NoDrillError(message) from error
    said: dict[str, Any] = answer.json()
    if answer.is_error:
        raise NoDrillError(str(said.get("detail")))
    return said


def show(said: dict[str, Any]) -> None:
    """Print where the clock stands and what is broken."""
    at = datetime.fromisoformat(said["world"]).astimezone(TOKYO)
    runs = f"×{said['speed']:g}" if said["running"] else "停止中"
    click.echo(f"{said['title']}  {at:%Y-%m-%d %H:%M:%S}  {runs}")
    for source, fault in said["sources"].items():
        click.echo(f"  {source:<20} {fault or '正常'}")


which = click.option("--world", default=None, help="Which drill, where several are played.")


@group.command()
@which
def state(world: str | None) -> None:
    """Say where the clock stands and which faults are on."""
    show(ask(world, "state"))


@group.command()
@which
def pause(world: str | None) -> None:
    """Stop the world's clock."""
    show(ask(world, "pause", {}))


@group.command()
@which
def resume(world: str | None) -> None:
    """Let the world's clock run on."""
    show(ask(world, "resume", {}))


# -2 is two hours back, not an option.
@group.command(context_settings={"ignore_unknown_options": True})
@click.argument("moment")
@which
def seek(moment: str, world: str | None) -> None:
    """Jump to MOMENT: a Japan time (2026-07-04T02:00), or +HOURS / -HOURS from now."""
    if moment[:1] in "+-":
        now = datetime.fromisoformat(ask(world, "state")["world"])
        target = now + timedelta(hours=_hours(moment))
    else:
        target = japan_time(moment)
    show(ask(world, "seek", {"world": target.isoformat()}))


def _hours(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise click.BadParameter(text) from error


@group.command()
@click.argument("times", type=float)
@which
def speed(times: float, world: str | None) -> None:
    """Run the world's clock TIMES as fast as the real one, 1 to 600."""
    show(ask(world, "speed", {"speed": times}))


@group.command()
@click.argument("source")
@click.argument("kind", type=click.Choice([*(str(fault) for fault in Fault), "off"]))
@which
def fault(source: str, kind: str, world: str | None) -> None:
    """Break SOURCE in one way, or mend it with `off`."""
    body = {"fault": None if kind == "off" else kind}
    show(ask(world, f"faults/{source}", body))

"""The demo as a user starts it: a small island, real processes, ended in every way there is."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from core.clock import WORLD
from core.db import cluster as private
from core.db.cluster import Cluster
from core.settings import load_settings
from drill.world import open_world
from server import keeper
from server.cli import demo
from server.cli.demo import DemoFailedError, Ports
from server.rehearsal import Rehearsal
from server.supervisor import Supervisor

SCALE = 0.05
SEED = 11
HINOMI = Path(sys.executable).parent / "hinomi"


@dataclass(frozen=True, slots=True)
class Running:
    """A demo that was started, and where it said it is."""

    process: subprocess.Popen[str]
    lines: list[str]
    rehearsal: Rehearsal

    @property
    def address(self) -> str:
        """Return where the web server listens."""
        line = next(line for line in self.lines if "/wall" in line)
        return line.split()[-1].removesuffix("/wall")

    def read_until(self, wanted: str) -> str:
        """Return the first line that has a text in it, from here on."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if wanted in line:
                return line
        pytest.fail(f"{wanted!r} was never said; " + "\n".join(self.lines[-30:]))

    def children(self) -> list[int]:
        """Return the process groups of its children (the keeper left out)."""
        found = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        rows = [line.split(None, 1) for line in found.stdout.splitlines()]
        return [int(pid) for pid, words in rows if "keeper" not in words]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drill")


@pytest.fixture
def running(folder: Path, cluster: Cluster) -> Iterator[Running]:
    env = {**os.environ, "HINOMI_DRILL_FOLDER": str(folder), "HINOMI_DRILL_SEED": str(SEED),
           "HINOMI_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/operations"}  # fmt: skip
    command = [HINOMI, "demo", "--scale", str(SCALE), "--speed", "600"]
    process = subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    made = Running(process, [], Rehearsal("island", folder, SEED, SCALE))
    made.read_until("Ctrl-C")
    yield made
    process.terminate()
    process.wait(20)
    assert process.stdout is not None
    process.stdout.close()
    private.drop_database(cluster, made.rehearsal.database)


def eventually(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not become so in time"
        time.sleep(0.2)


@pytest.mark.slow
def test_a_demo_from_start_to_interrupt(running: Running) -> None:
    children = running.children()
    assert len(children) == 3
    health = httpx.get(f"{running.address}/health").json()
    assert health["parts"]["worker"]["state"] == health["parts"]["feeds"]["state"] == "ok"
    eventually(lambda: _ok_sources(running.address) >= 4, 40)
    env = {**os.environ, "HINOMI_DRILL_FOLDER": str(running.rehearsal.folder)}
    said = subprocess.run(
        [HINOMI, "drill", "pause"], env=env, capture_output=True, text=True, check=True
    )
    assert "訓練" in said.stdout
    assert "停止中" in said.stdout

    worker = next(pid for pid in children if "work" in _words(pid))
    os.kill(worker, signal.SIGKILL)
    assert "ワーカーが終わりました（終了コード -9）" in running.read_until("終わりました")
    eventually(lambda: _worker_state(running.address) != "ok", 25)

    began = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(12) == 0
    assert time.monotonic() - began < 10
    assert not [pid for pid in children if keeper.alive(pid)]
    assert not running.rehearsal.controls.exists()


@pytest.mark.slow
def test_a_killed_demo_leaves_nothing_behind(running: Running, cluster: Cluster) -> None:
    children = running.children()
    running.process.kill()
    running.process.wait()
    eventually(lambda: not any(keeper.alive(pid) for pid in children), 10)
    assert cluster.running, "a cluster that others use must stay"


def _ok_sources(address: str) -> int:
    states = httpx.get(f"{address}/health").json()["parts"]["sources"]["states"]
    return list(states.values()).count("ok")


def _worker_state(address: str) -> str:
    state: str = httpx.get(f"{address}/health").json()["parts"]["worker"]["state"]
    return state


def _words(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0")


def test_a_taken_port_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ports = demo.choose_ports(load_settings(), port)
    assert ports.web > port
    assert ports.feeds != ports.web
    assert f"ポート {port} は使われています" in capsys.readouterr().out


def test_a_demo_never_opens_the_operations_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HINOMI_DATABASE_URL", "postgresql://town/operations")
    monkeypatch.setenv("HINOMI_DATABASE_NAME", "operations")
    rehearsal = Rehearsal("kumamoto-2026", tmp_path, 1, 1)
    env = demo.environment(load_settings(), rehearsal, Ports(1, 2), "token")
    assert "HINOMI_DATABASE_URL" not in env
    assert env["HINOMI_DATABASE_NAME"].startswith("hinomi_drill_kumamoto_2026")
    assert env["HINOMI_DRILL_ACTIVE"] == "1"
    assert env["HINOMI_INGEST_FEEDS"] == "http://127.0.0.1:2"
    assert "HINOMI_MAP_RELIEF" not in env
    assert env["HINOMI_MAP_BASE"] == "auto"


def test_the_island_is_never_looked_for_on_the_real_map(tmp_path: Path) -> None:
    env = demo.environment(load_settings(), Rehearsal("island", tmp_path, 1, 1), Ports(1, 2), "t")
    assert env["HINOMI_MAP_BASE"] == "builtin"
    assert env["HINOMI_MAP_RELIEF"].endswith(".tif")


def test_a_child_that_dies_at_the_start_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with Supervisor() as supervisor:
        supervisor.start("web", ["sh", "-c", "echo no such thing; exit 4"], os.environ, log)
        with pytest.raises(DemoFailedError, match=r"終了コード 4[\s\S]*no such thing"):
            demo.wait_ready(supervisor, "web", lambda: False)


def test_a_wildcard_address_is_shown_as_one_a_browser_can_open() -> None:
    assert demo.browser_host("0.0.0.0") == "127.0.0.1"
    assert demo.browser_host("::1") == "[::1]"
    assert demo.browser_host("10.0.0.5") == "10.0.0.5"


def test_accounts_and_addresses_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rehearsal = Rehearsal("island", tmp_path, SEED, SCALE)
    world = open_world("island", cache=tmp_path, seed=SEED, scale=SCALE)
    demo.announce(rehearsal, world, "http://127.0.0.1:8050", 3.0, 60)
    printed = capsys.readouterr().out
    for word in ("/wall", "/app/", "prefecture", "town", "訓練", "Ctrl-C"):
        assert word in printed
    assert WORLD.anchor is None

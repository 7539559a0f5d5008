"""Children that end with their parent, and ports."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from server import keeper, supervisor
from server.supervisor import Supervisor, free_port, inherited


def test_the_end_of_the_block_ends_the_children(tmp_path: Path) -> None:
    with Supervisor() as made:
        one = made.start("one", ["sleep", "60"], os.environ, tmp_path / "one.log")
        two = made.start("two", ["sleep", "60"], os.environ, tmp_path / "two.log")
        assert one.ended is None
        assert os.getsid(one.pid) == one.pid != two.pid
    assert one.ended == two.ended == -signal.SIGTERM
    assert not keeper.alive(one.pid)


def test_a_death_is_told_once(tmp_path: Path) -> None:
    with Supervisor() as made:
        child = made.start("dies", ["sh", "-c", "echo bad; exit 3"], os.environ, tmp_path / "log")
        child.process.wait()
        assert [(dead.name, dead.ended) for dead in made.newly_dead()] == [("dies", 3)]
        assert made.newly_dead() == []
        assert child.tail() == "bad"


def test_a_killed_keeper_does_not_end_the_work(tmp_path: Path) -> None:
    with Supervisor() as made:
        made._keeper.kill()  # noqa: SLF001 - nobody else may reach it
        made._keeper.wait()  # noqa: SLF001
        child = made.start("x", ["sleep", "60"], os.environ, tmp_path / "log")
        time.sleep(0.1)
        assert child.ended is None
    assert child.ended == -signal.SIGTERM


def test_a_taken_port_gives_the_next_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = free_port("127.0.0.1", port)
        assert found > port
        assert free_port("127.0.0.1", port, taken=[found]) > found


def test_two_that_start_at_once_choose_different_ports() -> None:
    first = free_port("127.0.0.1", 29_400)
    choose = "from server.supervisor import free_port; print(free_port('127.0.0.1', 29_400))"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", choose], cwd=root, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) > first


def test_an_address_of_another_machine_is_an_error() -> None:
    with pytest.raises(OSError, match="assign"):
        free_port("192.0.2.1", 8050)


def test_variables_are_set_and_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HINOMI_DATABASE_URL", "postgresql://elsewhere/operations")
    env = inherited(HINOMI_DATABASE_URL=None, HINOMI_DATABASE_NAME="drill")
    assert "HINOMI_DATABASE_URL" not in env
    assert env["HINOMI_DATABASE_NAME"] == "drill"
    assert os.environ["HINOMI_DATABASE_URL"].startswith("postgresql")


def test_the_command_is_this_installation() -> None:
    assert Path(supervisor.hinomi()[0]).is_file()

"""The keeper ends what a killed supervisor leaves behind."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import keeper
from server.keeper import Charge

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready', flush=True); time.sleep(60)"
)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_it_knows_what_runs() -> None:
    charge = keeper.keep(io.StringIO("+12\n+13\n-12\ncluster /x/var\ndone\n"), pytest.fail)
    assert charge == Charge({13}, Path("/x/var"), done=True)


def test_an_end_without_done_stops_all() -> None:
    stopped: list[Charge] = []
    keeper.keep(io.StringIO("+12\n"), stopped.append)
    assert [charge.groups for charge in stopped] == [{12}]


def test_a_polite_process_ends_at_once(sleeper: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    keeper.stop_groups([sleeper.pid], grace_s=5)
    assert sleeper.wait(5) == -signal.SIGTERM
    assert time.monotonic() - began < 2


def test_a_stubborn_process_is_forced() -> None:
    command = [sys.executable, "-c", STUBBORN]
    with subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        keeper.stop_groups([process.pid], grace_s=0.3)
        assert process.wait(5) == -signal.SIGKILL


def test_grandchildren_belong_to_the_group() -> None:
    command = ["sh", "-c", "sleep 60 & wait"]
    with subprocess.Popen(command, start_new_session=True) as process:
        time.sleep(0.2)
        keeper.stop_groups([process.pid], grace_s=3)
        process.wait(5)
    assert not keeper.alive(process.pid)


def test_who_is_gone_is_no_error() -> None:
    gone = subprocess.Popen(["true"], start_new_session=True)
    gone.wait()
    assert keeper.signal_group(gone.pid, signal.SIGTERM) is False
    keeper.stop_groups([gone.pid])


def test_the_real_keeper_outlives_its_parent(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    parent = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from server.supervisor import Supervisor\n"
        "s = Supervisor()\n"
        f"c = s.start('x', ['sleep', '60'], dict(os.environ), Path({str(tmp_path / 'x.log')!r}))\n"
        f"Path({str(note)!r}).write_text(str(c.pid))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", parent], cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    group = int(note.read_text())
    end = time.monotonic() + 10
    while keeper.alive(group) and time.monotonic() < end:
        time.sleep(0.1)
    assert not keeper.alive(group)
    assert os.getpid() != group

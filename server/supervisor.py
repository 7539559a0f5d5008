"""Child processes that end with their parent, whatever ends the parent."""

import errno
import fcntl
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from core.settings import ROOT
from server import keeper

TAIL_LINES = 12
PORTS_TRIED = 50


class Child:
    """One process in a group of its own, writing to a log file."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                list(command), env=dict(env), cwd=ROOT, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self.reported = False

    @property
    def pid(self) -> int:
        """Return its process id, which is its group's too."""
        return self.process.pid

    @property
    def ended(self) -> int | None:
        """Return its exit status, negative for a signal, None while it runs."""
        return self.process.poll()

    def tail(self) -> str:
        """Return the last lines it wrote."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-TAIL_LINES:])


class Supervisor:
    """Starts children and stops them all; a keeper stops them when this process is killed."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self._var: Path | None = None
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "server.keeper"], stdin=subprocess.PIPE, bufsize=0,
            cwd=ROOT, start_new_session=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        """Return itself; everything is stopped at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Stop everything it started."""
        self.stop()

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> Child:
        """Start a child process."""
        child = Child(name, command, env, log)
        self.children.append(child)
        self._tell(f"+{child.pid}")
        return child

    def own_cluster(self, var: Path) -> None:
        """Note that the private cluster was started here and is to be stopped at the end."""
        self._var = var
        self._tell(f"cluster {var}")

    def newly_dead(self) -> list[Child]:
        """Return children that ended since the last look."""
        dead = [child for child in self.children if child.ended is not None and not child.reported]
        for child in dead:
            child.reported = True
            self._tell(f"-{child.pid}")
        return dead

    def stop(self) -> None:
        """Stop every child, then the cluster, then the keeper; within ten seconds."""
        keeper.stop_groups(child.pid for child in self.children if child.ended is None)
        for child in self.children:
            child.process.wait()
        if self._var is not None:
            keeper.stop_cluster(self._var)
        self._tell("done")
        if self._keeper.stdin is not None and not self._keeper.stdin.closed:
            self._keeper.stdin.close()
        self._keeper.wait()

    def _tell(self, line: str) -> None:
        pipe = self._keeper.stdin
        if pipe is None or pipe.closed:
            return
        try:
            pipe.write(f"{line}\n".encode())
        except BrokenPipeError:
            # A keeper that was killed costs the watch, not the work.
            pipe.close()


def free_port(host: str, wanted: int, taken: Sequence[int] = ()) -> int:
    """Return the wanted TCP port, or the next one that nobody listens on.

    Raises
    ------
    OSError
        When the host is not one of this machine, or fifty ports in a row are taken.
    """
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        if port in taken:
            continue
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                    raise
                continue
        if _held(port):
            return port
    message = f"{wanted} から {PORTS_TRIED} 個のポートがすべて使われています"
    raise OSError(message)


_HELD: list[int] = []


def _held(port: int) -> bool:
    """Take a port for this process, so that another demo that starts now does not choose it too.

    Between choosing a port and listening on it a child needs seconds. The lock ends with the
    process, whatever ends it.
    """
    path = Path(tempfile.gettempdir()) / f"hinomi-port-{port}.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        return True  # another user's file: the port itself has the last word
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return False
    _HELD.append(handle)
    return True


def hinomi() -> list[str]:
    """Return the words that run this installation's command."""
    return [str(Path(sys.executable).parent / "hinomi")]


def inherited(**changed: str | None) -> dict[str, str]:
    """Return this process's environment with some variables set, or removed where None."""
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    for name, value in changed.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env

"""`hinomi serve` as a process: starts, answers, stops; with a database and without."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[3]
NOWHERE = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize("gone", [False, True])
def test_it_serves_and_stops(database_url: str, tmp_path: Path, *, gone: bool) -> None:
    port = free_port()
    env = {**os.environ, "HINOMI_DATABASE_URL": NOWHERE if gone else database_url}
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.cli.main", "serve", "--port", str(port)],
            cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        answer = wait_for(f"http://127.0.0.1:{port}/health", process)
        assert (answer.status_code, answer.json()["status"]) == (
            (503, "down") if gone else (200, "degraded")
        ), log.read_text()
        assert httpx.get(f"http://127.0.0.1:{port}/login").status_code == 200
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)
    finally:
        process.kill()
        process.wait()
    lines = log.read_text().splitlines()
    assert lines
    assert all(line.startswith('{"at": "') for line in lines), log.read_text()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> httpx.Response:
    until = time.monotonic() + 180
    while time.monotonic() < until and process.poll() is None:
        try:
            return httpx.get(address, timeout=10)
        except httpx.TransportError:
            time.sleep(0.2)
    message = "the server did not answer"
    raise AssertionError(message)

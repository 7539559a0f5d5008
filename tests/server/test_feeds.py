"""The feeds over a real socket, faults included."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn

from core.clock import WORLD
from drill.faults import Fault
from server import stage as stage_module
from server.feeds import create_feeds
from server.stage import Stage

sys.path.insert(0, str(Path(__file__).parent))
from worlds import START, OneFileWorld

TOKEN = "control-token-of-the-test"  # noqa: S105 - of a server that lives for seconds
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@contextmanager
def serving(stage: Stage) -> Iterator[str]:
    """Serve a stage on a free port."""
    config = uvicorn.Config(create_feeds(stage, TOKEN), port=0, log_level="critical", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    server.force_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def stage() -> Iterator[Stage]:
    yield Stage(OneFileWorld(), None, at=START, speed=1)
    WORLD.set(None)


@pytest.fixture
def client(stage: Stage) -> Iterator[httpx.Client]:
    with serving(stage) as address, httpx.Client(base_url=address, timeout=3) as made:
        yield made


def test_a_feed_answers_like_the_source(client: httpx.Client) -> None:
    answer = client.get("/clockwork/now.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["last-modified"] == "Fri, 03 Jul 2026 03:00:00 GMT"
    assert answer.headers["x-hinomi-name"] == "%E4%BB%8A.json"
    assert answer.json()["base"] == f"{str(client.base_url).rstrip('/')}/clockwork"
    assert client.get("/clockwork/other.json").status_code == 404


def test_what_did_not_change_is_not_sent_again(client: httpx.Client, stage: Stage) -> None:
    first = client.get("/clockwork/now.json")
    by_tag = {"If-None-Match": first.headers["etag"]}
    assert client.get("/clockwork/now.json", headers=by_tag).status_code == 304
    by_date = {"If-Modified-Since": first.headers["last-modified"]}
    assert client.get("/clockwork/now.json", headers=by_date).status_code == 304
    stage.seek(START + timedelta(minutes=5))
    assert client.get("/clockwork/now.json", headers=by_tag).status_code == 200
    assert client.get("/clockwork/now.json", headers=by_date).status_code == 200
    bad_date = {"If-Modified-Since": "yesterday"}
    assert client.get("/clockwork/now.json", headers=bad_date).status_code == 200


def test_silence_is_no_byte_at_all(client: httpx.Client, stage: Stage) -> None:
    stage.break_source("clockwork", Fault.SILENCE)
    with pytest.raises(httpx.ReadTimeout):
        client.get("/clockwork/now.json", timeout=0.5)
    assert client.get("/other/now.json").status_code == 200


def test_an_error_is_a_500(client: httpx.Client, stage: Stage) -> None:
    stage.break_source("clockwork", Fault.ERROR)
    assert client.get("/clockwork/now.json").status_code == 500


def test_a_truncated_body_breaks_its_own_promise(client: httpx.Client, stage: Stage) -> None:
    stage.break_source("clockwork", Fault.TRUNCATED)
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/clockwork/now.json")
    with client.stream("GET", "/clockwork/now.json") as answer:
        assert answer.headers["content-length"] == "4000"
        parts = answer.iter_bytes()
        assert 0 < len(next(parts)) < 4000
        with pytest.raises(httpx.RemoteProtocolError):
            list(parts)


def test_a_slow_feed_drips(
    client: httpx.Client, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage_module.faults, "SLOW_S", 0.8)
    stage.break_source("clockwork", Fault.SLOW)
    began = time.monotonic()
    answer = client.get("/clockwork/now.json")
    assert time.monotonic() - began > 0.7
    assert len(answer.content) == 4000


@pytest.mark.parametrize("fault", [Fault.WRONG_ENCODING, Fault.DUPLICATES, Fault.RENAMED_COLUMNS])
def test_spoiled_content_arrives_whole(client: httpx.Client, stage: Stage, fault: Fault) -> None:
    stage.break_source("clockwork", fault)
    answer = client.get("/clockwork/now.json")
    assert answer.status_code == 200
    assert str(fault) in answer.headers["etag"]


def test_the_controls_need_the_token(client: httpx.Client) -> None:
    answer = client.post("/control/pause")
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/control/state").status_code == 403


def test_the_controls_move_the_world(client: httpx.Client, stage: Stage) -> None:
    def send(path: str, **body: object) -> httpx.Response:
        return client.post(f"/control/{path}", json=body, headers=HEADERS)

    assert send("pause").json()["running"] is False
    assert send("resume").json()["running"] is True
    assert send("speed", speed=600).json()["speed"] == 600
    assert send("speed", speed=601).status_code == 422
    assert send("seek", world="2026-07-03T15:00:00+09:00").status_code == 200
    assert stage.now >= START + timedelta(hours=3)
    assert send("seek", world="2027-01-01T00:00:00+09:00").status_code == 422
    assert send("seek", world="noon").status_code == 422
    assert send("faults/clockwork", fault="slow").json()["sources"]["clockwork"] == "slow"
    assert send("faults/clockwork", fault=None).json()["sources"]["clockwork"] is None
    assert send("faults/nowhere", fault="slow").status_code == 404
    assert client.get("/control/state", headers=HEADERS).json()["title"] == "試験【訓練】"

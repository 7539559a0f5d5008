"""The one client: conditional, bounded, patient up to a point, polite."""

import gzip
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from ingest import http
from ingest.http import HostBudget, Outside
from ingest.source import Fetcher, NotPublishedError, SourceFailedError
from tests.town import Answer, Asked, Clock, Town, open_town, quick

BODY = b'{"items": []}' * 50


@pytest.fixture
def fetcher(town: Town, outside: Outside) -> Callable[..., Fetcher]:
    def make(memory: dict[str, Any] | None = None, **manifest: Any) -> Fetcher:
        source = quick("river_levels", **manifest)
        where = {} if memory is None else memory
        return outside.fetcher(source.manifest, town.address + "/x", where, Clock())

    return make


def test_a_payload_comes_as_it_was(town: Town, fetcher: Callable[..., Fetcher]) -> None:
    town.routes["/x/a/b.json"] = Answer(BODY)
    payload = fetcher().get("a/b.json")
    assert payload is not None
    assert (payload.content, payload.name, payload.fetched_at) == (BODY, "a/b.json", Clock().at)
    assert payload.url == f"{town.address}/x/a/b.json"
    assert town.asked[0].headers["user-agent"] == "Hinomi/test"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [('attachment; filename="今日.zip"', None), ('attachment; filename="../../etc/a.zip"', "a.zip"),
     ("attachment; filename=b.zip; size=3", "b.zip"), ("inline", None), ('x; filename=""', None)],
)  # fmt: skip
def test_the_name_the_server_gives_has_no_folder(
    town: Town, fetcher: Callable[..., Fetcher], disposition: str, name: str | None
) -> None:
    told = disposition.encode().decode("latin-1")
    town.routes["/x/p"] = Answer(BODY, headers={"Content-Disposition": told})
    payload = fetcher().get("p")
    assert payload is not None
    assert "/" not in payload.name
    if name:
        assert payload.name == name


def test_packed_answers_are_unpacked(town: Town, fetcher: Callable[..., Fetcher]) -> None:
    for packing, content in (("gzip", gzip.compress(BODY)), ("deflate", zlib.compress(BODY))):
        town.routes["/x/p"] = Answer(content, headers={"Content-Encoding": packing})
        payload = fetcher().get("p")
        assert payload is not None
        assert payload.content == BODY
    assert town.asked[0].headers["accept-encoding"] == "gzip, deflate"


def test_a_bomb_is_stopped_at_the_limit(town: Town, fetcher: Callable[..., Fetcher]) -> None:
    bomb = gzip.compress(b"0" * 40_000_000)
    assert len(bomb) < 50_000
    town.routes["/x/p"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceFailedError, match="5,000,000 バイトを超えた"):
        fetcher(max_payload_bytes=5_000_000).get("p")
    assert town.count("/x/p") == 1, "asking again would not make it smaller"


def test_a_bomb_in_a_bomb_is_not_opened(town: Town, fetcher: Callable[..., Fetcher]) -> None:
    bomb = gzip.compress(gzip.compress(b"0" * 50_000_000))
    town.routes["/x/p"] = Answer(bomb, headers={"Content-Encoding": "gzip, gzip"})
    with pytest.raises(SourceFailedError, match="圧縮方式"):
        fetcher().get("p")


def test_a_large_answer_is_stopped(town: Town, fetcher: Callable[..., Fetcher]) -> None:
    town.routes["/x/p"] = Answer(b"0" * 2_000_000)
    with pytest.raises(SourceFailedError, match="読むのをやめました"):
        fetcher(max_payload_bytes=1024).get("p")


def test_what_is_packed_wrongly(town: Town, fetcher: Callable[..., Fetcher]) -> None:
    town.routes["/x/p"] = Answer(b"not gzip at all", headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceFailedError, match="DecodingError"):
        fetcher().get("p")


def test_unchanged_is_none(town: Town, fetcher: Callable[..., Fetcher]) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"v1"':
            return Answer(status=304)
        return Answer(
            BODY, headers={"ETag": '"v1"', "Last-Modified": "Fri, 03 Jul 2026 03:00:00 GMT"}
        )

    town.routes["/x/p"] = answer
    memory: dict[str, Any] = {}
    assert fetcher(memory).get("p") is not None
    assert fetcher(memory).get("p") is None
    assert town.asked[1].headers["if-modified-since"] == "Fri, 03 Jul 2026 03:00:00 GMT"
    assert fetcher({}).get("p") is not None, "who remembers nothing asks without conditions"


def test_validators_of_another_server_are_not_sent(
    town: Town, outside: Outside, fetcher: Callable[..., Fetcher]
) -> None:
    memory: dict[str, Any] = {}
    town.routes["/x/p"] = Answer(BODY, headers={"ETag": '"v1"'})
    fetcher(memory).get("p")
    with open_town() as other:
        other.routes["/x/p"] = Answer(BODY)
        source = quick("river_levels")
        assert outside.fetcher(source.manifest, other.address + "/x/", memory, Clock()).get("p")
        assert "if-none-match" not in other.asked[0].headers


def test_a_validator_that_cannot_be_sent_back_is_forgotten(
    town: Town, fetcher: Callable[..., Fetcher]
) -> None:
    memory: dict[str, Any] = {}
    town.routes["/x/p"] = Answer(BODY, headers={"ETag": '"\xe9\xff"'})
    for _ in range(2):
        assert fetcher(memory).get("p") is not None
    town.routes["/x/p"] = Answer(BODY, headers={"ETag": '"' + "x" * 5000 + '"'})
    fetcher(memory).get("p")
    assert memory["validators"] == {}


def test_only_so_many_validators_are_kept(town: Town, fetcher: Callable[..., Fetcher]) -> None:
    memory: dict[str, Any] = {}
    for number in range(http.HttpFetcher.MAX_VALIDATORS + 3):
        town.routes[f"/x/{number}"] = Answer(BODY, headers={"ETag": f'"{number}"'})
        fetcher(memory).get(str(number))
    assert len(memory["validators"]) == http.HttpFetcher.MAX_VALIDATORS
    assert f"{town.address}/x/0" not in memory["validators"]


def test_not_published_is_said_at_once(town: Town, fetcher: Callable[..., Fetcher]) -> None:
    with pytest.raises(NotPublishedError, match="404"):
        fetcher().get("p")
    assert town.count("/x/p") == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_fault_is_tried_again(
    town: Town, fetcher: Callable[..., Fetcher], status: int
) -> None:
    town.routes["/x/p"] = lambda _: Answer(BODY, 200 if town.count("/x/p") == 3 else status)
    assert fetcher().get("p") is not None
    town.asked.clear()
    town.routes["/x/p"] = Answer(status=status)
    with pytest.raises(SourceFailedError, match=f"HTTP {status}"):
        fetcher().get("p")
    assert town.count("/x/p") == http.TRIES


@pytest.mark.parametrize("status", [301, 302, 307, 401, 403, 410, 204])
def test_other_answers_are_not_tried_again(
    town: Town, fetcher: Callable[..., Fetcher], status: int
) -> None:
    town.routes["/x/p"] = Answer(status=status, headers={"Location": "http://elsewhere.invalid/"})
    with pytest.raises(SourceFailedError, match=f"HTTP {status}"):
        fetcher().get("p")
    assert town.count("/x/p") == 1


@pytest.mark.parametrize(
    "address",
    ["http://elsewhere.invalid/p", "//elsewhere.invalid/p", "file:///etc/passwd",
     "https://127.0.0.1/p"],
)  # fmt: skip
def test_another_host_is_never_asked(
    town: Town, fetcher: Callable[..., Fetcher], address: str
) -> None:
    with pytest.raises(SourceFailedError, match="別のサーバー"):
        fetcher().get(address)
    assert not town.asked


@pytest.mark.parametrize("way", ["hang", "closed", "truncated"])
def test_silence_and_broken_transfers(
    town: Town, fetcher: Callable[..., Fetcher], way: str
) -> None:
    town.routes["/x/p"] = Answer(BODY, way=way)
    began = time.monotonic()
    with pytest.raises(SourceFailedError):
        fetcher(timeout_s=0.15).get("p")
    assert town.count("/x/p") == http.TRIES
    assert time.monotonic() - began < 10
    town.routes["/x/p"] = Answer(BODY)
    assert fetcher().get("p") is not None


def test_a_drip_is_ended(town: Town, fetcher: Callable[..., Fetcher]) -> None:
    town.routes["/x/p"] = Answer(b"0" * 5_000, way="drip")
    began = time.monotonic()
    with pytest.raises(SourceFailedError, match="遅すぎる"):
        fetcher(timeout_s=0.2).get("p")
    assert time.monotonic() - began < 10, "5,000 bytes at one in 50 ms would take four minutes"


def test_nobody_there(outside: Outside) -> None:
    with open_town() as town:
        address = town.address
    source = quick("river_levels")
    with pytest.raises(SourceFailedError, match="ConnectError"):
        outside.fetcher(source.manifest, address, {}, Clock()).get("p")


def test_a_host_has_a_budget_of_its_own() -> None:
    now = [0.0]
    budget = HostBudget(2, clock=lambda: now[0])
    assert [budget.take("a", 60) for _ in range(3)] == [0, 0, 60]
    assert budget.take("b", 60) == 0
    now[0] = 59
    assert budget.take("a", 60) == 1
    now[0] = 200
    assert budget.take("a", 60) == 0


def test_a_refused_request_takes_nothing_of_the_budget() -> None:
    now = [0.0]
    budget = HostBudget(1, clock=lambda: now[0])
    budget.take("a", 0)
    assert [budget.take("a", 10) for _ in range(5)] == [None] * 5
    now[0] = 60
    assert budget.take("a", 10) == 0


def test_a_spent_budget_fails_the_run_instead_of_holding_the_worker(
    town: Town, fetcher: Callable[..., Fetcher], outside: Outside
) -> None:
    outside.budget = HostBudget(1)
    town.routes["/x/p"] = Answer(BODY)
    patient = fetcher(interval_s=10)
    assert patient.get("p") is not None
    with pytest.raises(SourceFailedError, match="要求が多すぎる"):
        patient.get("p")
    assert town.count("/x/p") == 1


def test_the_wait_between_tries_doubles(
    town: Town, fetcher: Callable[..., Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(http.random, "uniform", lambda _, most: waits.append(most) or 0.0)
    town.routes["/x/p"] = Answer(status=500)
    with pytest.raises(SourceFailedError):
        fetcher().get("p")
    assert waits == [1.0, 2.0]

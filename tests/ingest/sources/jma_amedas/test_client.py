"""The table once a day, every map once, gaps caught up with and bounded."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.source import Manifest, SourceFailedError
from ingest.sources.jma_amedas import client

FOLDER = Path(client.__file__).parent
NOON = datetime.fromisoformat("2026-09-10T12:08:00+09:00")


@pytest.fixture
def manifest() -> Manifest:
    import tomllib

    return Manifest.model_validate(tomllib.loads((FOLDER / "manifest.toml").read_text()))


def latest(at: datetime) -> bytes:
    return at.isoformat().encode()


def maps(until: datetime, count: int) -> dict[str, bytes]:
    return {
        client.map_path(until - timedelta(minutes=10 * step)): str(step).encode()
        for step in range(count)
    }


def names(payloads: Any) -> list[str]:
    return [payload.name for payload in payloads]


def test_first_run_fetches_table_and_the_last_three_hours(
    serve: Callable[..., Any], manifest: Manifest
) -> None:
    newest = NOON.replace(minute=0)
    http = serve(NOON, {client.TABLE: b"{}", client.LATEST: latest(newest), **maps(newest, 30)})
    got = names(client.fetch(http, manifest))
    assert got[0] == client.TABLE
    assert len(got) == 1 + client.CATCH_UP
    assert got[-1] == "data/map/20260910120000.json"
    assert got[1:] == sorted(got[1:])


def test_next_run_fetches_only_what_is_new(serve: Callable[..., Any], manifest: Manifest) -> None:
    newest = NOON.replace(minute=0)
    http = serve(NOON, {client.TABLE: b"{}", client.LATEST: latest(newest), **maps(newest, 20)})
    list(client.fetch(http, manifest))
    assert names(client.fetch(http, manifest)) == []
    later = newest + timedelta(minutes=20)
    http.files |= {client.LATEST: latest(later), **maps(later, 2)}
    http.asked.clear()
    assert names(client.fetch(http, manifest)) == [
        "data/map/20260910121000.json",
        "data/map/20260910122000.json",
    ]
    assert client.TABLE not in http.asked
    http.now = NOON + timedelta(days=1)
    http.files[client.TABLE] = b'{"new": 1}'
    assert client.TABLE in names(client.fetch(http, manifest))


def test_a_map_in_the_gap_may_be_missing(serve: Callable[..., Any], manifest: Manifest) -> None:
    newest = NOON.replace(minute=0)
    files = maps(newest, 3)
    del files["data/map/20260910115000.json"]
    http = serve(NOON, {client.LATEST: latest(newest), **files})
    http.memory["newest_map"] = (newest - timedelta(minutes=30)).isoformat()
    assert names(client.fetch(http, manifest)) == [
        "data/map/20260910114000.json",
        "data/map/20260910120000.json",
    ]


def test_a_long_gap_is_bounded(serve: Callable[..., Any], manifest: Manifest) -> None:
    newest = NOON.replace(minute=0)
    http = serve(NOON, {client.LATEST: latest(newest), **maps(newest, 1)})
    http.memory["newest_map"] = (newest - timedelta(days=9)).isoformat()
    list(client.fetch(http, manifest))
    assert sum(path.startswith("data/map/") for path in http.asked) == client.CATCH_UP


@pytest.mark.parametrize("told", [b"<html>", b"", b"\xff\xfe", b"2026-99-99"])
def test_an_unreadable_time_fails_loudly(
    told: bytes, serve: Callable[..., Any], manifest: Manifest
) -> None:
    with pytest.raises(SourceFailedError):
        list(client.fetch(serve(NOON, {client.LATEST: told}), manifest))


def test_no_map_at_all_fails(serve: Callable[..., Any], manifest: Manifest) -> None:
    http = serve(NOON, {client.LATEST: latest(NOON.replace(minute=0))})
    with pytest.raises(SourceFailedError):
        list(client.fetch(http, manifest))
    assert "newest_map" not in http.memory


def test_a_clock_set_back_starts_afresh(serve: Callable[..., Any], manifest: Manifest) -> None:
    newest = NOON.replace(minute=0)
    http = serve(NOON, {client.LATEST: latest(newest), **maps(newest, 3)})
    http.memory["newest_map"] = (newest + timedelta(days=1)).isoformat()
    assert len(names(client.fetch(http, manifest))) == 3
    assert http.memory["newest_map"] == newest.isoformat()

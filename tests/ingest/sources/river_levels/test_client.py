"""The hour now and the hours missed, in order, each asked for once."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.source import Manifest, SourceFailedError
from ingest.sources.river_levels import client

NOW = datetime.fromisoformat("2026-09-10T00:03:00+09:00")


@pytest.fixture
def manifest() -> Manifest:
    text = (Path(client.__file__).parent / "manifest.toml").read_text()
    return Manifest.model_validate(tomllib.loads(text))


def hours(until: datetime, *back: int) -> dict[str, bytes]:
    return {client.hour_path(until - timedelta(hours=n)): str(n).encode() for n in back}


def names(payloads: Any) -> list[str]:
    return [payload.name for payload in payloads]


def test_it_is_off_until_somebody_agrees(manifest: Manifest) -> None:
    assert not manifest.enabled
    assert manifest.permission is not None


def test_paths_are_in_japanese_time() -> None:
    at = datetime.fromisoformat("2026-09-09T15:03:00+00:00")
    assert client.hour_path(at) == "2026/09/10/00/index.json"


def test_early_in_the_hour_the_former_one_will_do(
    serve: Callable[..., Any], manifest: Manifest
) -> None:
    http = serve(NOW, hours(NOW, 1, 2))
    assert names(client.fetch(http, manifest)) == [
        "2026/09/09/22/index.json",
        "2026/09/09/23/index.json",
    ]
    http.files |= hours(NOW, 0)
    assert names(client.fetch(http, manifest)) == ["2026/09/10/00/index.json"]
    assert names(client.fetch(http, manifest)) == []


def test_an_hour_that_grew_is_fetched_again(serve: Callable[..., Any], manifest: Manifest) -> None:
    http = serve(NOW, hours(NOW, 0, 1, 2))
    list(client.fetch(http, manifest))
    http.files["2026/09/10/00/index.json"] = b"grown"
    assert names(client.fetch(http, manifest)) == ["2026/09/10/00/index.json"]


def test_a_gap_is_caught_up_with_and_bounded(serve: Callable[..., Any], manifest: Manifest) -> None:
    http = serve(NOW, hours(NOW, *range(6)))
    http.memory["newest_hour"] = (NOW.replace(minute=0) - timedelta(hours=4)).isoformat()
    assert len(names(client.fetch(http, manifest))) == 5
    http = serve(NOW, hours(NOW, 0))
    http.memory["newest_hour"] = (NOW.replace(minute=0) - timedelta(days=40)).isoformat()
    list(client.fetch(http, manifest))
    assert len(http.asked) == client.CATCH_UP


def test_a_source_that_stopped_publishing_has_failed(
    serve: Callable[..., Any], manifest: Manifest
) -> None:
    http = serve(NOW, hours(NOW, 5))
    with pytest.raises(SourceFailedError):
        list(client.fetch(http, manifest))
    http.memory["newest_hour"] = (NOW.replace(minute=0) - timedelta(hours=5)).isoformat()
    with pytest.raises(SourceFailedError):
        list(client.fetch(http, manifest))

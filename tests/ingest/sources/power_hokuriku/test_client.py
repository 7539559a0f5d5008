"""The current list, when it has changed."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.source import Manifest, SourceFailedError
from ingest.sources.power_hokuriku import client

NOW = datetime(2026, 9, 10, 3, 0, tzinfo=UTC)


@pytest.fixture
def manifest() -> Manifest:
    text = (Path(client.__file__).parent / "manifest.toml").read_text()
    return Manifest.model_validate(tomllib.loads(text))


def test_it_is_off_until_the_company_agrees(manifest: Manifest) -> None:
    assert not manifest.enabled
    assert manifest.permission is not None


def test_the_list_is_fetched_when_changed(serve: Callable[..., Any], manifest: Manifest) -> None:
    http = serve(NOW, {"current.csv": b"\n"})
    assert [payload.content for payload in client.fetch(http, manifest)] == [b"\n"]
    assert list(client.fetch(http, manifest)) == []
    http.files["current.csv"] = b"x\n"
    assert [payload.content for payload in client.fetch(http, manifest)] == [b"x\n"]


def test_a_list_that_is_gone_fails(serve: Callable[..., Any], manifest: Manifest) -> None:
    with pytest.raises(SourceFailedError):
        list(client.fetch(serve(NOW), manifest))

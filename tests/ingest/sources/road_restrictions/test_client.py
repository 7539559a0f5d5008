"""The client fetches the published paths in turn."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.registry import source
from ingest.source import SourceFailedError
from ingest.sources.road_restrictions import client

NOW = datetime(2026, 9, 10, tzinfo=UTC)


def test_what_is_not_published_is_left_out(serve: Callable[..., Any]) -> None:
    manifest = source("road_restrictions").manifest
    last = manifest.paths[-1]
    fetcher = serve(NOW, {last: b"x"})
    assert [payload.name for payload in client.fetch(fetcher, manifest)] == [last]
    assert fetcher.asked == list(manifest.paths)


def test_nothing_published_is_a_failure(serve: Callable[..., Any]) -> None:
    with pytest.raises(SourceFailedError):
        list(client.fetch(serve(NOW), source("road_restrictions").manifest))

"""A fetcher that serves a dictionary, for the clients of sources."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from ingest.source import NotPublishedError, Payload

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class ServedFetcher:
    """Serves `files` by path; a file already given out unchanged is None, as with a 304."""

    now: datetime
    files: dict[str, bytes] = field(default_factory=dict)
    memory: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    given: dict[str, bytes] = field(default_factory=dict)
    base: str = "https://feeds.example.jp/base/"

    def get(self, path: str) -> Payload | None:
        """Return the file, None if it was given out before, or raise NotPublishedError."""
        self.asked.append(path)
        key = path.removeprefix(self.base)
        if key not in self.files:
            raise NotPublishedError(key)
        if self.given.get(key) == self.files[key]:
            return None
        self.given[key] = self.files[key]
        return Payload(name=key, content=self.files[key], fetched_at=self.now, url=self.base + key)


@pytest.fixture
def serve() -> Callable[..., ServedFetcher]:
    """Return the maker of a fetcher: `serve(now, {path: bytes})`."""

    def make(now: datetime, files: dict[str, bytes] | None = None) -> ServedFetcher:
        return ServedFetcher(now=now, files=dict(files or {}))

    return make

"""The contract of a source, and the plain way of fetching paths in turn."""

from datetime import datetime

import pytest
from pydantic import ValidationError

from ingest.source import NotPublishedError, Payload, SourceFailedError, fetch_paths
from tests.town import NOON, quick


class Shelf:
    """A fetcher over a few paths: bytes, None for unchanged, or an error."""

    def __init__(self, **found: bytes | Exception | None) -> None:
        self._found = found
        self.asked: list[str] = []
        self.memory: dict[str, str] = {}

    @property
    def now(self) -> datetime:
        """World time."""
        return NOON

    def get(self, path: str) -> Payload | None:
        """Return or raise what was put there."""
        self.asked.append(path)
        found = self._found.get(path, NotPublishedError(f"404 {path}"))
        if isinstance(found, Exception):
            raise found
        return None if found is None else Payload(name=path, content=found, fetched_at=NOON)


def test_paths_are_fetched_in_turn_and_the_unpublished_left_out() -> None:
    shelf = Shelf(a=b"1", c=b"3")
    assert [payload.content for payload in fetch_paths(shelf, "abc")] == [b"1", b"3"]
    assert shelf.asked == ["a", "b", "c"]


def test_unchanged_is_published() -> None:
    assert list(fetch_paths(Shelf(a=None), "ab")) == []


def test_none_of_them_published_is_a_failure() -> None:
    with pytest.raises(SourceFailedError, match="404 b"):
        list(fetch_paths(Shelf(), "ab"))


def test_another_failure_ends_the_run() -> None:
    shelf = Shelf(a=b"1", b=SourceFailedError("HTTP 500"), c=b"3")
    found = fetch_paths(shelf, "abc")
    assert next(found).content == b"1"
    with pytest.raises(SourceFailedError, match="500"):
        next(found)
    assert shelf.asked == ["a", "b"]


def test_a_source_loads_its_code_when_it_is_used() -> None:
    source = quick("power_hokuriku")
    payload = Payload(name="current.csv", content=b"\n", fetched_at=NOON)
    assert [item.label for item in source.parse(payload)] == ["complete"]
    shelf = Shelf(**{"current.csv": b"x"})
    assert [payload.content for payload in source.fetch(shelf)] == [b"x"]


def test_a_manifest_is_frozen_and_takes_nothing_it_does_not_know() -> None:
    manifest = quick("jma_amedas").manifest
    with pytest.raises(ValidationError):
        manifest.interval_s = 1
    with pytest.raises(ValidationError, match="extra"):
        type(manifest).model_validate(manifest.model_dump() | {"extra": 1})

"""The feed every minute, the long feed after a gap, each telegram once."""

import logging
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.source import Manifest, NotPublishedError, SourceFailedError
from ingest.sources.jma_xml import client

NOW = datetime.fromisoformat("2026-09-10T12:00:20+09:00")


@pytest.fixture
def manifest() -> Manifest:
    text = (Path(client.__file__).parent / "manifest.toml").read_text()
    return Manifest.model_validate(tomllib.loads(text))


def feed(*names: str, updated: datetime = NOW, base: str = "../") -> bytes:
    entries = "".join(
        f'<entry><title>指定河川洪水予報</title><link href="{base}data/{name}"/>'
        f"<updated>{updated.isoformat()}</updated></entry>"
        for name in names
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


def telegrams(*names: str) -> dict[str, bytes]:
    return {f"data/{name}": name.encode() for name in names}


def got(http: Any, manifest: Manifest) -> list[str]:
    return [payload.name for payload in client.fetch(http, manifest)]


def test_first_run_takes_the_long_feed_too(serve: Callable[..., Any], manifest: Manifest) -> None:
    http = serve(
        NOW,
        {
            client.LONG_FEED: feed("a.xml", "b.xml"),
            client.FEED: feed("b.xml", "c.xml"),
            **telegrams("a.xml", "b.xml", "c.xml"),
        },
    )
    assert sorted(got(http, manifest)) == ["data/a.xml", "data/b.xml", "data/c.xml"]
    assert http.asked[:2] == [client.LONG_FEED, client.FEED]


def test_no_telegram_is_asked_for_twice(serve: Callable[..., Any], manifest: Manifest) -> None:
    http = serve(NOW, {client.FEED: feed("a.xml"), **telegrams("a.xml", "b.xml")})
    assert got(http, manifest) == ["data/a.xml"]
    http.now += timedelta(minutes=1)
    http.files[client.FEED] = feed("a.xml", "b.xml")
    http.asked.clear()
    assert got(http, manifest) == ["data/b.xml"]
    assert http.asked == [client.FEED, "data/b.xml"]


def test_the_long_feed_is_asked_for_after_a_gap(
    serve: Callable[..., Any], manifest: Manifest
) -> None:
    http = serve(NOW, {client.FEED: feed(), client.LONG_FEED: feed()})
    got(http, manifest)
    http.asked.clear()
    http.now += timedelta(minutes=9)
    got(http, manifest)
    assert http.asked == [client.FEED]
    http.now += timedelta(minutes=11)
    got(http, manifest)
    assert http.asked == [client.FEED, client.LONG_FEED, client.FEED]


def test_what_is_older_than_the_horizon_is_known(
    serve: Callable[..., Any], manifest: Manifest
) -> None:
    http = serve(NOW, {client.FEED: feed("a.xml"), **telegrams("a.xml")})
    got(http, manifest)
    http.memory["seen"] = ""
    http.files[client.FEED] = feed("old.xml", updated=NOW - timedelta(hours=2))
    assert got(http, manifest) == []


def test_many_telegrams_are_spread_over_runs(serve: Callable[..., Any], manifest: Manifest) -> None:
    names = [f"{n:03d}.xml" for n in range(client.MOST_TELEGRAMS + 5)]
    http = serve(NOW, {client.FEED: feed(*names), **telegrams(*names)})
    first = got(http, manifest)
    assert first[0] == f"data/{names[-1]}"
    assert len(first) == client.MOST_TELEGRAMS
    assert sorted(got(http, manifest)) == [f"data/{name}" for name in names[:5]]
    assert http.memory["pending"] == ""


def test_memory_is_bounded(serve: Callable[..., Any], manifest: Manifest) -> None:
    names = [f"{n:05d}.xml" for n in range(client.MOST_NAMES * 2)]
    http = serve(NOW, {client.FEED: feed(*names), **telegrams(*names)})
    got(http, manifest)
    assert len(http.memory["seen"].split("\n")) == client.MOST_NAMES
    assert len(http.memory["pending"].split("\n")) == client.MOST_PENDING - client.MOST_TELEGRAMS


def test_an_address_elsewhere_is_refused(
    serve: Callable[..., Any], manifest: Manifest, caplog: pytest.LogCaptureFixture
) -> None:
    http = serve(NOW, {client.FEED: feed("a.xml", base="https://elsewhere.example.com/")})
    with caplog.at_level(logging.WARNING):
        assert got(http, manifest) == []
    assert "elsewhere.example.com" in caplog.text


def test_a_telegram_that_is_not_published_is_left_out(
    serve: Callable[..., Any], manifest: Manifest, caplog: pytest.LogCaptureFixture
) -> None:
    http = serve(NOW, {client.FEED: feed("a.xml", "b.xml"), **telegrams("a.xml")})
    with caplog.at_level(logging.WARNING):
        assert got(http, manifest) == ["data/a.xml"]
    assert "b.xml" in caplog.text


def test_failing_midway_keeps_the_rest_for_later(
    serve: Callable[..., Any], manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    http = serve(NOW, {client.FEED: feed("a.xml", "b.xml"), **telegrams("a.xml", "b.xml")})
    right = http.get
    broken = {"data/a.xml"}

    def get(path: str) -> Any:
        if path in broken:
            raise SourceFailedError
        return right(path)

    monkeypatch.setattr(http, "get", get)
    assert got(http, manifest) == ["data/b.xml"]
    assert http.memory["pending"] == "data/a.xml"
    with pytest.raises(SourceFailedError):
        got(http, manifest)
    broken.clear()
    assert got(http, manifest) == ["data/a.xml"]


def test_a_clock_set_back_starts_afresh(serve: Callable[..., Any], manifest: Manifest) -> None:
    http = serve(NOW, {client.FEED: feed("a.xml"), **telegrams("a.xml", "b.xml")})
    got(http, manifest)
    http.now = NOW - timedelta(hours=5)
    http.files[client.FEED] = feed("b.xml", updated=NOW - timedelta(hours=5))
    assert got(http, manifest) == ["data/b.xml"]


def test_a_feed_that_is_gone_or_garbage_fails(
    serve: Callable[..., Any], manifest: Manifest
) -> None:
    with pytest.raises(NotPublishedError):
        got(serve(NOW), manifest)
    with pytest.raises(SourceFailedError):
        got(serve(NOW, {client.FEED: b"<html/>"}), manifest)

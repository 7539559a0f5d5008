"""Atom feeds."""

from datetime import timedelta

import pytest
from defusedxml import ElementTree

from drill.feeds.telegrams import telegrams_of
from drill.feeds.warnings import SHORT, WarningFeed
from drill.island.build import Island
from drill.island.timeline import START

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "http://h:1/a&b"


@pytest.fixture(scope="module")
def feed(island: Island) -> WarningFeed:
    return WarningFeed(island)


def links(feed: WarningFeed, path: str, hours: float) -> list[str]:
    answer = feed.answer(path, START + timedelta(hours=hours), BASE)
    root = ElementTree.fromstring(answer.content)
    return [entry.find(f"{ATOM}link").get("href") for entry in root.iter(f"{ATOM}entry")]


def test_before_the_storm_the_feed_is_empty_but_there(feed: WarningFeed) -> None:
    assert links(feed, "feed/extra.xml", -5) == []


def test_hrefs_are_built_from_the_base_and_lead_to_telegrams(feed: WarningFeed) -> None:
    found = links(feed, "feed/extra_l.xml", 20)
    assert len(found) > 10
    for href in found:
        path = href.removeprefix(f"{BASE}/")
        assert feed.answer(path, START + timedelta(hours=20), BASE).status == 200


def test_the_short_feed_reaches_back_less(feed: WarningFeed, island: Island) -> None:
    short, long = (set(links(feed, f"feed/extra{end}.xml", 14)) for end in ("", "_l"))
    assert short < long
    now = START + timedelta(hours=14)
    recent = [t for t in telegrams_of(island) if now - SHORT <= t.issued_at < now]
    assert len(short) == len(recent)


def test_a_telegram_not_yet_sent_is_not_there(feed: WarningFeed, island: Island) -> None:
    telegram = telegrams_of(island)[0]
    path = f"data/{telegram.name}"
    assert feed.answer(path, telegram.issued_at, BASE).status == 404
    assert feed.answer(path, telegram.issued_at + timedelta(minutes=1), BASE).status == 200
    late = telegram.issued_at + timedelta(hours=1)
    assert feed.answer(telegram.name, late, BASE).status == 404
    assert feed.answer("data/nothing.xml", late, BASE).status == 404

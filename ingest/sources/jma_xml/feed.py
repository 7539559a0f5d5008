"""Atom feeds of the telegrams: which there are, which are worth fetching, where they lie."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree

from ingest.reading import time_of
from ingest.source import SourceFailedError
from ingest.sources.jma_xml.codes import kind_of_title
from ingest.sources.jma_xml.telegram import every, text

FEED_ROOT = "{http://www.w3.org/2005/Atom}feed"

# The telegrams in force. VPWW53 and 54 are still sent beside them, but say the same in the words of
# the system that ended on 2026-05-28 (reference/D-formats.md D2); files of them can be imported.
IN_FORCE = frozenset({*(f"VPWW{number}" for number in range(55, 62)), "VXKO", "VXSU", "VXWW50"})

# 20260831022641_0_VPWW55_471000.xml: time, serial, kind, office area.
_NAME = re.compile(r"(?P<time>\d{14})_\d+_(?P<kind>VPWW\d\d)_(?P<office>\d{6})\.xml")


@dataclass(frozen=True, slots=True)
class Entry:
    """One telegram as a feed announces it."""

    address: str
    kind: str | None
    """From the title; None for one that is not read here."""
    updated_at: datetime

    @property
    def name(self) -> str:
        """Return the file name, unique for ever."""
        return urlsplit(self.address).path.rpartition("/")[2]


def entries_of(content: bytes, feed_url: str) -> list[Entry]:
    """Return the usable entries of a feed, oldest first.

    Raises
    ------
    SourceFailedError
        When it is no Atom feed.
    """
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as error:
        message = f"フィードを読めません（{str(error)[:120]}）"
        raise SourceFailedError(message) from error
    if root.tag != FEED_ROOT:
        message = "フィードではないものが返されました"
        raise SourceFailedError(message)
    found = []
    for element in every(root, "entry"):
        link = next((link.get("href") for link in every(element, "link")), None)
        updated_at = time_of(text(element, "updated"))
        if link and updated_at is not None:
            kind = kind_of_title(text(element, "title") or "")
            found.append(Entry(urljoin(feed_url, link), kind, updated_at))
    return sorted(found, key=lambda entry: (entry.updated_at, entry.name))


def newest_statements(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries in force without those a later one of the same office has replaced.

    A weather warning states everything of its kind for its office, so of several only the last
    need be fetched; forecasts of rivers are all kept, since their names do not tell the river.
    """
    last: dict[str, Entry] = {}
    for entry in entries:
        if entry.kind not in IN_FORCE:
            continue
        found = _NAME.fullmatch(entry.name)
        subject = f"{found['kind']}_{found['office']}" if found else entry.address
        last.pop(subject, None)
        last[subject] = entry
    return list(last.values())


def path_below(address: str, bases: Iterable[str]) -> str | None:
    """Return the path of an address below one of the base addresses, None if below none.

    The scheme is not compared: what is fetched is the path, below the base address that is set.
    """
    found = urlsplit(address)
    for base in map(urlsplit, bases):
        below = found.path.removeprefix(base.path)
        inside = found.netloc == base.netloc and found.path.startswith(base.path)
        if inside and below and ".." not in below and not below.startswith("/"):
            return below
    return None

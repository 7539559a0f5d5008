"""The envelope, and what is no telegram."""

from collections.abc import Callable
from datetime import datetime

import pytest

from ingest.source import UnreadableError
from ingest.sources.jma_xml.telegram import Area, every, read_telegram, text


def test_envelope(telegram: Callable[..., bytes]) -> None:
    read = read_telegram(telegram("指定河川洪水予報", status="訓練", info_type="訂正"))
    assert (read.kind, read.status, read.info_type) == ("VXKO", "訓練", "訂正")
    assert read.issued_at == datetime.fromisoformat("2026-09-10T12:00:00+09:00")
    assert (read.event_id, read.headline) == ("E1", "川の増水に警戒してください。")
    assert read.attributes == {
        "serial": "2",
        "office": "架空気象台",
        "sent_at": "2026-09-10T03:00:05Z",
        "title": "架空県の警報",
    }
    assert not read.cancelled


def test_paths_cross_namespaces(telegram: Callable[..., bytes]) -> None:
    root = read_telegram(telegram("気象警報・注意報", body="<A><B>1</B></A><A><B> </B></A>")).root
    assert [element.text for element in every(root, "Body/A/B")] == ["1", " "]
    assert text(root, "Body/A/B") == "1"
    assert text(root, "Body/C") is None


@pytest.mark.parametrize(
    ("code", "municipality"),
    [("1710011", "17100"), ("0121400", "01214"), ("9920100", "99201"), ("170000", None),
     ("0000000", None), ("82０00１", None)],
)  # fmt: skip
def test_municipality_of_an_area(code: str, municipality: str | None) -> None:
    assert Area(code, "x").municipality_code == municipality


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<Report>&b;</Report>"
)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>503</body></html>",
        b"<Report>",
        b'<Report xmlns="urn:other"/>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"/>',
        b'<Report xmlns="http://xml.kishou.go.jp/jmaxml1/"/>',
        b'<?xml version="1.0" encoding="x-nothing"?><Report/>',
        BOMB,
        b"<a>" * 500 + b"</a>" * 500,
    ],
)
def test_no_telegram(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_telegram(content)


def test_a_telegram_without_a_time_is_refused(telegram: Callable[..., bytes]) -> None:
    with pytest.raises(UnreadableError):
        read_telegram(telegram("指定河川洪水予報", issued="そのうち"))


def test_nesting_is_bounded(telegram: Callable[..., bytes]) -> None:
    deep = "<Item>" * 900 + "</Item>" * 900
    with pytest.raises(UnreadableError):
        read_telegram(telegram("指定河川洪水予報", body=deep))

"""Which telegrams of a feed are fetched, and from where."""

import pytest

from ingest.source import SourceFailedError
from ingest.sources.jma_xml.feed import entries_of, newest_statements, path_below

URL = "https://feeds.example.jp/developer/xml/feed/extra.xml"
RAIN = "気象警報・注意報（Ｒ０６）（大雨）"


def entry(title: str, href: str, updated: str = "2026-09-10T12:00:00+09:00") -> str:
    link = f'<link type="application/xml" href="{href}"/>' if href else ""
    return f"<entry><title>{title}</title>{link}<updated>{updated}</updated></entry>"


def feed(*entries: str) -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'.encode()


def test_entries_come_oldest_first() -> None:
    found = entries_of(
        feed(
            entry(RAIN, "../data/b.xml", "2026-09-10T12:05:00+09:00"),
            entry("震度速報", "https://feeds.example.jp/developer/xml/data/a.xml"),
            entry(RAIN, ""),
            entry(RAIN, "c.xml", "いつか"),
        ),
        URL,
    )
    assert [(each.name, each.kind) for each in found] == [("a.xml", None), ("b.xml", "VPWW55")]
    assert found[1].address == "https://feeds.example.jp/developer/xml/data/b.xml"


def test_only_the_last_statement_of_an_office_is_fetched() -> None:
    found = entries_of(
        feed(
            entry(RAIN, "20260910030000_0_VPWW55_170000.xml", "2026-09-10T12:00:00+09:00"),
            entry(RAIN, "20260910031000_0_VPWW55_170000.xml", "2026-09-10T12:10:00+09:00"),
            entry(RAIN, "20260910030500_0_VPWW55_160000.xml", "2026-09-10T12:05:00+09:00"),
            entry("指定河川洪水予報", "20260910030000_0_VXKO50_170000.xml"),
            entry("指定河川洪水予報", "20260910030100_0_VXKO50_170000.xml"),
            entry("気象特別警報・警報・注意報", "20260910030000_0_VPWW53_170000.xml"),
            entry("震度速報", "20260910030000_0_VXSE51_010000.xml"),
        ),
        URL,
    )
    assert {each.name for each in newest_statements(found)} == {
        "20260910031000_0_VPWW55_170000.xml",
        "20260910030500_0_VPWW55_160000.xml",
        "20260910030000_0_VXKO50_170000.xml",
        "20260910030100_0_VXKO50_170000.xml",
    }


@pytest.mark.parametrize("content", [b"", b"<html/>", b"<feed/>", b"<!DOCTYPE feed><feed/>"])
def test_no_feed(content: bytes) -> None:
    with pytest.raises(SourceFailedError):
        entries_of(content, URL)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://feeds.example.jp/developer/xml/data/a.xml", "data/a.xml"),
        ("http://feeds.example.jp/developer/xml/data/a.xml", "data/a.xml"),
        ("https://www.data.jma.go.jp/developer/xml/data/a.xml", "data/a.xml"),
        ("https://elsewhere.example.com/developer/xml/data/a.xml", None),
        ("https://feeds.example.jp.elsewhere.com/developer/xml/data/a.xml", None),
        ("https://feeds.example.jp/other/a.xml", None),
        ("https://feeds.example.jp/developer/xml/../../secret", None),
        ("https://feeds.example.jp/developer/xml//elsewhere.com/a.xml", None),
        ("https://feeds.example.jp/developer/xml/", None),
        ("file:///etc/passwd", None),
    ],
)
def test_an_address_elsewhere_is_refused(address: str, path: str | None) -> None:
    bases = ("https://feeds.example.jp/developer/xml/", "https://www.data.jma.go.jp/developer/xml/")
    assert path_below(address, bases) == path

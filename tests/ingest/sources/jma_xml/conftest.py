"""Telegrams of our own making, in the shape of the disaster-prevention XML."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ingest.source import Payload

NAMESPACES = {
    "report": "http://xml.kishou.go.jp/jmaxml1/",
    "head": "http://xml.kishou.go.jp/jmaxml1/informationBasis1/",
    "body": "http://xml.kishou.go.jp/jmaxml1/body/meteorology1/",
}


def telegram_xml(  # noqa: PLR0913 - an envelope has so many parts
    title: str,
    *,
    headline: str = "",
    body: str = "",
    status: str = "通常",
    info_type: str = "発表",
    head_title: str = "架空県の警報",
    issued: str = "2026-09-10T12:00:00+09:00",
) -> bytes:
    """Return a telegram around a headline and a body."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Report xmlns="{NAMESPACES["report"]}">
<Control><Title>{title}</Title><DateTime>2026-09-10T03:00:05Z</DateTime><Status>{status}</Status>
<EditorialOffice>架空気象台</EditorialOffice><PublishingOffice>架空気象台</PublishingOffice></Control>
<Head xmlns="{NAMESPACES["head"]}"><Title>{head_title}</Title>
<ReportDateTime>{issued}</ReportDateTime><EventID>E1</EventID><InfoType>{info_type}</InfoType>
<Serial>2</Serial><Headline><Text>川の増水に警戒してください。</Text>{headline}</Headline></Head>
<Body xmlns="{NAMESPACES["body"]}">{body}</Body>
</Report>""".encode()


@pytest.fixture
def telegram() -> Callable[..., bytes]:
    """Return the maker of telegrams."""
    return telegram_xml


@pytest.fixture
def payload() -> Callable[[bytes], Payload]:
    """Return the maker of payloads."""

    def make(content: bytes) -> Payload:
        return Payload(
            name="data/x.xml", content=content, fetched_at=datetime(2026, 9, 10, 3, 1, tzinfo=UTC)
        )

    return make

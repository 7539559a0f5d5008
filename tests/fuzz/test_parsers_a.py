"""Whatever the bytes are, a parser never falls over: observations, warnings, outages."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.records import Item, Rejected
from ingest.source import Payload, UnreadableError
from ingest.sources.jma_amedas.parse import parse as parse_amedas
from ingest.sources.jma_xml.parse import parse as parse_xml
from ingest.sources.power_hokuriku.parse import parse as parse_power
from ingest.sources.river_levels.parse import parse as parse_rivers

Parser = Callable[[Payload], Iterator[Item]]

TABLE = """{"99001": {"type": "C", "elems": "11111000", "lat": [24, 30.0], "lon": [145, 6.6],
"alt": 12, "kjName": "架空岬", "knName": "カクウミサキ", "enName": "Kakumisaki"}}""".encode()
MAP = (
    b'{"99001": {"precipitation10m": [3.5, 0], "temp": [18.4, 4], "humidity": [null, 5],'
    b'"snow": [0, null], "maxTempTime": {"hour": 4, "minute": 5}}, "99002": {"wind": [7, 1]}}'
)
RIVERS = """{"generatedAt": "2026-09-10T03:01:00.000Z", "items": [{"code": "9900000001",
"name": "架空川", "obsTime": "2026-09-10T12:00:00+09:00", "level": 3.21, "townCode": "99201",
"startLevel": 2.5, "warnLevel": null, "fladLevel": 4.0, "latitude": 24.5, "longitude": 145.1}]}
""".encode()
ENVELOPE = """<Report xmlns="http://xml.kishou.go.jp/jmaxml1/"><Control><Title>{title}</Title>
<Status>通常</Status></Control><Head><Title>x</Title><ReportDateTime>2026-09-10T12:00:00+09:00
</ReportDateTime><InfoType>発表</InfoType><Headline><Information type="x（予報区域）"><Item><Kind>
<Name>レベル３氾濫警報</Name><Code>30</Code></Kind><Areas><Area><Name>架空川</Name><Code>990000000100
</Code></Area></Areas></Item></Information></Headline></Head><Body>
<Warning type="気象警報・注意報（市町村等）"><Item><Kind><Name>レベル３大雨警報</Name>
<Code>03</Code><Status>発表</Status></Kind><Area><Name>架空市</Name><Code>9920100</Code></Area></Item></Warning>
</Body></Report>"""
WEATHER = ENVELOPE.format(title="気象警報・注意報（Ｒ０６）（大雨）").encode()
FORMER = ENVELOPE.format(title="気象特別警報・警報・注意報").encode()
FLOOD = ENVELOPE.format(title="指定河川洪水予報").encode()
SLIDE = ENVELOPE.format(title="土砂災害警戒情報").encode()
OUTAGES = (
    "2026/09/10 11:40,992010011,架空県,架空市,架空町,約 60 戸,調査中,復旧未定,復旧作業中\n"
    '2026/09/10 11:40,992010012,架空県,架空市,"架空,浜",10 戸未満,調査中,,復旧作業中\n'
).encode()
AREAS = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties":
{"label": "99201/架空県/架空市/架空町", "hours": 8}, "geometry": {"type": "Polygon",
"coordinates": [[[145.0, 24.0], [145.1, 24.0], [145.1, 24.1], [145.0, 24.0]]]}}]}""".encode()

SEEDS = MappingProxyType(
    {
        "table": (parse_amedas, "const/amedastable.json", TABLE),
        "map": (parse_amedas, "data/map/20260910120000.json", MAP),
        "rivers": (parse_rivers, "2026/09/10/12/index.json", RIVERS),
        "weather": (parse_xml, "data/a.xml", WEATHER),
        "former": (parse_xml, "data/b.xml", FORMER),
        "flood": (parse_xml, "data/c.xml", FLOOD),
        "slide": (parse_xml, "data/d.xml", SLIDE),
        "outages": (parse_power, "current.csv", OUTAGES),
        "areas": (parse_power, "areas.json", AREAS),
    }
)
# Pieces that break parsers: other types, huge and odd numbers, markup, wrong encodings.
PIECES = st.sampled_from(
    [
        b"", b"null", b"true", b"[]", b"{}", b'""', b"-1", b"1e308", b"1e999", b"9" * 400,
        b"\\u0000", b"\\ud800", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b",", b"\n", b"\r",
        b"<", b"</Item>", b"<Item>", b"&amp;", b"&x;", b"<!DOCTYPE a>", b"\x82\xa0",
        "９９".encode(), b"[[[[", b"0x1f",
    ]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, seed: bytes) -> bytes:
    """Return a payload with some stretches of it replaced, doubled or cut."""
    content = seed
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 24)))
        piece = draw(st.one_of(PIECES, st.binary(max_size=8), st.just(content[start:end] * 2)))
        content = content[:start] + piece + content[end:]
    return content[: draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))]


def check(parser: Parser, name: str, content: bytes) -> None:
    """Parse; every rejected row must be fit for quarantine."""
    at = datetime(2026, 9, 10, 3, 2, tzinfo=UTC)
    try:
        items = list(parser(Payload(name=name, content=content, fetched_at=at)))
    except UnreadableError:
        return
    for item in items:
        assert item.label
        if isinstance(item, Rejected):
            assert item.reason.isidentifier()
            assert item.message
            assert len(item.raw) <= 4000
            assert "\0" not in item.raw + item.locator + item.message


@pytest.mark.parametrize("seed", SEEDS)
def test_the_seed_itself_is_good(seed: str) -> None:
    parser, name, content = SEEDS[seed]
    at = datetime(2026, 9, 10, 3, 2, tzinfo=UTC)
    items = list(parser(Payload(name=name, content=content, fetched_at=at)))
    assert items
    assert not any(isinstance(item, Rejected) for item in items)


@pytest.mark.parametrize("seed", SEEDS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_damaged_payloads(seed: str, data: st.DataObject) -> None:
    parser, name, content = SEEDS[seed]
    check(parser, name, data.draw(damaged(content)))


@pytest.mark.parametrize("parser", [parse_amedas, parse_rivers, parse_xml, parse_power])
@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200), name=st.text(max_size=30))
def test_any_bytes_under_any_name(parser: Parser, content: bytes, name: str) -> None:
    check(parser, name, content)

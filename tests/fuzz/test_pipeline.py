"""Whatever comes in for whichever source, the intake never falls over."""

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import registry
from ingest.intake import AHEAD, EARLIEST, Intake, observed_at, take_in
from ingest.source import Payload, UnreadableError

AT = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)
# Words that the real formats use: a random document is then taken for one of them.
WORDS = st.sampled_from(
    ["items", "features", "type", "FeatureCollection", "Feature", "geometry", "properties",
     "coordinates", "Point", "LineString", "Polygon", "code", "name", "obsTime", "level", "lat",
     "lon", "latitude", "longitude", "kjName", "temp", "precipitation10m", "elements", "node",
     "way", "nodes", "tags", "highway", "generatedAt", "unavailable", "shelterName",
     "crowdedStatus", "capacity", "status", "N03_007", "路線名", "規制内容", "名称", "住所"]
)  # fmt: skip
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(), st.text(max_size=12),
    WORDS,
    st.sampled_from(["2026-07-03T12:00:00+09:00", "9999-12-31T23:59:59Z", "0001-01-01", "１２",
                     "約 60 戸", "全面通行止め", "130.7", "32.8"]),
)  # fmt: skip
DOCUMENTS = st.recursive(
    VALUES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(WORDS, st.text(max_size=4)), inner,
                                                     max_size=6)),
    max_leaves=25,
)  # fmt: skip
NAMES = st.sampled_from(
    ["const/amedastable.json", "data/map/20260703120000.json", "2026/07/03/12/index.json",
     "dourokisei.geojson", "regulations.json", "a.xml", "current.csv", "202607031200.csv",
     "roads.osm", "roads.osm.pbf", "overpass.json", "latest.zip", "N03.geojson", "shelter.json",
     "opened.csv", "mergeFromCity_1.csv", "", "a\x00b", "../../x", "火の見"]
)  # fmt: skip
CSV = st.lists(
    st.lists(st.one_of(st.text(max_size=8), WORDS), max_size=9).map(",".join), max_size=6
).map("\n".join)


def content(draw: st.DrawFn) -> bytes:
    """Return bytes of some kind: JSON, a table, or anything."""
    kind = draw(st.sampled_from(["json", "csv", "bytes"]))
    if kind == "json":
        return orjson.dumps(draw(DOCUMENTS), option=orjson.OPT_NON_STR_KEYS)
    if kind == "csv":
        encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16"]))
        return draw(CSV).encode(encoding, "replace")
    return draw(st.binary(max_size=200))


@st.composite
def payloads(draw: st.DrawFn) -> Payload:
    """Return a payload of any name and content."""
    return Payload(name=draw(NAMES), content=content(draw), fetched_at=AT)


def check(found: Intake) -> None:
    """Everything that came through can go on: times are plausible, reasons can be read."""
    for observation in found.observations:
        assert EARLIEST <= observation.observed_at <= AT + AHEAD
        assert -32768 <= observation.quality <= 32767
    for records in found.reported.values():
        for record in records:
            moment = observed_at(record)
            assert moment is None or EARLIEST <= moment <= AT + AHEAD
    for row in found.rejected:
        assert row.reason.isidentifier()
        assert row.message
        assert len(row.raw) <= 4_000


@pytest.mark.parametrize("name", sorted(registry.sources()))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(payload=payloads())
def test_nothing_but_unreadable(name: str, payload: Payload) -> None:
    try:
        found = take_in(registry.source(name), payload, drill=True)
    except UnreadableError:
        return
    check(found)

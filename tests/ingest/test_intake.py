"""One payload's items, sorted and checked against time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ingest.intake import AHEAD, Intake, observed_at, orphans, take_in
from ingest.records import Complete, Item, Observation, Outage, Rejected, Station, WarningReport
from ingest.source import Payload, Source, UnreadableError
from tests.town import NOON, quick

PAYLOAD = Payload(name="x", content=b"", fetched_at=NOON)
STATION = Station(key="a", name="a", kind="river", lon=140.0, lat=30.0)
OUTAGE = Outage(key="o", utility="u", area_name="x", households=1, observed_at=NOON)
WARNING = WarningReport(
    key="w", telegram="VPWW55", phenomenon="heavy_rain", area_code="9920100", area_name="架空市",
    municipality_code="99201", code="03", name="大雨警報", level=3, active=True, issued_at=NOON,
    status="通常", info_type="発表",
)  # fmt: skip


class Says(Source):
    """A source that says what it was told to, or raises it."""

    __slots__ = ("said",)

    def parse(self, payload: Payload) -> Iterator[Item]:
        """Yield or raise what the test put down."""
        del payload
        for item in self.said:
            if isinstance(item, BaseException):
                raise item
            yield item


def says(*items: Item | BaseException) -> Source:
    source = Says(quick("river_levels").manifest, "")
    object.__setattr__(source, "said", items)
    return source


def test_items_are_sorted_by_kind() -> None:
    rejected = Rejected(reason="r", message="m", locator="l", raw="x")
    mark = Complete(kind="outage", observed_at=NOON)
    told = Observation("a", "water_level", NOON, 1.0)
    found = take_in(says(OUTAGE, told, STATION, rejected, mark), PAYLOAD)
    assert found == Intake([STATION], [told], {"outage": [OUTAGE]}, [mark], [rejected])
    assert found.counts() == {"station": 1, "observation": 1, "outage": 1, "rejected": 1}
    assert found.newest() == NOON


def test_nothing_is_nothing() -> None:
    assert take_in(says(), PAYLOAD).counts() == {}
    assert Intake().newest() is None


@pytest.mark.parametrize(
    ("offset", "reason"),
    [
        (AHEAD, None),
        (AHEAD + timedelta(seconds=1), "from_future"),
        (timedelta(days=-365 * 30), None),
        (timedelta(days=-365 * 40), "implausible_time"),
    ],
)
def test_times_are_checked_against_the_fetch(offset: timedelta, reason: str | None) -> None:
    at = NOON + offset
    items = (Observation("a", "water_level", at, 1.0), replace(OUTAGE, observed_at=at))
    found = take_in(says(*items), PAYLOAD)
    assert [item.reason for item in found.rejected] == ([] if reason is None else [reason] * 2)
    assert len(found.observations) == (reason is None)
    assert [item.locator for item in found.rejected] == ([] if reason is None else ["a", "o"])


def test_exercise_warnings_count_in_a_drill_alone() -> None:
    source = says(WARNING, replace(WARNING, key="t", status="訓練"))
    assert [w.key for w in take_in(source, PAYLOAD).reported["warning"]] == ["w"]
    assert len(take_in(source, PAYLOAD, drill=True).reported["warning"]) == 2


@pytest.mark.parametrize(
    "fault",
    [ValueError("x"), KeyError("x"), TypeError(), ZeroDivisionError(), RecursionError(),
     UnicodeDecodeError("utf-8", b"x", 0, 1, "x"), IndexError(), OverflowError()],
)  # fmt: skip
def test_a_fault_of_a_parser_is_an_unreadable_payload(fault: Exception) -> None:
    with pytest.raises(UnreadableError, match=type(fault).__name__):
        take_in(says(STATION, fault), PAYLOAD)


def test_what_the_parser_says_is_unreadable_stays_as_said() -> None:
    with pytest.raises(UnreadableError, match="空です"):
        take_in(says(UnreadableError("空です")), PAYLOAD)


def test_a_time_without_a_zone_is_a_fault_of_the_parser() -> None:
    naive = Observation("a", "water_level", NOON.replace(tzinfo=None), 1.0)
    with pytest.raises(UnreadableError, match="TypeError"):
        take_in(says(naive), PAYLOAD)


def test_the_time_of_a_record() -> None:
    assert observed_at(OUTAGE) == NOON
    assert observed_at(WARNING) == NOON
    assert observed_at(STATION) is None


def test_orphans_say_what_to_do() -> None:
    (row,) = orphans(["b"])
    assert (row.reason, row.locator) == ("unknown_station", "b")
    assert "一覧" in row.message

"""Links that probe vehicles passed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.records import Item, Rejected, RoadLink
from ingest.sources.road_network.passed import passed_links

AT = datetime(2026, 9, 10, tzinfo=UTC)
A, B, C = [130.5, 32.5], [130.51, 32.51], [130.52, 32.5]


def read(*lines: Any, kind: str = "LineString") -> list[Item]:
    found = [{"geometry": {"type": kind, "coordinates": line}} for line in lines]
    return list(passed_links(found, AT))


def test_a_link_told_again_in_either_direction_is_merged() -> None:
    first, second = read([A, B, C], [A, B, C], [C, B, A], [A, C])
    assert isinstance(first, RoadLink)
    assert isinstance(second, RoadLink)
    assert list(first.geometry.coords) == [tuple(A), tuple(B), tuple(C)]
    assert (first.passed_at, first.oneway) == (AT, 0)
    assert first.key != second.key
    (again,) = read([C, B, A])
    assert isinstance(again, RoadLink)
    assert again.key == first.key


def test_parts_of_a_multiple_line_and_height() -> None:
    found = read([[A, B], [B, [*C, 12.5]]], kind="MultiLineString")
    assert [
        len(item.geometry.coords) for item in found if isinstance(item, RoadLink)
    ] == []  # ragged
    found = read([[A, B], [B, C]], kind="MultiLineString")
    assert len(found) == 2


@pytest.mark.parametrize(
    "line", [[A], [], "x", None, [A, ["x", 1]], [A, [32.5, 130.5]], [A, None], [[1, 2, [3]], A]]
)
def test_lines_that_cannot_be_used(line: Any) -> None:
    (item,) = read(line)
    assert isinstance(item, Rejected)
    assert item.reason == "bad_geometry"


def test_features_that_are_none() -> None:
    found = list(passed_links([5, {}, {"geometry": {"type": "Point", "coordinates": A}}], AT))
    assert [item.reason for item in found if isinstance(item, Rejected)] == ["bad_geometry"] * 3

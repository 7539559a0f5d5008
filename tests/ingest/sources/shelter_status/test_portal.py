"""Rows of a prefectural portal."""

from datetime import datetime
from typing import Any

import pytest

from ingest.reading import TOKYO, Position
from ingest.records import Rejected, ShelterOpening, ShelterStatus
from ingest.shelter_tables import Row
from ingest.sources.shelter_status.portal import is_portal, status_of, statuses

AT = datetime(2026, 9, 10, 12, 0, tzinfo=TOKYO)
CELLS: dict[str, Any] = {
    "facilityId": "35", "name": "甲小学校",
    "municipalityCd": "431001", "municipalityName": "熊本市",
    "shelterStartTimestamp": "", "shelterEndTimestamp": "", "crowdedStatus": None,
    "publicFlg": "1", "floodShFlg": "1",
}  # fmt: skip


def row(**cells: Any) -> Row:
    return Row("items[0]", CELLS | cells, Position(130.7, 32.8))


def told(**cells: Any) -> ShelterStatus:
    item = status_of(row(**cells), AT)
    assert isinstance(item, ShelterStatus)
    return item


@pytest.mark.parametrize(
    ("started", "ended", "opening"),
    [
        ("", "", "not_open"),
        ("2026-09-09 18:00:00", "", "open"),
        ("2026-09-09 18:00:00", "2026-09-10 08:00:00", "closed"),
        ("2026-09-09 18:00:00", "2026-09-10 18:00:00", "open"),
        ("2026-09-10 18:00:00", "", "not_open"),
        # Opened again after it had closed.
        ("2026-09-10 09:00:00", "2026-09-10 08:00:00", "open"),
    ],
)
def test_opening_by_its_times(started: str, ended: str, opening: str) -> None:
    item = told(shelterStartTimestamp=started, shelterEndTimestamp=ended)
    assert item.opening is ShelterOpening(opening)


def test_what_else_a_row_says() -> None:
    item = told(crowdedStatus="3", shelterStartTimestamp="2026-09-09 18:00:00")
    assert (item.key, item.name, item.crowding) == ("portal:35", "甲小学校", "crowded")
    assert (item.lon, item.lat, item.municipality_code) == (130.7, 32.8, "43100")
    assert item.opened_at == datetime(2026, 9, 9, 18, 0, tzinfo=TOKYO)
    assert item.observed_at == AT
    assert item.attributes == {"publicFlg": "1"}


def test_rows_that_cannot_be_used() -> None:
    items = list(statuses(iter([row(name=""), row(shelterStartTimestamp="きのう")]), AT))
    assert [item.reason for item in items if isinstance(item, Rejected)] == ["no_name", "bad_time"]


def test_the_dialect() -> None:
    assert is_portal(row())
    assert not is_portal(Row("row 2", {"名称": "甲"}, None))

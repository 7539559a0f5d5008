"""The JSON of a prefectural portal: every shelter there is, with when it opened and closed."""

from collections.abc import Iterator
from datetime import datetime

from ingest.reading import rejected, time_of, trimmed
from ingest.records import Item, ShelterOpening, ShelterStatus
from ingest.shelter_tables import Row, key_of, municipality_of, said
from ingest.sources.shelter_status.words import crowding_of

STARTED, ENDED, CROWDED = "shelterStartTimestamp", "shelterEndTimestamp", "crowdedStatus"
KEPT = ("availableFlg", "publicFlg", "welfareEvacShFlg", "temporaryEvacShFlg", "shelterId")


def is_portal(row: Row) -> bool:
    """Tell whether a row is one of a portal."""
    return STARTED in row.cells


def status_of(row: Row, observed_at: datetime) -> Item:
    """Return what the portal says of one shelter at one time."""
    cells = row.cells
    name, key = said(cells, "name"), key_of(cells)
    if name is None or key is None:
        return rejected("no_name", "名称のない行です。", row.locator, dict(cells))
    given = trimmed(cells.get(STARTED)), trimmed(cells.get(ENDED))
    started, ended = time_of(given[0]), time_of(given[1])
    if (given[0] and started is None) or (given[1] and ended is None):
        return rejected("bad_time", "開設または閉鎖の日時を読めません。", row.locator, dict(cells))
    code, town = municipality_of(cells)
    return ShelterStatus(
        key=key,
        name=name,
        opening=_opening(started, ended, observed_at),
        crowding=crowding_of(cells.get(CROWDED)),
        opened_at=started,
        closed_at=ended,
        observed_at=observed_at,
        lon=row.position.lon if row.position else None,
        lat=row.position.lat if row.position else None,
        address=said(cells, "address"),
        municipality_code=code,
        municipality_name=town,
        attributes={name: cells[name] for name in KEPT if trimmed(cells.get(name))},
    )


def _opening(
    started: datetime | None, ended: datetime | None, observed_at: datetime
) -> ShelterOpening:
    if ended is not None and ended <= observed_at and (started is None or started <= ended):
        return ShelterOpening.CLOSED
    if started is not None and started <= observed_at:
        return ShelterOpening.OPEN
    return ShelterOpening.NOT_OPEN


def statuses(rows: Iterator[Row], observed_at: datetime) -> Iterator[Item]:
    """Yield the state of each shelter of a portal."""
    for row in rows:
        yield status_of(row, observed_at)

"""The fast path: observations by the thousand into PostGIS, idempotent, newest value beside them.

One payload's observations become one binary COPY into a temporary table, built by numpy without a
Python loop over bytes, then one upsert into `observation` and one into `latest`. Measured by
`make bench-ingest`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from sqlalchemy.orm import Session

from ingest.records import Observation

# PostgreSQL counts microseconds from this moment.
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000

# COPY BINARY: a signature of 11 bytes, flags, length of the extension; rows; a trailer of -1.
_HEADER = b"PGCOPY\n\xff\r\n\x00" + b"\x00" * 8
_TRAILER = b"\xff\xff"

# One row: count of fields, then length and value of each, all big-endian. NaN stands for no value.
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("l1", ">i4"), ("series_id", ">i4"),
        ("l2", ">i4"), ("observed_at", ">i8"),
        ("l3", ">i4"), ("value", ">f8"),
        ("l4", ">i4"), ("quality", ">i2"),
    ]
)  # fmt: skip

_INCOMING = """
CREATE TEMP TABLE IF NOT EXISTS incoming_observation (
    series_id int, observed_at timestamptz, value float8, quality smallint
) ON COMMIT DELETE ROWS
"""

# A payload that came later corrects an earlier one; a replayed old one changes nothing.
_UPSERT = """
INSERT INTO observation AS known (series_id, observed_at, value, quality, payload_id)
SELECT series_id, observed_at, NULLIF(value, 'NaN'), quality, %(payload)s
FROM incoming_observation
ON CONFLICT (series_id, observed_at) DO UPDATE
SET value = excluded.value, quality = excluded.quality, payload_id = excluded.payload_id
WHERE excluded.payload_id >= known.payload_id
  AND (excluded.value, excluded.quality) IS DISTINCT FROM (known.value, known.quality)
"""

_LATEST = """
INSERT INTO latest AS known (series_id, observed_at, received_at, value, quality)
SELECT series_id, observed_at, %(received)s, NULLIF(value, 'NaN'), quality
FROM incoming_observation
WHERE (%(single)s OR (series_id, observed_at) IN (
    SELECT series_id, max(observed_at) FROM incoming_observation GROUP BY series_id))
ON CONFLICT (series_id) DO UPDATE
SET observed_at = excluded.observed_at, received_at = excluded.received_at,
    value = excluded.value, quality = excluded.quality,
    previous_value = CASE WHEN excluded.observed_at > known.observed_at
        THEN known.value ELSE known.previous_value END,
    previous_at = CASE WHEN excluded.observed_at > known.observed_at
        THEN known.observed_at ELSE known.previous_at END
WHERE excluded.observed_at > known.observed_at
   OR (excluded.observed_at = known.observed_at
       AND (excluded.value, excluded.quality) IS DISTINCT FROM (known.value, known.quality)
       AND NOT EXISTS (SELECT FROM observation AS told WHERE told.series_id = excluded.series_id
           AND told.observed_at = excluded.observed_at AND told.payload_id > %(payload)s))
"""


class SeriesCache:
    """Series ids by source, station and element; PostGIS is asked only for new ones."""

    def __init__(self) -> None:
        self._ids: dict[str, dict[tuple[str, str], int]] = {}

    def of(self, source: str) -> dict[tuple[str, str], int]:
        """Return the known ids of a source; callers add to it."""
        return self._ids.setdefault(source, {})

    def forget(self) -> None:
        """Forget everything, for instance after a rollback."""
        self._ids.clear()


@dataclass(frozen=True, slots=True)
class Batch:
    """Observations of one payload as columns, one row per series and time (the last told wins).

    Sorted by series, then time, so that every writer takes row locks in the same order.
    """

    series: npt.NDArray[np.int64]
    ticks: npt.NDArray[np.int64]
    """Microseconds since the PostgreSQL epoch, UTC."""
    values: npt.NDArray[np.float64]
    """NaN: no value."""
    qualities: npt.NDArray[np.int16]
    orphans: tuple[str, ...]
    """Stations that nobody has described: there is no place to draw them."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.series)

    @property
    def single(self) -> bool:
        """Tell whether no series comes twice."""
        return bool(np.all(self.series[1:] != self.series[:-1]))


Known = dict[tuple[str, str], int]
Resolve = Callable[[set[tuple[str, str]]], Known]


def ticks_of(moment: datetime) -> int:
    """Return microseconds since the PostgreSQL epoch."""
    return (moment - POSTGRES_EPOCH) // _MICROSECOND


def collect(observations: Sequence[Observation], known: Known, resolve: Resolve) -> Batch:
    """Give each observation its series; ask `resolve` once for the ones not known yet.

    Written with whole-column steps: a loop over ten thousand rows costs more than PostgreSQL does.
    """
    stations, elements, moments, values, qualities = zip(*observations, strict=True)
    keys = list(zip(stations, elements, strict=True))
    found = list(map(known.get, keys))
    if None in found:
        known.update(resolve({key for key, i in zip(keys, found, strict=True) if i is None}))
        found = list(map(known.get, keys))
    # A payload has few distinct times, mostly the very same object: each is converted once.
    identities = list(map(id, moments))
    distinct = dict(zip(identities, moments, strict=True))
    ticks = {identity: ticks_of(moment) for identity, moment in distinct.items()}
    orphans: tuple[str, ...] = ()
    if None in found:
        orphans = tuple(sorted({s for s, i in zip(stations, found, strict=True) if i is None}))
    series = np.array([-1 if i is None else i for i in found], dtype=np.int64)
    return _unique(
        Batch(
            series,
            np.fromiter(map(ticks.__getitem__, identities), np.int64, len(identities)),
            np.array(values, dtype=np.float64),
            np.array(qualities, dtype=np.int16),
            orphans,
        )
    )


def _unique(batch: Batch) -> Batch:
    """Return a batch sorted, without orphans, the last told of the same series and time kept."""
    order = np.lexsort((batch.ticks, batch.series))
    series, ticks = batch.series[order], batch.ticks[order]
    # lexsort is stable: of equals, the one told last stands last.
    last = np.ones(len(series), dtype=bool)
    last[:-1] = (series[1:] != series[:-1]) | (ticks[1:] != ticks[:-1])
    keep = order[last & (series >= 0)]
    return Batch(
        batch.series[keep], batch.ticks[keep], batch.values[keep], batch.qualities[keep],
        batch.orphans,
    )  # fmt: skip


def encode(batch: Batch) -> bytes:
    """Return a batch as COPY BINARY."""
    table: npt.NDArray[Any] = np.empty(len(batch), dtype=_ROW)
    table["fields"] = 4
    table["l1"], table["l2"], table["l3"], table["l4"] = 4, 8, 8, 2
    table["series_id"], table["observed_at"] = batch.series, batch.ticks
    table["value"], table["quality"] = batch.values, batch.qualities
    return _HEADER + table.tobytes() + _TRAILER


def months(batch: Batch) -> list[datetime]:
    """Return one moment in every UTC month a batch touches."""
    days = np.unique(batch.ticks // _DAY)
    found = {}
    for day in days.tolist():
        moment = POSTGRES_EPOCH + timedelta(days=day)
        found[moment.year, moment.month] = moment
    return list(found.values())


def stage(session: Session, batch: Batch) -> None:
    """Copy a batch into the temporary table, partitions ready."""
    with driver(session).cursor() as cursor:
        for month in months(batch):
            cursor.execute("SELECT ensure_observation_month(%s)", [month])
        cursor.execute(_INCOMING)
        # Several batches may share one transaction.
        cursor.execute("TRUNCATE incoming_observation")
        with cursor.copy("COPY incoming_observation FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(encode(batch))


def merge(session: Session, batch: Batch, payload_id: int, received_at: datetime) -> int:
    """Upsert what was staged; return how many rows were new or corrected."""
    with driver(session).cursor() as cursor:
        cursor.execute(_UPSERT, {"payload": payload_id})
        changed = cursor.rowcount
        told = {"received": received_at, "single": batch.single, "payload": payload_id}
        cursor.execute(_LATEST, told)
    return changed


def driver(session: Session) -> psycopg.Connection[Any]:
    """Return the psycopg connection below a session, in the same transaction."""
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)  # noqa: S101 - the only driver in use
    return connection

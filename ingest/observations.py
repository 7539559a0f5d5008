"""The fast path: observations by the thousand into PostGIS, idempotent, newest value beside them.

One payload's observations become one binary COPY into a temporary table, built by numpy without a
Python loop over bytes, then one upsert into `observation` and one into `latest`. Measured by
`make bench-ingest`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from sqlalchemy.orm import Session

from ingest.records import Observation

# PostgreSQL counts microseconds from this moment.
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

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
       AND (excluded.value, excluded.quality) IS DISTINCT FROM (known.value, known.quality))
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


@dataclass(slots=True)
class Batch:
    """Observations of one payload, deduplicated by series and time (the last one told wins)."""

    rows: dict[tuple[int, datetime], Observation] = field(default_factory=dict)
    orphans: list[Observation] = field(default_factory=list)
    """Of stations nobody has described: there is no place to draw them."""

    def __len__(self) -> int:
        return len(self.rows)


def collect(
    observations: Iterable[Observation],
    known: dict[tuple[str, str], int],
    resolve: Callable[[set[tuple[str, str]]], dict[tuple[str, str], int]],
) -> Batch:
    """Give each observation its series; ask `resolve` once for the ones not known yet."""
    observations = list(observations)
    unknown = {(o[0], o[1]) for o in observations} - known.keys()
    if unknown:
        known.update(resolve(unknown))
    batch = Batch()
    rows = batch.rows
    for observation in observations:
        identity = known.get((observation[0], observation[1]))
        if identity is None:
            batch.orphans.append(observation)
        else:
            rows[identity, observation[2]] = observation
    return batch


def encode(batch: Batch) -> bytes:
    """Return a batch as COPY BINARY, in the order of series so that locks are taken in one order."""
    count = len(batch.rows)
    table: npt.NDArray[Any] = np.zeros(count, dtype=_ROW)
    series = np.fromiter((key[0] for key in batch.rows), dtype=np.int64, count=count)
    # A payload has few distinct times; each is converted once.
    ticks: dict[datetime, int] = {}
    for _, moment in batch.rows:
        if moment not in ticks:
            ticks[moment] = round((moment - POSTGRES_EPOCH).total_seconds() * 1_000_000)
    table["fields"] = 4
    table["l1"], table["l2"], table["l3"], table["l4"] = 4, 8, 8, 2
    table["series_id"] = series
    table["observed_at"] = np.fromiter((ticks[key[1]] for key in batch.rows), np.int64, count)
    values = (np.nan if o[3] is None else o[3] for o in batch.rows.values())
    table["value"] = np.fromiter(values, np.float64, count)
    table["quality"] = np.fromiter((o[4] for o in batch.rows.values()), np.int16, count)
    table = table[np.lexsort((table["observed_at"], series))]
    return _HEADER + table.tobytes() + _TRAILER


def months(batch: Batch) -> set[datetime]:
    """Return the first moment of every UTC month a batch touches."""
    found = {key[1].astimezone(UTC) for key in batch.rows}
    return {datetime(m.year, m.month, 1, tzinfo=UTC) for m in found}


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
    single = len({key[0] for key in batch.rows}) == len(batch.rows)
    with driver(session).cursor() as cursor:
        cursor.execute(_UPSERT, {"payload": payload_id})
        changed = cursor.rowcount
        cursor.execute(_LATEST, {"received": received_at, "single": single})
    return changed


def driver(session: Session) -> psycopg.Connection[Any]:
    """Return the psycopg connection below a session, in the same transaction."""
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)  # noqa: S101 - the only driver in use
    return connection

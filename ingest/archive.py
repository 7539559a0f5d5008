"""Raw payloads, kept before anybody parses them; replayed whenever that is wanted."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.db.schema.system import PayloadRow
from core.db.session import Database
from core.errors import NotFoundError, UnavailableError
from core.storage import Storage, StorageFailedError
from ingest import repository
from ingest.source import Payload


@dataclass(frozen=True, slots=True)
class Archived:
    """A payload in the archive."""

    id: int
    source: str
    payload: Payload
    trouble: str | None = None
    """Why the bytes could not be kept, although the payload goes on."""


class Archive:
    """Bytes in the storage, one row each in PostGIS, committed before parsing begins."""

    def __init__(self, database: Database, storage: Storage) -> None:
        self._database = database
        self._storage = storage

    def keep(self, source: str, payload: Payload) -> Archived:
        """Keep a payload; with a full disk its row says so and the payload goes on."""
        trouble = None
        try:
            digest = self._storage.put(payload.content)
        except UnavailableError as error:
            trouble, digest = error.message, ""
        with self._database.transaction() as session:
            identity = repository.add_payload(session, source, payload, digest)
        return Archived(identity, source, payload, trouble)

    def unparsed(self, source: str) -> Iterator[Archived]:
        """Yield payloads that a crash left between archive and commit, oldest first.

        One whose bytes are gone or damaged is refused, so that it does not stand in the way.
        """
        with self._database.transaction() as session:
            rows = repository.unparsed_payloads(session, source)
        for row in rows:
            try:
                restored = self._restore(row)
            except (NotFoundError, StorageFailedError) as error:
                with self._database.transaction() as session:
                    repository.refuse_payload(session, row.id, error.message)
            else:
                yield restored

    def replay(self, payload_id: int) -> Archived:
        """Return a kept payload as it came.

        Raises
        ------
        NotFoundError
            When the bytes were not kept.
        StorageFailedError
            When they cannot be read any more.
        """
        with self._database.transaction() as session:
            row = repository.payload_row(session, payload_id)
        return self._restore(row)

    def _restore(self, row: PayloadRow) -> Archived:
        payload = Payload(
            name=row.name,
            content=self._storage.get(row.sha256),
            fetched_at=row.fetched_at,
            url=row.url,
        )
        return Archived(row.id, row.source, payload)

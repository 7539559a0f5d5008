"""Raw first: kept before anybody parses it, replayed as it came."""

from pathlib import Path

import pytest
from sqlalchemy import select

from core.db.schema.system import PayloadRow
from core.db.session import Database
from core.errors import NotFoundError
from core.settings import StorageSettings
from core.storage import Storage, StorageFailedError
from ingest.archive import Archive
from ingest.source import Payload
from tests.town import NOON

BYTES = "水位\n".encode() * 100
PAYLOAD = Payload(name="a\x00/b.json", content=BYTES, fetched_at=NOON, url="http://x.example/b")


def make(database: Database, folder: Path, **settings: int) -> Archive:
    return Archive(database, Storage(StorageSettings(folder=folder, **settings)))


def test_a_payload_is_kept_with_its_row_and_comes_back(
    clean_database: Database, tmp_path: Path
) -> None:
    archive = make(clean_database, tmp_path, min_free_mb=0)
    kept = archive.keep("x", PAYLOAD)
    assert kept.trouble is None
    again = archive.replay(kept.id)
    assert (again.source, again.payload.content, again.payload.fetched_at) == ("x", BYTES, NOON)
    assert again.payload.url == PAYLOAD.url
    with clean_database.transaction() as session:
        row = session.scalars(select(PayloadRow)).one()
    assert (row.name, row.size, row.archived) == ("a\ufffd/b.json", len(BYTES), True)


def test_what_a_crash_left_is_found_until_it_is_parsed(
    clean_database: Database, tmp_path: Path
) -> None:
    from ingest import repository

    archive = make(clean_database, tmp_path, min_free_mb=0)
    ids = [archive.keep("x", PAYLOAD).id for _ in range(3)]
    archive.keep("y", PAYLOAD)
    assert [item.id for item in archive.unparsed("x")] == ids
    with clean_database.transaction() as session:
        repository.finish_payload(session, ids[0], NOON, {})
        repository.refuse_payload(session, ids[1], "読めません\x00\ud800")
    assert [item.id for item in archive.unparsed("x")] == ids[2:]


def test_a_full_disk_keeps_the_row_and_says_so(clean_database: Database, tmp_path: Path) -> None:
    archive = make(clean_database, tmp_path, min_free_mb=10**9, small_payload_kb=1)
    large = Payload(name="l", content=b"0" * 2000, fetched_at=NOON)
    kept = archive.keep("x", large)
    assert "空きが足りません" in str(kept.trouble)
    assert kept.payload is large
    assert list(archive.unparsed("x")) == []
    with pytest.raises(NotFoundError):
        archive.replay(kept.id)


def test_what_cannot_be_replayed(clean_database: Database, tmp_path: Path) -> None:
    archive = make(clean_database, tmp_path, min_free_mb=0)
    with pytest.raises(NotFoundError, match="受信記録 77"):
        archive.replay(77)
    kept = archive.keep("x", PAYLOAD)
    (path,) = tmp_path.rglob("*.gz")
    path.write_bytes(b"broken")
    with pytest.raises(StorageFailedError):
        archive.replay(kept.id)

"""Files by content hash: written once, whole, or not at all."""

import errno
import gzip
import hashlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import NotFoundError
from core.settings import StorageSettings
from core.storage import Storage, StorageFailedError, StorageFullError

TEXT = "水位 3.21m\n".encode() * 500


def make(folder: Path, *, min_free_mb: int = 0, small_payload_kb: int = 1) -> Storage:
    return Storage(
        StorageSettings(folder=folder, min_free_mb=min_free_mb, small_payload_kb=small_payload_kb)
    )


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(content=st.binary(max_size=3000))
def test_what_goes_in_comes_out(tmp_path: Path, content: bytes) -> None:
    storage = make(tmp_path)
    digest = storage.put(content)
    assert digest == hashlib.sha256(content).hexdigest()
    assert storage.get(digest) == content


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    storage = make(tmp_path)
    assert storage.put(TEXT) == storage.put(TEXT)
    assert len(files_of(tmp_path)) == 1


def test_text_is_packed_and_archives_are_not(tmp_path: Path) -> None:
    storage = make(tmp_path)
    storage.put(TEXT)
    (packed,) = files_of(tmp_path)
    assert packed.suffix == ".gz"
    assert packed.stat().st_size < len(TEXT) / 4
    archive = b"PK\x03\x04" + os.urandom(64)
    digest = storage.put(archive)
    assert storage.path_of(digest).read_bytes() == archive


def test_a_content_that_is_gzip_comes_back_as_it_was(tmp_path: Path) -> None:
    storage = make(tmp_path)
    content = gzip.compress(TEXT)
    assert storage.get(storage.put(content)) == content


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="保存されていません"):
        make(tmp_path).get("0" * 64)


def test_a_nearly_full_disk_still_takes_small_things(tmp_path: Path) -> None:
    storage = make(tmp_path, min_free_mb=10**9, small_payload_kb=1)
    assert storage.get(storage.put(b"small")) == b"small"
    with pytest.raises(StorageFullError, match="空きが足りません"):
        storage.put(os.urandom(2000))
    assert len(files_of(tmp_path)) == 1


def test_what_is_there_already_needs_no_room(tmp_path: Path) -> None:
    make(tmp_path).put(TEXT)
    assert make(tmp_path, min_free_mb=10**9).put(TEXT)


@pytest.mark.parametrize("call", ["fsync", "mkdir"])
def test_a_disk_that_refuses_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os if call == "fsync" else Path, call, refuse)
    with pytest.raises(StorageFailedError, match="No space left"):
        make(tmp_path).put(TEXT)
    monkeypatch.undo()
    assert files_of(tmp_path) == []


def test_a_damaged_file_is_told_and_not_given_out(tmp_path: Path) -> None:
    storage = make(tmp_path)
    digest = storage.put(TEXT)
    (packed,) = files_of(tmp_path)
    packed.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(StorageFailedError, match="読めません"):
        storage.get(digest)
    packed.write_bytes(gzip.compress(b"something else"))
    with pytest.raises(StorageFailedError, match="壊れています"):
        storage.get(digest)


def test_the_free_space_is_that_of_the_folder_to_be(tmp_path: Path) -> None:
    assert make(tmp_path / "not" / "yet").free_bytes() > 0


def test_many_writers_of_one_content(tmp_path: Path) -> None:
    storage, digests = make(tmp_path), []
    content = os.urandom(200_000)
    threads = [
        threading.Thread(target=lambda: digests.append(storage.put(content))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(digests)) == 1
    assert len(digests) == 8
    assert storage.get(digests[0]) == content
    assert len(files_of(tmp_path)) == 1

"""Files by content hash, in a local or shared folder: raw payloads, photos, rasters."""

import gzip
import hashlib
import os
import shutil
import zlib
from pathlib import Path
from tempfile import NamedTemporaryFile

from core.errors import NotFoundError, UnavailableError
from core.settings import StorageSettings

_GZIP_MAGIC = b"\x1f\x8b"


class StorageFullError(UnavailableError):
    """Too little space is left in the storage."""

    def __init__(self, message: str = "保存領域の空きが足りません") -> None:
        super().__init__(message)


class StorageFailedError(UnavailableError):
    """The storage cannot be written."""


class Storage:
    """A folder of files named by the SHA-256 of their content; a file is written once, whole."""

    def __init__(self, settings: StorageSettings) -> None:
        self._folder = settings.folder
        self._min_free = settings.min_free_mb * 1_000_000
        self._small = settings.small_payload_kb * 1_000

    def path_of(self, digest: str) -> Path:
        """Return where a content lies, stored or not (compressed files end in .gz)."""
        return self._folder / digest[:2] / digest[2:4] / digest

    def free_bytes(self) -> int:
        """Return the free space of the folder's disk."""
        folder = self._folder
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free

    def put(self, content: bytes, *, compress: bool = True) -> str:
        """Store a content and return its digest; one that is there is not written again.

        Raises
        ------
        StorageFullError
            When less than the reserve is free and the content is not small.
        StorageFailedError
            When the operating system refuses.
        """
        digest = hashlib.sha256(content).hexdigest()
        target = self.path_of(digest)
        packed = target.with_name(f"{digest}.gz")
        if target.exists() or packed.exists():
            return digest
        if len(content) > self._small and self.free_bytes() < self._min_free:
            raise StorageFullError
        if compress and not content.startswith(
            (_GZIP_MAGIC, b"PK\x03\x04", b"\x89PNG", b"\xff\xd8")
        ):
            content, target = gzip.compress(content, 1), packed
        try:
            self._write(target, content)
        except OSError as error:
            message = f"保存領域に書き込めません: {error.strerror}"
            raise StorageFailedError(message) from error
        return digest

    def get(self, digest: str) -> bytes:
        """Return a stored content.

        Raises
        ------
        NotFoundError
            When it is not there.
        StorageFailedError
            When it cannot be read or is no longer what was stored.
        """
        target = self.path_of(digest)
        packed = target.with_name(f"{digest}.gz")
        try:
            if packed.is_file():
                content = gzip.decompress(packed.read_bytes())
            elif target.is_file():
                content = target.read_bytes()
            else:
                message = f"保存されていません: {digest[:12]}…"
                raise NotFoundError(message)
        except (OSError, EOFError, zlib.error) as error:
            message = f"保存された内容を読めません: {digest[:12]}…"
            raise StorageFailedError(message) from error
        if hashlib.sha256(content).hexdigest() != digest:
            message = f"保存された内容が壊れています: {digest[:12]}…"
            raise StorageFailedError(message)
        return content

    @staticmethod
    def _write(target: Path, content: bytes) -> None:
        """Write beside the target and rename, so that no reader ever sees half a file."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as handle:
            try:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
                Path(handle.name).replace(target)
            except OSError:
                Path(handle.name).unlink(missing_ok=True)
                raise

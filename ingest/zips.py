"""Members of zip archives, opened within limits: one may be a bomb or climb out of its folder."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from ingest.reading import TOKYO
from ingest.source import UnreadableError

# Everything `zipfile` lets out of damaged, encrypted or unsupported archives.
BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError,
    ValueError, LookupError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """How much of an archive is opened before it is called a bomb."""

    members: int = 500
    member_bytes: int = 300_000_000
    total_bytes: int = 600_000_000
    ratio: float = 300.0
    """Unpacked to packed, of one member; real feeds reach about 30."""


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One file out of an archive."""

    name: str
    """Base name, without folders."""
    modified_at: datetime | None
    """The time in the archive, which carries no zone: written down here as Japanese time."""
    content: bytes


def _usable(info: zipfile.ZipInfo) -> bool:
    if not info.filename:
        return False
    path = PurePosixPath(info.filename.replace("\\", "/"))
    safe = not path.is_absolute() and ".." not in path.parts and ":" not in info.filename
    return safe and not info.is_dir() and not path.name.startswith(("._", "."))


def zip_members(
    content: bytes, wanted: Callable[[str], bool], limits: ZipLimits | None = None
) -> Iterator[ZipMember]:
    """Yield the wanted members (by base name) of an archive; names that climb out are ignored.

    Raises
    ------
    UnreadableError
        When it is no archive, is encrypted or damaged, or is larger than the limits.
    """
    bounds = limits or ZipLimits()
    left = bounds.total_bytes
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if len(infos) > bounds.members:
                message = f"zip の中のファイルが {bounds.members} を超えています"
                raise UnreadableError(message)
            for info in infos:
                name = PurePosixPath(info.filename.replace("\\", "/")).name
                if not _usable(info) or not wanted(name):
                    continue
                unpacked = _unpack(archive, info, min(left, bounds.member_bytes), bounds.ratio)
                left -= len(unpacked)
                yield ZipMember(name, _modified(info), unpacked)
    except BROKEN_ZIP as error:
        message = f"zip として読めません: {str(error)[:120]}"
        raise UnreadableError(message) from error


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int, ratio: float) -> bytes:
    # The sizes in the directory are the sender's claim; the bytes read are counted again.
    allowed = min(room, int(max(info.compress_size, 1_000) * ratio))
    if info.file_size > allowed:
        message = f"zip の {info.filename[:80]} が大きすぎます"
        raise UnreadableError(message)
    with archive.open(info) as member:
        unpacked = member.read(allowed + 1)
    if len(unpacked) > allowed:
        message = f"zip の {info.filename[:80]} が大きすぎます"
        raise UnreadableError(message)
    return unpacked


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*info.date_time, tzinfo=TOKYO)
    except ValueError:
        return None

"""Archives are opened within limits."""

import io
import zipfile

import pytest

from ingest.source import UnreadableError
from ingest.zips import ZipLimits, zip_members


def packed(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            stamp = zipfile.ZipInfo(name, (2026, 8, 4, 9, 11, 0))
            archive.writestr(stamp, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def names(content: bytes, limits: ZipLimits | None = None) -> list[str]:
    return [member.name for member in zip_members(content, lambda _: True, limits)]


def test_members_come_by_base_name_with_their_time() -> None:
    content = packed(("folder/a.json", b"{}"), ("b.txt", b"x"))
    (member,) = zip_members(content, lambda name: name.endswith(".json"))
    assert (member.name, member.content) == ("a.json", b"{}")
    assert member.modified_at is not None
    assert member.modified_at.isoformat() == "2026-08-04T09:11:00+09:00"


def test_names_that_climb_out_are_ignored() -> None:
    content = packed(("../a", b"1"), ("/b", b"1"), ("x\\..\\c", b"1"), ("C:d", b"1"), ("e", b"1"))
    assert names(content) == ["e"]


@pytest.mark.parametrize(
    ("limits", "members"),
    [
        (ZipLimits(members=2), [(f"{n}", b"") for n in range(3)]),
        (ZipLimits(member_bytes=10), [("a", b"x" * 11)]),
        (ZipLimits(total_bytes=15), [("a", b"x" * 10), ("b", b"x" * 10)]),
        (ZipLimits(ratio=20), [("a", b"\0" * 1_000_000)]),
    ],
)
def test_bombs_are_refused(limits: ZipLimits, members: list[tuple[str, bytes]]) -> None:
    with pytest.raises(UnreadableError):
        names(packed(*members), limits)


def test_an_archive_that_lies_about_sizes_is_refused() -> None:
    content = packed(("a", b"\0" * 200_000))
    lie = (10).to_bytes(4, "little")
    true = (200_000).to_bytes(4, "little")
    assert content.count(true) == 2
    with pytest.raises(UnreadableError):
        names(content.replace(true, lie))


def test_a_member_without_a_name_is_ignored() -> None:
    content = bytearray(packed(("ab", b"1")))
    # In the central directory, lengths of name and extra field stand 28 bytes behind its mark.
    lengths = content.index(b"PK\x01\x02") + 28
    assert content[lengths : lengths + 4] == b"\x02\0\0\0"
    content[lengths : lengths + 4] = b"\0\0\x02\0"
    assert names(bytes(content)) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", packed(("a", b"x" * 500))[:-30]])
def test_damaged_archives_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        names(content)

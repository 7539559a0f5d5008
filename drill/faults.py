"""Faults that can be switched on per source: what a feed does on a bad day."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson

from drill.answer import FeedAnswer, Hang

SILENCE_S = 45.0
SLOW_S = 12.0
SKEW = timedelta(hours=3)
UTF8_START = b"\xef\xbb\xbf"


class Fault(StrEnum):
    """What goes wrong."""

    SILENCE = "silence"  # 無応答
    ERROR = "error"  # 500 が返る
    SLOW = "slow"  # 遅い
    TRUNCATED = "truncated"  # 途中で切れる
    WRONG_ENCODING = "wrong_encoding"  # 文字化け
    DUPLICATES = "duplicates"  # 同じものが二度
    CLOCK_SKEW = "clock_skew"  # 時計が進んでいる
    RENAMED_COLUMNS = "renamed_columns"  # 列名が変わる


TITLES = {
    Fault.SILENCE: "無応答",
    Fault.ERROR: "エラー（500）",
    Fault.SLOW: "遅延",
    Fault.TRUNCATED: "途中切れ",
    Fault.WRONG_ENCODING: "文字コード違い",
    Fault.DUPLICATES: "重複",
    Fault.CLOCK_SKEW: "時計のずれ",
    Fault.RENAMED_COLUMNS: "列名の変更",
}
"""Japanese names for the control page."""


def world_at(fault: Fault | None, at: datetime) -> datetime:
    """Return the time the source believes it is: with a skewed clock, three hours ahead."""
    return at + SKEW if fault is Fault.CLOCK_SKEW else at


def apply(fault: Fault | None, answer: FeedAnswer) -> FeedAnswer | Hang:
    """Return what comes over the wire instead of an answer.

    `CLOCK_SKEW` shows in `last_modified` here; ask the world at `world_at(fault, at)` so that the
    times inside the payload are skewed too. 404 answers stay as they are, but for silence and 500s.
    """
    if fault is Fault.SILENCE:
        return Hang(seconds=SILENCE_S)
    if fault is Fault.ERROR:
        return FeedAnswer(status=500, content="内部エラー（訓練）\n".encode())
    if fault is None or answer.status != 200:  # noqa: PLR2004 - HTTP OK
        return answer
    if fault is Fault.SLOW:
        return replace(answer, slow_s=SLOW_S)
    if fault is Fault.CLOCK_SKEW:
        changed = answer.last_modified
        return replace(answer, last_modified=changed + SKEW if changed else None)
    content = _SPOILERS[fault](answer.content)
    etag = None if answer.etag is None else f"{answer.etag}-{fault}"
    return replace(answer, content=content, etag=etag)


def truncated(content: bytes) -> bytes:
    """Return the first two thirds: the connection broke."""
    return content[: len(content) * 2 // 3]


def wrong_encoding(content: bytes) -> bytes:
    """Return text in CP932 where it was UTF-8, without a word about it; other bytes scrambled."""
    try:
        text = content.removeprefix(UTF8_START).decode("utf-8")
    except UnicodeDecodeError:
        return bytes(byte ^ 0x80 for byte in content)
    return text.encode("cp932", errors="replace")


def duplicated(content: bytes) -> bytes:
    """Return every row, feature or item twice; what is no list stays."""
    value = _json(content)
    if value is not None:
        return orjson.dumps(_doubled(value))
    if content.lstrip().startswith(b"<"):
        return re.sub(rb"<entry>.*?</entry>", lambda m: m[0] * 2, content, flags=re.DOTALL)
    lines = content.splitlines(keepends=True)
    return b"".join(lines + lines[1:]) if _is_text(content) else content


def renamed(content: bytes) -> bytes:
    """Return JSON with other keys, or CSV with other words in its first line."""
    value = _json(content)
    if value is not None:
        return orjson.dumps(_renamed(value, 0))
    if content.lstrip().startswith(b"<"):
        return content.replace(b"<Code>", b"<CodeNo>").replace(b"</Code>", b"</CodeNo>")
    head, newline, rest = content.partition(b"\n")
    try:
        columns = head.decode("utf-8").rstrip("\r").split(",")
    except UnicodeDecodeError:
        return content
    return ",".join(f"{column}_新" for column in columns).encode() + newline + rest


def _json(content: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _doubled(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, list):
        return [*value, *value]
    if isinstance(value, dict):
        lists = ("items", "features", "elements")
        return {k: [*v, *v] if k in lists and isinstance(v, list) else v for k, v in value.items()}
    return value


KEEP_KEYS = frozenset({"type", "features", "items", "geometry", "coordinates", "properties"})
DEEPEST = 12


def _renamed(value: Any, depth: int) -> Any:  # noqa: ANN401 - any JSON
    """Return the value with its own keys renamed.

    The frame of GeoJSON stays, so that only the columns are strange.
    """
    if depth > DEEPEST:
        return value
    if isinstance(value, list):
        return [_renamed(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            (key if key in KEEP_KEYS or key.isdigit() else f"{key}_v2"): (
                item if key == "coordinates" else _renamed(item, depth + 1)
            )
            for key, item in value.items()
        }
    return value


_SPOILERS: dict[Fault, Callable[[bytes], bytes]] = {
    Fault.TRUNCATED: truncated,
    Fault.WRONG_ENCODING: wrong_encoding,
    Fault.DUPLICATES: duplicated,
    Fault.RENAMED_COLUMNS: renamed,
}

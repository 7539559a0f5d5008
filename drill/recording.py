"""Recordings: real payloads of a past disaster, played at the times at which they were published.

The index is a file of ours in `data/recordings/*.toml`; the payloads stay where they are, below
`HINOMI_SHARED_DATA`, and are never copied.
"""

import io
import re
import tomllib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from core.errors import InvalidError, NotFoundError, UnavailableError
from drill.answer import BINARY, CONTENT_TYPES, DrillIncident, FeedAnswer, found, not_found
from drill.cuts import CUTS
from drill.island.timeline import JST

NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,60}")
SHOWN_MISSING = 5


class UnknownRecordingError(NotFoundError):
    """There is no such recording."""


class RecordingIndexError(InvalidError):
    """The index of a recording cannot be read."""


class PayloadsMissingError(UnavailableError):
    """Payloads of the recording are not there."""


class ItemEntry(BaseModel):
    """One `[[items]]` of an index: a file with its time, or a pattern with times in the names.

    The files of a pattern with one time for all are published together as a zip.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,40}$")]
    path: str
    """Path it is served under; `%Y %m %d %H %M` are filled in with its time (Japan time)."""
    file: str | None = None
    at: AwareDatetime | None = None
    glob: str | None = None
    time: str | None = None
    """Regular expression with the groups y mo d h mi for the time in a name (Japan time)."""
    delay_min: Annotated[int, Field(ge=0)] = 0
    """Published so long after that time."""
    cut: Literal["day_columns", "observed_rows"] | None = None
    """What lies in the future is left out of a table that holds the whole series."""


class Index(BaseModel):
    """`data/recordings/<name>.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    start: AwareDatetime
    end: AwareDatetime
    bounds: tuple[float, float, float, float]
    credit: str
    incident_name: str
    incident_kind: str
    incident_at: AwareDatetime
    items: tuple[ItemEntry, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One payload and when it appeared."""

    at: datetime
    source: str
    path: str
    files: tuple[Path, ...]
    """One as it is, several in a zip."""
    cut: str | None

    @property
    def name(self) -> str:
        """Return the real name of its file, or one made of its path for a zip of ours."""
        if len(self.files) == 1:
            return self.files[0].name
        return PurePosixPath(self.path).with_suffix(".zip").name

    def content(self) -> bytes:
        """Return its bytes."""
        return _read(self.files[0]) if len(self.files) == 1 else _packed(self.files)


class Recording:
    """A recording as a world."""

    def __init__(self, index: Index, items: Sequence[Item]) -> None:
        self._index = index
        self._items: dict[tuple[str, str], list[Item]] = {}
        for item in sorted(items, key=lambda item: item.at):
            self._items.setdefault((item.source, item.path), []).append(item)

    @property
    def title(self) -> str:
        """Return the title, with 訓練 in it."""
        return self._index.title

    @property
    def start(self) -> datetime:
        """Return when playing begins."""
        return self._index.start

    @property
    def end(self) -> datetime:
        """Return the time of the last payload or later."""
        return self._index.end

    @property
    def incident(self) -> DrillIncident:
        """Return the disaster."""
        index = self._index
        return DrillIncident(
            name=index.incident_name, kind=index.incident_kind, started_at=index.incident_at
        )

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees."""
        return self._index.bounds

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the sources of which there are payloads."""
        return tuple(sorted({source for source, _ in self._items}))

    @property
    def credit(self) -> str:
        """Return the attribution the payloads' owners ask for."""
        return self._index.credit

    def answer(self, source: str, path: str, at: datetime, base: str = "") -> FeedAnswer:
        """Return the newest payload for a path at a world time; 404 before the first."""
        del base
        known = [item for item in self._items.get((source, path), ()) if item.at <= at]
        if not known:
            return not_found(path)
        item = known[-1]
        content = item.content()
        if item.cut is not None:
            content = CUTS[item.cut](content, at.astimezone(JST))
        kind = CONTENT_TYPES.get(PurePosixPath(item.name).suffix, BINARY)
        return found(content, kind, item.at, item.name)


@lru_cache(maxsize=6)
def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"記録のファイル {file} を読めません: {error.strerror}"
        raise PayloadsMissingError(message) from error


@lru_cache(maxsize=2)
def _packed(files: tuple[Path, ...]) -> bytes:
    """Return a zip of files; the same files make the same bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            packed.writestr(zipfile.ZipInfo(file.name), _read(file), zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def recordings(folder: Path) -> dict[str, str]:
    """Return the names and titles of the recordings whose indexes lie in a folder."""
    return {path.stem: read_index(path).title for path in sorted(folder.glob("*.toml"))}


def read_index(path: Path) -> Index:
    """Return an index.

    Raises
    ------
    RecordingIndexError
        When it is not one, saying what is wrong.
    """
    try:
        return Index.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        message = f"記録の索引 {path.name} を読めません: {str(error)[:300]}"
        raise RecordingIndexError(message) from error


def open_recording(name: str, folder: Path, payloads: Path) -> Recording:
    """Return a recording; `folder` holds the indexes, `payloads` the real files.

    Raises
    ------
    UnknownRecordingError
        When there is no index of that name.
    PayloadsMissingError
        When files are missing: says which, and where it looked.
    """
    path = folder / f"{name}.toml"
    if not NAME.fullmatch(name) or not path.is_file():
        known = "、".join(sorted(p.stem for p in folder.glob("*.toml"))) or "なし"
        message = f"記録 {name[:60]!r} はありません（あるもの: {known}）"
        raise UnknownRecordingError(message)
    index = read_index(path)
    root = payloads.resolve()
    items: list[Item] = []
    missing: list[str] = []
    for entry in index.items:
        some = _items_of(entry, root)
        items += some
        if not some:
            missing.append(entry.file or entry.glob or "?")
    if missing:
        raise PayloadsMissingError(_missing(name, missing, root))
    return Recording(index, items)


def _missing(name: str, missing: Sequence[str], root: Path) -> str:
    shown = "、".join(missing[:SHOWN_MISSING])
    more = f" ほか{len(missing) - SHOWN_MISSING}件" if len(missing) > SHOWN_MISSING else ""
    return (
        f"記録 {name} の実データがありません: {shown}{more}。"
        f"探した場所: {root}（環境変数 HINOMI_SHARED_DATA で変えられます）"
    )


def _items_of(entry: ItemEntry, root: Path) -> list[Item]:
    """Return the payloads of an entry that are there."""
    named = [root / entry.file] if entry.file is not None else sorted(root.glob(entry.glob or "-"))
    there = [file for file in named if file.resolve().is_relative_to(root) and file.is_file()]
    if entry.at is not None and (entry.file or entry.glob):
        groups = [(tuple(there), entry.at)] if there else []
    elif entry.glob is not None and entry.time is not None:
        pattern = re.compile(entry.time)
        groups = [
            ((file,), at) for file in there if (at := _time_in(pattern, file.name)) is not None
        ]
    else:
        message = (
            f"索引の項目 {entry.path!r} には at と file か glob、または glob と time が要ります"
        )
        raise RecordingIndexError(message)
    return [
        Item(
            at=at + timedelta(minutes=entry.delay_min),
            source=entry.source,
            path=at.astimezone(JST).strftime(entry.path),
            files=files,
            cut=entry.cut,
        )
        for files, at in groups
    ]


def _time_in(pattern: re.Pattern[str], name: str) -> datetime | None:
    match = pattern.search(name)
    if match is None:
        return None
    parts = match.groupdict(default="0")
    year, month, day = (int(parts[key]) for key in ("y", "mo", "d"))
    try:
        return datetime(
            year, month, day, int(parts.get("h", 0)), int(parts.get("mi", 0)), tzinfo=JST
        )
    except ValueError:
        return None

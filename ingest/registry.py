"""Finds the sources: every folder below `ingest/sources` with a manifest, validated."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from core.errors import InvalidError, NotFoundError
from ingest.source import Manifest, Source

FOLDER = Path(__file__).parent / "sources"


class ManifestError(InvalidError):
    """A manifest is wrong."""


class UnknownSourceError(NotFoundError):
    """There is no such source."""


def read_manifest(path: Path) -> Manifest:
    """Return a validated manifest.

    Raises
    ------
    ManifestError
        One sentence that names the file and the field.
    """
    try:
        manifest = Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = f"{path.parent.name}/{path.name}: {field}: {first['msg']}"
        raise ManifestError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path.parent.name}/{path.name}: TOML として読めません（{error}）"
        raise ManifestError(message) from error
    if manifest.name != path.parent.name:
        message = f"{path.parent.name}/{path.name}: name はフォルダー名と同じにしてください"
        raise ManifestError(message)
    if manifest.permission and manifest.enabled:
        message = f"{path.parent.name}/{path.name}: 許可の要る情報源は初期状態で切にしてください"
        raise ManifestError(message)
    return manifest


@lru_cache(maxsize=1)
def sources() -> Mapping[str, Source]:
    """Return every source by name, in the order of names."""
    found = {}
    for path in sorted(FOLDER.glob("*/manifest.toml")):
        manifest = read_manifest(path)
        found[manifest.name] = Source(manifest, f"ingest.sources.{manifest.name}")
    return found


def source(name: str) -> Source:
    """Return one source.

    Raises
    ------
    UnknownSourceError
        When no folder has that name.
    """
    try:
        return sources()[name]
    except KeyError as error:
        message = f"情報源 {name!r} はありません（あるもの: {', '.join(sources())}）"
        raise UnknownSourceError(message) from error

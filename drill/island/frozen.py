"""Nested frozen dataclasses of arrays and numbers, kept in one npz file without pickling."""

import dataclasses
import typing
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Arrays = dict[str, npt.NDArray[Any]]


def _flatten(value: object, prefix: str, into: Arrays) -> None:
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        item = getattr(value, field.name)
        if dataclasses.is_dataclass(item):
            _flatten(item, f"{prefix}{field.name}.", into)
        else:
            into[f"{prefix}{field.name}"] = np.asarray(item)


def _restore(kind: type[T], prefix: str, arrays: Arrays) -> T:
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        hint = hints[field.name]
        name = f"{prefix}{field.name}"
        if dataclasses.is_dataclass(hint):
            values[field.name] = _restore(typing.cast("type[Any]", hint), f"{name}.", arrays)
        else:
            array = arrays[name]
            values[field.name] = hint(array.item()) if hint in {int, float, str} else array
    return kind(**values)


def save(value: object, path: Path) -> None:
    """Write a dataclass; the file appears whole or not at all."""
    arrays: Arrays = {}
    _flatten(value, "", arrays)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.draft.npz")
    np.savez(draft, **arrays)  # type: ignore[arg-type]
    draft.replace(path)


def load(kind: type[T], path: Path) -> T:
    """Read a dataclass back.

    Raises
    ------
    KeyError, ValueError, OSError, zipfile.BadZipFile
        When the file is not one written by `save` for this class.
    """
    with path.open("rb") as handle, np.load(handle, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    return _restore(kind, "", arrays)

"""Dataclasses in one file."""

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pytest

from drill.island.frozen import load, save
from drill.island.grid import Floats, Texts


@dataclass(frozen=True)
class Inner:
    """A part."""

    values: Floats
    words: Texts


@dataclass(frozen=True)
class Outer:
    """A whole."""

    count: int
    share: float
    name: str
    inner: Inner


def test_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "x.npz"
    save(Outer(3, 0.5, "火見", Inner(np.arange(3.0), np.array(["一", "二"]))), path)
    back = load(Outer, path)
    assert (back.count, back.share, back.name) == (3, 0.5, "火見")
    assert back.inner.values.tolist() == [0, 1, 2]
    assert back.inner.words.tolist() == ["一", "二"]
    assert [p.name for p in path.parent.iterdir()] == ["x.npz"]


def test_a_file_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(b"PK nothing")
    with pytest.raises((OSError, ValueError, KeyError, BadZipFile)):
        load(Outer, path)

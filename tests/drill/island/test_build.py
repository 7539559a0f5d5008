"""The island as a whole."""

from pathlib import Path

import numpy as np
import pytest

from drill.island import build
from drill.island.build import SEED, Island, cache_path, generate, open_island


def test_the_same_seed_gives_the_same_island(island: Island) -> None:
    again = generate(SEED, island.scale)
    assert np.array_equal(again.heights, island.heights)
    assert np.array_equal(again.roads.lines.points, island.roads.lines.points)
    assert np.array_equal(again.levels.level, island.levels.level)
    assert np.array_equal(again.refuges.heads, island.refuges.heads)
    assert again.settlements.name.tolist() == island.settlements.name.tolist()


def test_another_seed_gives_another_island(island: Island) -> None:
    assert not np.array_equal(generate(SEED + 1, island.scale).land, island.land)


def test_a_broken_cache_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []
    real = build.generate

    def counted(seed: int = SEED, scale: float = 1.0) -> Island:
        made.append(scale)
        return real(seed, scale)

    monkeypatch.setattr(build, "generate", counted)
    first = open_island(tmp_path, 5, 0.02)
    assert np.array_equal(open_island(tmp_path, 5, 0.02).heights, first.heights)
    assert made == [0.02]
    path = cache_path(tmp_path, 5, 0.02)
    path.write_bytes(path.read_bytes()[:5000])
    assert np.array_equal(open_island(tmp_path, 5, 0.02).land, first.land)
    assert made == [0.02, 0.02]

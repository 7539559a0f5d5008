"""Opening worlds."""

from pathlib import Path

import pytest

from drill.recording import PayloadsMissingError, UnknownRecordingError
from drill.world import ISLAND, open_world, payload_folder, worlds


def test_the_island_is_first_and_kept(tmp_path: Path) -> None:
    world = open_world(ISLAND, cache=tmp_path, seed=3, scale=0.02)
    assert "訓練" in world.title
    assert world.incident.started_at == world.start
    assert len(list(tmp_path.glob("island-3-*.npz"))) == 1
    again = open_world(ISLAND, cache=tmp_path, seed=3, scale=0.02)
    asked = ("boundaries", "N03.geojson", world.start, "")
    assert world.answer(*asked).content == again.answer(*asked).content


def test_all_worlds_have_titles_that_say_drill() -> None:
    titles = worlds()
    assert next(iter(titles)) == ISLAND
    assert all("訓練" in title for title in titles.values())


def test_an_unknown_world(tmp_path: Path) -> None:
    with pytest.raises(UnknownRecordingError):
        open_world("atlantis", cache=tmp_path)


def test_a_recording_without_its_payloads(tmp_path: Path) -> None:
    with pytest.raises(PayloadsMissingError, match="N03-21_43"):
        open_world("kumamoto-2026", cache=tmp_path, payloads=tmp_path)


def test_the_payload_folder_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HINOMI_SHARED_DATA", str(tmp_path))
    assert payload_folder() == tmp_path
    monkeypatch.delenv("HINOMI_SHARED_DATA")
    assert payload_folder().name == "data"

"""Recordings: ours made up here, and the three real ones where the records are."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from drill.recording import (
    PayloadsMissingError,
    RecordingIndexError,
    UnknownRecordingError,
    open_recording,
    recordings,
)

INDEX = """
title = "試験【訓練】"
start = 2026-01-01T00:00:00+09:00
end = 2026-01-02T00:00:00+09:00
bounds = [130.0, 31.0, 131.0, 32.0]
credit = "なし"
incident_name = "試験【訓練】"
incident_kind = "heavy_rain"
incident_at = 2026-01-01T00:00:00+09:00
[[items]]
source = "power_hokuriku"
path = "current.csv"
glob = "power/*.csv"
time = '^(?P<y>\\d{4})(?P<mo>\\d{2})(?P<d>\\d{2})(?P<h>\\d{2})(?P<mi>\\d{2})'
[[items]]
source = "river_levels"
path = "%Y/%m/%d/%H/index.json"
file = "river.json"
at = 2026-01-01T05:00:00+09:00
delay_min = 57
"""


def made(folder: Path, index: str = INDEX) -> Path:
    (folder / "power").mkdir()
    (folder / "power" / "202601010100.csv").write_bytes(b"one")
    (folder / "power" / "202601010300.csv").write_bytes(b"two")
    (folder / "power" / "notes.csv").write_bytes(b"no time in the name")
    (folder / "river.json").write_bytes(b"{}")
    (folder / "test-1.toml").write_text(index, encoding="utf-8")
    return folder


def test_the_newest_payload_is_served_under_its_real_name(tmp_path: Path) -> None:
    world = open_recording("test-1", made(tmp_path), tmp_path)
    hour = timedelta(hours=1)
    assert world.answer("power_hokuriku", "current.csv", world.start).status == 404
    first = world.answer("power_hokuriku", "current.csv", world.start + hour)
    assert (first.content, first.file_name) == (b"one", "202601010100.csv")
    assert first.last_modified == world.start + hour
    assert world.answer("power_hokuriku", "current.csv", world.end).content == b"two"
    assert world.answer("power_hokuriku", "other.csv", world.end).status == 404


def test_a_path_may_carry_the_time_and_a_delay(tmp_path: Path) -> None:
    world = open_recording("test-1", made(tmp_path), tmp_path)
    path = "2026/01/01/05/index.json"
    soon = world.start + timedelta(hours=5, minutes=56)
    assert world.answer("river_levels", path, soon).status == 404
    assert world.answer("river_levels", path, soon + timedelta(minutes=1)).content == b"{}"


def test_files_of_one_time_are_published_together(tmp_path: Path) -> None:
    together = """[[items]]
source = "boundaries"
path = "N03.geojson"
at = 2026-01-01T00:00:00+09:00
glob = "power/2026*.csv"
"""
    world = open_recording("test-1", made(tmp_path, INDEX + together), tmp_path)
    answer = world.answer("boundaries", "N03.geojson", world.start)
    assert (answer.status, answer.content_type) == (200, "application/zip")
    assert answer.file_name == "N03.zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        told = {name: packed.read(name) for name in packed.namelist()}
    assert told == {"202601010100.csv": b"one", "202601010300.csv": b"two"}
    again = open_recording("test-1", tmp_path, tmp_path)
    assert again.answer("boundaries", "N03.geojson", world.end).etag == answer.etag


def test_missing_payloads_are_named_with_the_place(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "river.json").unlink()
    with pytest.raises(PayloadsMissingError) as caught:
        open_recording("test-1", tmp_path, tmp_path)
    assert "river.json" in caught.value.message
    assert str(tmp_path) in caught.value.message
    assert "HINOMI_SHARED_DATA" in caught.value.message


def test_files_outside_the_folder_count_as_missing(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.json").write_bytes(b"{}")
    made(inside, INDEX.replace('"river.json"', '"../secret.json"'))
    with pytest.raises(PayloadsMissingError):
        open_recording("test-1", inside, inside)


@pytest.mark.parametrize("name", ["nothing", "../test-1", "", "A" * 99])
def test_unknown_names_say_what_there_is(tmp_path: Path, name: str) -> None:
    made(tmp_path)
    with pytest.raises(UnknownRecordingError, match="test-1"):
        open_recording(name, tmp_path, tmp_path)


@pytest.mark.parametrize(
    "index", ["title = ", 'title = "x"', INDEX.replace("glob =", "# glob ="), "\ud83d"]
)
def test_a_broken_index_is_told(tmp_path: Path, index: str) -> None:
    made(tmp_path, INDEX)
    (tmp_path / "test-1.toml").write_bytes(index.encode("utf-8", errors="surrogatepass"))
    with pytest.raises(RecordingIndexError):
        open_recording("test-1", tmp_path, tmp_path)


def test_our_three_recordings_are_listed(indexes: Path) -> None:
    titles = recordings(indexes)
    assert set(titles) >= {"kumamoto-2026", "noto-2024", "rivers-2025-09"}
    assert all("訓練" in title for title in titles.values())


def test_thirty_river_hours(indexes: Path, shared_data: Path) -> None:
    world = open_recording("rivers-2025-09", indexes, shared_data)
    hours = [world.start + timedelta(hours=hour) for hour in range(-2, 29)]
    found = [world.answer("river_levels", f"{at:%Y/%m/%d/%H}/index.json", at) for at in hours]
    assert [answer.status for answer in found].count(200) == 30
    assert found[1].status == 404  # 18 h was never collected


def test_a_recording_begins_when_its_content_is_there(indexes: Path, shared_data: Path) -> None:
    begun = {
        "kumamoto-2026": ("road_restrictions/latest.zip", "shelter_status/opened.csv",
                          "boundaries/N03.geojson"),
        "noto-2024": ("power_hokuriku/current.csv", "shelter_status/opened.csv",
                      "boundaries/N03.geojson"),
        "rivers-2025-09": ("river_levels/2025/09/12/19/index.json", "boundaries/N03.geojson"),
    }  # fmt: skip
    for name, paths in begun.items():
        world = open_recording(name, indexes, shared_data)
        for source, _, path in (path.partition("/") for path in paths):
            assert world.answer(source, path, world.start).status == 200, (name, source)


def test_the_areas_of_seven_prefectures_lie_under_the_rivers(
    indexes: Path, shared_data: Path
) -> None:
    world = open_recording("rivers-2025-09", indexes, shared_data)
    answer = world.answer("boundaries", "N03.geojson", world.start)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        told = {name[7:9] for name in packed.namelist()}
    assert told == {"08", "09", "17", "35", "38", "41", "43"}


def test_kumamoto_changes_its_closures_on_the_fourth_of_august(
    indexes: Path, shared_data: Path
) -> None:
    world = open_recording("kumamoto-2026", indexes, shared_data)
    early = world.answer("road_restrictions", "latest.zip", world.start)
    late = world.answer("road_restrictions", "latest.zip", world.end)
    assert (early.file_name, late.file_name) == ("2607311600data.zip", "2608041600data.zip")
    before = world.start - timedelta(minutes=1)
    assert world.answer("road_restrictions", "latest.zip", before).status == 404


def test_noto_keeps_the_time_in_the_file_name(indexes: Path, shared_data: Path) -> None:
    world = open_recording("noto-2024", indexes, shared_data)
    assert world.answer("power_hokuriku", "current.csv", world.start).file_name == (
        "202401112000.csv"
    )
    opened = world.answer("shelter_status", "opened.csv", world.start)
    assert opened.file_name == "open_shelter_Nanao-shi_2024-01-11-1800.csv"

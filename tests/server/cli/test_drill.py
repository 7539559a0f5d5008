"""`hinomi drill` against feeds on a real socket."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
import uvicorn
from click.testing import CliRunner, Result

from core.clock import WORLD
from core.errors import UnavailableError
from drill.answer import DrillIncident, FeedAnswer, not_found
from server.cli import drill
from server.cli.drill import NoDrillError
from server.feeds import create_feeds
from server.rehearsal import Rehearsal
from server.stage import Stage

START = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)


class QuietWorld:
    """Plays one source that says nothing."""

    title = "試験【訓練】"
    start = START
    end = START + timedelta(hours=6)
    bounds = (140.0, 30.0, 141.0, 31.0)
    sources = ("river_levels",)
    incident = DrillIncident(name="試験【訓練】", kind="other", started_at=START)

    def answer(self, source: str, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return 404."""
        del source, at, base
        return not_found(path)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(QuietWorld(), None, at=START, speed=1)
    server = uvicorn.Server(uvicorn.Config(create_feeds(made, "t"), port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    monkeypatch.setenv("HINOMI_DRILL_FOLDER", str(tmp_path))
    drill.tell_controls(Rehearsal("island", tmp_path, 1, 1), f"http://127.0.0.1:{port}", "t")
    yield made
    server.should_exit = True
    thread.join(10)
    WORLD.set(None)


def run(*words: str) -> Result:
    return CliRunner().invoke(drill.group, list(words))


def test_the_clock_is_moved(stage: Stage) -> None:
    assert "×1" in run("state").output
    assert "停止中" in run("pause").output
    assert not stage.state.running
    assert "停止中" not in run("resume").output
    assert "×300" in run("speed", "300").output
    assert stage.state.speed == 300


def test_seeking_by_hours_and_by_japan_time(stage: Stage) -> None:
    run("pause")
    assert run("seek", "+2").exit_code == 0
    assert abs(stage.now - START - timedelta(hours=2)) < timedelta(minutes=1)
    assert run("seek", "-1.5").exit_code == 0
    assert abs(stage.now - START - timedelta(minutes=30)) < timedelta(minutes=1)
    assert "2026-07-03 14:00" in run("seek", "2026-07-03T14:00").output
    assert run("seek", "noon").exit_code == 2
    assert run("seek", "+x").exit_code == 2


def test_a_refusal_is_said_in_its_own_words(stage: Stage) -> None:
    result = run("seek", "2027-01-01T00:00")
    assert isinstance(result.exception, NoDrillError)
    assert "までの時刻" in result.exception.message
    assert stage.now < START + timedelta(minutes=1)


def test_a_source_is_broken_and_mended(stage: Stage) -> None:
    assert "silence" in run("fault", "river_levels", "silence").output
    assert "正常" in run("fault", "river_levels", "off").output
    assert run("fault", "river_levels", "explode").exit_code == 2
    assert not stage.broken


def test_the_note_is_for_this_user_alone(stage: Stage, tmp_path: Path) -> None:
    del stage
    note = Rehearsal("island", tmp_path, 1, 1).controls
    assert note.stat().st_mode & 0o077 == 0
    assert drill.find_controls(tmp_path, "island")[1] == "t"
    with pytest.raises(NoDrillError):
        drill.find_controls(tmp_path, "noto-2024")


def test_no_drill_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HINOMI_DRILL_FOLDER", str(tmp_path))
    assert isinstance(run("state").exception, UnavailableError)
    drill.tell_controls(Rehearsal("island", tmp_path, 1, 1), "http://127.0.0.1:9", "t")
    result = run("state")
    assert isinstance(result.exception, NoDrillError)
    assert "応答しません" in result.exception.message


def test_times_are_japanese_unless_they_say_otherwise() -> None:
    assert drill.japan_time("2026-07-03T12:00") == START
    assert drill.japan_time("2026-07-03T03:00+00:00") == START
    with pytest.raises(click.BadParameter):
        drill.japan_time("明日")

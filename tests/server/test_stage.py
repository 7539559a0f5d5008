"""The stage: one clock for all processes, faults, the end."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.clock import WORLD, real
from core.clock_store import read_anchor
from core.db.schema.system import Heartbeat
from core.db.session import Database
from core.settings import DatabaseSettings
from drill import player
from drill.answer import Hang
from drill.faults import Fault
from server.stage import OutsideWorldTimeError, Stage, UnknownSourceError

sys.path.insert(0, str(Path(__file__).parent))
from worlds import START, OneFileWorld


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    yield
    WORLD.set(None)


def test_every_change_is_told_to_all_processes(clean_database: Database) -> None:
    stage = Stage(OneFileWorld(), clean_database, at=START, speed=60)
    stage.change(lambda state, now: player.with_speed(state, now, 120))
    with clean_database.transaction() as session:
        found = read_anchor(session)
    assert found is not None
    anchor, title = found
    assert (anchor.speed, title) == (120, "試験【訓練】")
    assert abs(anchor.at(real()) - stage.now) < timedelta(seconds=5)
    stage.change(player.paused)
    with clean_database.transaction() as session:
        again = read_anchor(session)
    assert again is not None
    assert again[0].speed == 0


def test_the_clock_stops_at_the_end(clean_database: Database) -> None:
    stage = Stage(OneFileWorld(), clean_database, at=START, speed=60)
    stage.seek(OneFileWorld.end - timedelta(seconds=1))
    stage.change(lambda state, now: player.seeked(state, now, OneFileWorld.end))
    stage.tick()
    assert not stage.state.running
    assert stage.now == OneFileWorld.end
    with clean_database.transaction() as session:
        beats = session.query(Heartbeat).all()
    assert [beat.kind for beat in beats] == ["feeds"]
    assert beats[0].detail["running"] is False


def test_a_time_outside_is_refused() -> None:
    stage = Stage(OneFileWorld(), None, at=START, speed=1)
    with pytest.raises(OutsideWorldTimeError, match="2026-07-03 12:00"):
        stage.seek(START + timedelta(days=30))
    assert abs(stage.now - START) < timedelta(seconds=5)


def test_a_fault_belongs_to_one_source() -> None:
    stage = Stage(OneFileWorld(), None, at=START, speed=1)
    stage.break_source("clockwork", Fault.SILENCE)
    assert isinstance(stage.answer("clockwork", "now.json", "")[0], Hang)
    assert not isinstance(stage.answer("other", "now.json", "")[0], Hang)
    stage.break_source("clockwork", None)
    assert not isinstance(stage.answer("clockwork", "now.json", "")[0], Hang)
    with pytest.raises(UnknownSourceError):
        stage.break_source("nowhere", Fault.ERROR)


def test_a_skewed_clock_answers_with_another_time() -> None:
    stage = Stage(OneFileWorld(), None, at=START, speed=1)
    stage.break_source("clockwork", Fault.CLOCK_SKEW)
    answer, _ = stage.answer("clockwork", "now.json", "")
    assert not isinstance(answer, Hang)
    assert b"2026-07-03T06:00" in answer.content


def test_a_lost_database_does_not_stop_the_world() -> None:
    gone = Database("postgresql://nobody@127.0.0.1:1/none", DatabaseSettings())
    stage = Stage(OneFileWorld(), gone, at=START, speed=60)
    stage.tick()
    stage.change(player.paused)
    answer, promised = stage.answer("clockwork", "now.json", "")
    assert not isinstance(answer, Hang)
    assert (answer.status, promised) == (200, None)
    gone.close()

"""All processes of a drill share one anchor."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock_store
from core.clock import Anchor, WorldClock, real
from core.db.session import Database
from core.events import Hub
from core.settings import DatabaseSettings

WORLD = datetime(2024, 1, 1, 7, 10, tzinfo=UTC)


def wait_for(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def hub(database: Database) -> Iterator[Hub]:
    made = Hub(database.url, retry_s=0.05)
    made.start()
    yield made
    made.stop()


def test_an_anchor_is_written_and_read(session: Session) -> None:
    assert clock_store.read_anchor(session) is None
    anchor = Anchor(real(), WORLD, 60.0)
    clock_store.write_anchor(session, anchor, "能登【訓練】")
    assert clock_store.read_anchor(session) == (anchor, "能登【訓練】")
    later = Anchor(real(), WORLD + timedelta(hours=1), 0.0)
    clock_store.write_anchor(session, later, "能登【訓練】")
    session.expire_all()
    assert clock_store.read_anchor(session) == (later, "能登【訓練】")


def test_a_process_follows_what_the_player_sets(clean_database: Database, hub: Hub) -> None:
    clock = WorldClock()
    with clean_database.transaction() as session:
        clock_store.write_anchor(session, Anchor(real(), WORLD, 0.0), "x")
    end = clock_store.follow(clean_database, hub, clock)
    assert clock.now() == WORLD, "at once, without waiting for a notice"
    wait_for(lambda: hub.connected)
    with clean_database.transaction() as session:
        clock_store.write_anchor(session, Anchor(real(), WORLD, 600.0), "x")
    wait_for(lambda: clock.speed == 600.0)
    end()


def test_without_a_database_the_anchor_stays(hub: Hub) -> None:
    anchor = Anchor(real(), WORLD, 60.0)
    clock = WorldClock(anchor)
    nowhere = Database("postgresql://nobody@/none?host=%2Fnonexistent", DatabaseSettings())
    clock_store.follow(nowhere, hub, clock)()
    assert clock.anchor == anchor
    nowhere.close()

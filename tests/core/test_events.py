"""What changed is told to every process, and a lost connection comes back by itself."""

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from core import events
from core.db.cluster import OWNER, Cluster
from core.db.schema.system import Heartbeat
from core.db.session import Database
from core.events import Hub, Message

PATIENCE_S = 15.0


class Heard:
    """What a listener heard, in order."""

    def __init__(self) -> None:
        self.messages: queue.Queue[Message] = queue.Queue()

    def __call__(self, message: Message) -> None:
        """Take a message."""
        self.messages.put(message)

    def wait(self, **wanted: Any) -> Message:
        """Return the next message that has these fields."""
        end = time.monotonic() + PATIENCE_S
        while (left := end - time.monotonic()) > 0:
            message = self.messages.get(timeout=left)
            if wanted.items() <= message.items():
                return message
        pytest.fail(f"never heard {wanted}")


@pytest.fixture
def start(database: Database) -> Iterator[Callable[[], tuple[Hub, Heard]]]:
    hubs: list[Hub] = []

    def make() -> tuple[Hub, Heard]:
        hub, heard = Hub(database.url, retry_s=0.05), Heard()
        hub.subscribe(heard)
        hub.start()
        hubs.append(hub)
        heard.wait(topic="reconnected")
        return hub, heard

    yield make
    for hub in hubs:
        hub.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "events"]


def test_a_notice_is_heard_on_commit(
    clean_database: Database, start: Callable[[], tuple[Hub, Heard]]
) -> None:
    hub, heard = start()
    with clean_database.transaction() as session:
        events.notify(session, "source", name="river_levels")
    assert heard.wait(topic="source")["name"] == "river_levels"
    assert hub.connected


def test_a_deed_undone_is_not_told(
    clean_database: Database, start: Callable[[], tuple[Hub, Heard]]
) -> None:
    _, heard = start()
    with pytest.raises(RuntimeError), clean_database.transaction() as session:  # noqa: PT012
        events.notify(session, "source", name="undone")
        raise RuntimeError
    with clean_database.transaction() as session:
        events.notify(session, "source", name="done")
    assert heard.wait(topic="source")["name"] == "done"


def test_a_written_table_tells_its_version(
    clean_database: Database, start: Callable[[], tuple[Hub, Heard]]
) -> None:
    _, heard = start()
    with clean_database.transaction() as session:
        session.execute(
            text("INSERT INTO incident (name, kind, began_at) VALUES ('x','flood',now())")
        )
        version = session.scalar(text("SELECT version FROM table_version WHERE name='incident'"))
    assert heard.wait(topic="table", name="incident")["version"] == version


def test_a_broken_connection_comes_back_and_says_so(
    cluster: Cluster, clean_database: Database, start: Callable[[], tuple[Hub, Heard]],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    _, heard = start()
    name = clean_database.engine.url.database
    with (
        caplog.at_level(logging.WARNING, "core.events"),
        psycopg.connect(cluster.url("postgres", OWNER), autocommit=True) as owner,
    ):
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND query LIKE 'LISTEN%%' OR datname = %s AND query = 'SELECT 1'",
            [name, name],
        )
        heard.wait(topic="reconnected")
    with clean_database.transaction() as session:
        events.notify(session, "clock")
    heard.wait(topic="clock")
    assert "connection lost" in caplog.text


def test_one_listener_cannot_deafen_the_others(
    clean_database: Database, start: Callable[[], tuple[Hub, Heard]],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    hub, heard = start()

    def broken(message: Message) -> None:
        raise ValueError(message)

    hub.subscribe(broken)
    with caplog.at_level(logging.ERROR, "core.events"):
        for name in ("a", "b"):
            with clean_database.transaction() as session:
                events.notify(session, "source", name=name)
            heard.wait(topic="source", name=name)


def test_nonsense_on_the_channel_is_passed_over(
    clean_database: Database, start: Callable[[], tuple[Hub, Heard]],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    _, heard = start()
    with caplog.at_level(logging.WARNING, "core.events"):
        for payload in ("not json", json.dumps([1, 2]), json.dumps({"topic": "fine"})):
            with clean_database.transaction() as session:
                session.execute(text("SELECT pg_notify('hinomi', :p)"), {"p": payload})
        assert heard.wait(topic="fine")
    assert "not JSON" in caplog.text


def test_who_unsubscribed_hears_nothing_more(
    clean_database: Database, start: Callable[[], tuple[Hub, Heard]]
) -> None:
    hub, heard = start()
    gone = Heard()
    hub.subscribe(gone)()
    with clean_database.transaction() as session:
        events.notify(session, "clock")
    heard.wait(topic="clock")
    assert gone.messages.empty()


def test_a_hub_without_a_database_keeps_trying() -> None:
    hub = Hub("postgresql://nobody@/none?host=%2Fnonexistent", retry_s=0.01)
    hub.start()
    hub.start()
    assert not hub.connected
    hub.stop()
    hub.stop()


def test_a_heartbeat_is_one_row_per_process(clean_database: Database) -> None:
    for count in (1, 2):
        with clean_database.transaction() as session:
            events.beat(session, "worker:here:1", "worker", {"count": count})
    with clean_database.transaction() as session:
        (row,) = session.scalars(select(Heartbeat)).all()
    assert row.detail == {"count": 2}

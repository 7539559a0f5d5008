"""LISTEN/NOTIFY: what changed in PostGIS, told to every process within milliseconds.

Messages are JSON objects with a `topic`: `table` (name, version), `event` (id), `source` (name),
`clock`, `incident`. After a lost connection the hub says `reconnected`: anything may have changed.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.clock import real
from core.db.schema.system import Heartbeat

CHANNEL = "hinomi"
LOG = logging.getLogger(__name__)

Message = Mapping[str, Any]
Listener = Callable[[Message], None]


def notify(session: Session, topic: str, **fields: object) -> None:
    """Tell every process something, when this transaction commits."""
    session.execute(
        text("SELECT pg_notify(:channel, :payload)"),
        {"channel": CHANNEL, "payload": json.dumps({"topic": topic, **fields})},
    )


def beat(session: Session, process: str, kind: str, detail: Mapping[str, object]) -> None:
    """Say that a process lives, in real time."""
    values = {"process": process, "kind": kind, "at": real(), "detail": dict(detail)}
    statement = insert(Heartbeat).values(values)
    changed = {name: statement.excluded[name] for name in ("kind", "at", "detail")}
    session.execute(statement.on_conflict_do_update(index_elements=["process"], set_=changed))


class Hub:
    """One listener thread per process; reconnects by itself."""

    def __init__(self, url: str, *, retry_s: float = 1.0) -> None:
        self._url = url
        self._retry_s = retry_s
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.connected = False
        """Whether changes are being heard right now."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call a listener for every message, in the hub's thread; return how to end that."""
        with self._lock:
            self._listeners.add(listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners.discard(listener)

        return unsubscribe

    def start(self) -> None:
        """Begin to listen; does not wait for the database."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="events", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                LOG.warning("events: connection lost: %s", type(error).__name__)
            self.connected = False
            self._stop.wait(self._retry_s)

    def _listen(self) -> None:
        with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self.connected = True
            self._tell({"topic": "reconnected"})
            while not self._stop.is_set():
                for notice in connection.notifies(timeout=0.5):
                    self._hear(notice.payload)
                    if self._stop.is_set():
                        return
                # A dead server is otherwise noticed only at the next message.
                connection.execute("SELECT 1")

    def _hear(self, payload: str) -> None:
        try:
            message = json.loads(payload)
        except ValueError:
            LOG.warning("events: not JSON: %.80s", payload)
            return
        if isinstance(message, dict):
            self._tell(message)

    def _tell(self, message: Message) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(message)
            except Exception:
                LOG.exception("events: a listener failed")

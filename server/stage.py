"""What a drill plays right now: the world, where its clock stands, what is broken on purpose."""

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from core import events
from core.clock import WORLD, Anchor, real, tokyo
from core.clock_store import write_anchor
from core.db.session import Database, DatabaseGoneError
from core.errors import InvalidError, NotFoundError
from drill import faults, player
from drill.answer import FeedAnswer, Hang, World
from drill.faults import Fault
from drill.player import PlayerState

LOG = logging.getLogger(__name__)
TICK_S = 5.0


class UnknownSourceError(NotFoundError):
    """The world that is played has no such source."""


class OutsideWorldTimeError(InvalidError):
    """Nothing is played at that time."""


class Stage:
    """The world being played; every change goes to the database, so that all processes share it."""

    def __init__(
        self, world: World, database: Database | None, *, at: datetime, speed: float
    ) -> None:
        self.world = world
        self.broken: dict[str, Fault] = {}
        self._database = database
        self._lock = threading.RLock()
        self._telling = threading.Lock()
        self._state = player.started(at, real(), speed)
        self._told = False

    @property
    def state(self) -> PlayerState:
        """Return how the clock runs."""
        with self._lock:
            return self._state

    @property
    def now(self) -> datetime:
        """Return world time."""
        return player.world_time(self.state, real())

    def change(self, how: Callable[[PlayerState, datetime], PlayerState]) -> None:
        """Set the clock another way and tell everybody (later, if the database is gone)."""
        with self._lock:
            self._state = how(self._state, real())
            self._told = False
        self.tell()

    def seek(self, world: datetime) -> None:
        """Jump to a world time.

        Raises
        ------
        OutsideWorldTimeError
            When nothing is played then.
        """
        if not self.world.start - timedelta(days=1) <= world <= self.world.end:
            start, end = tokyo(self.world.start), tokyo(self.world.end)
            message = f"{start:%Y-%m-%d %H:%M} から {end:%Y-%m-%d %H:%M} までの時刻にしてください"
            raise OutsideWorldTimeError(message)
        self.change(lambda state, now: player.seeked(state, now, world))

    def break_source(self, source: str, fault: Fault | None) -> None:
        """Switch a fault of one source on, or all of its faults off.

        Raises
        ------
        UnknownSourceError
            When the world does not play that source.
        """
        if source not in self.world.sources:
            message = f"この訓練に情報源 {source} はありません"
            raise UnknownSourceError(message)
        with self._lock:
            self.broken.pop(source, None)
            if fault is not None:
                self.broken[source] = fault
        LOG.info("fault of %s: %s", source, fault)

    def answer(self, source: str, path: str, base: str) -> tuple[FeedAnswer | Hang, int | None]:
        """Return what goes over the wire; and the bytes promised, where fewer are sent."""
        fault = self.broken.get(source)
        at = faults.world_at(fault, self.now)
        whole = self.world.answer(source, path, at, base)
        promised = len(whole.content) if fault is Fault.TRUNCATED else None
        return faults.apply(fault, whole), promised

    def describe(self) -> dict[str, Any]:
        """Return what a person at the controls wants to know."""
        state, now = self.state, self.now
        return {
            "title": self.world.title,
            "world": now.isoformat(),
            "start": self.world.start.isoformat(),
            "end": self.world.end.isoformat(),
            "speed": state.speed,
            "running": state.running,
            "sources": {name: self.broken.get(name) for name in self.world.sources},
        }

    def tell(self) -> None:
        """Write the anchor where all processes read it."""
        # Not under the lock of the clock: a lost database must not hold up the feeds.
        with self._telling:
            state = self.state
            speed = state.speed if state.running else 0.0
            anchor = Anchor(state.anchor_real, state.anchor_world, speed)
            WORLD.set(anchor)
            if self._database is not None:
                try:
                    with self._database.transaction() as session:
                        write_anchor(session, anchor, self.world.title)
                except DatabaseGoneError:
                    LOG.warning("the database is gone; the clock is written when it is back")
                    return
            with self._lock:
                self._told = self._state == state

    def tick(self) -> None:
        """Say that this process lives; catch up with what could not be told; stop at the end."""
        if self.state.running and self.now >= self.world.end:
            LOG.info("the end is reached; the clock stops there")
            end = self.world.end
            self.change(lambda state, now: player.paused(player.seeked(state, now, end), now))
        if not self._told:
            self.tell()
        if self._database is None:
            return
        try:
            with self._database.transaction() as session:
                process = f"feeds:{socket.gethostname()}:{os.getpid()}"
                events.beat(session, process, "feeds", self.describe())
        except DatabaseGoneError:
            LOG.debug("no heartbeat: the database is gone")

"""The live line: one hub per web process turns NOTIFY into differences for every open screen.

A change is queried once, not once per client; each client has a bounded queue, and one that does
not keep up is told to start afresh. Why server-sent events: docs/decisions/0003-live-updates.md.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections import Counter, deque
from collections.abc import Mapping
from typing import Annotated, Any, Protocol

import orjson
from fastapi import APIRouter, Query, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response, StreamingResponse

from core import clock
from core.errors import UnavailableError
from core.events import Hub, Message
from layers.features import Collection, difference
from server.screens import Client, Frame, encode, stream

LOG = logging.getLogger(__name__)

COALESCE_S = 0.1
"""Changes within so long are one."""
BOARD_EVERY_S = 10.0
"""Ages move on their own: numbers, source states and station states are looked at this often."""
BOARD_AT_MOST_S = 1.0
CLOCK_EVERY_S = 5.0
"""A screen that hears nothing for 15 s holds the line for dead."""
RETRY_S = 2.0
MAX_DIFF_BYTES = 1_000_000
"""A larger difference is not sent: the screens fetch the layer, compressed."""
RING = 300
EVENTS_AT_HELLO = 12
NO_LAYER = ""
FULL = "開いている画面が多すぎます。少し待ってからもう一度お試しください。"


class TooManyScreensError(UnavailableError):
    """Too many screens are open."""


class Reader(Protocol):
    """What the hub reads (`server.board.Board`); all of it blocks."""

    @property
    def small(self) -> frozenset[str]:
        """Return the layers sent as differences."""

    def versions(self) -> dict[str, int]:
        """Return the version of every layer."""

    def collection(self, layer: str) -> Collection:
        """Return a small layer as it is now."""

    def summary(self, known: Mapping[str, Collection] | None = None) -> dict[str, Any]:
        """Return the wall's numbers, with `sources`: how every source is doing."""

    def events(self, after: int | None, limit: int) -> list[dict[str, Any]]:
        """Return lines of the event log, oldest first."""

    def world(self) -> dict[str, Any]:
        """Return world time and what is played."""

    def time(self) -> dict[str, Any]:
        """Return world time without asking the database."""


class LiveHub:
    """Watches the database for all open screens of this process; idle while there is none."""

    def __init__(
        self, reader: Reader, events: Hub, *, build: str = "", max_clients: int = 300
    ) -> None:
        self._reader = reader
        self._build = build
        self._events = events
        self._max_clients = max_clients
        self.instance = secrets.token_hex(4)
        """Tells a restarted server from the same one."""
        self.clients: dict[Client, None] = {}
        """Open screens, the oldest first."""
        self.trouble_since: str | None = None
        """World time since which the database is gone; None while it answers."""
        self._states: dict[str, Collection] = {}
        self._read_at: dict[str, float] = {}
        self._versions: dict[str, int] = {}
        self._ring: deque[Frame] = deque(maxlen=RING)
        self._number = 0
        self._event_id: int | None = None
        self._recent: deque[dict[str, Any]] = deque(maxlen=EVENTS_AT_HELLO)
        self._board: list[tuple[str, object]] = []
        self._board_at = self._clock_at = -BOARD_EVERY_S
        self._dirty = False
        self._fresh = False
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._exits = contextlib.ExitStack()

    def make_room(self, holder: str) -> bool:
        """Tell whether one more screen of a holder is let in.

        When all places are taken, whoever has most gives the oldest of them up, so that nobody
        can keep the others' screens dark by opening hundreds.
        """
        if len(self.clients) < self._max_clients:
            return True
        held = Counter(client.holder for client in self.clients)
        most, count = held.most_common(1)[0]
        if count <= held[holder] + 1:
            return False
        oldest = next(client for client in self.clients if client.holder == most)
        oldest.drop()
        self.leave(oldest)
        return True

    async def start(self) -> None:
        """Begin to listen; call once, in the event loop that serves."""
        loop = asyncio.get_running_loop()

        def heard(message: Message) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closing
                loop.call_soon_threadsafe(self._hear, message)

        self._exits.callback(self._events.subscribe(heard))
        self._task = loop.create_task(self._run(), name="live")

    async def stop(self) -> None:
        """End every stream and stop watching."""
        self._exits.close()
        # `wait_for` may swallow a cancellation that meets its own result (Python 3.11); then the
        # flag ends the loop.
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for client in list(self.clients):
            client.lost = True
            while not client.queue.empty():
                client.queue.get_nowait()
            client.queue.put_nowait(None)

    def join(self, layers: frozenset[str], last: str = "", holder: str = "") -> Client:
        """Let a screen in; `last` is the number of the last message it has."""
        client = Client(layers, holder)
        if self._fresh and self.trouble_since is None:
            missed = self._missed(last)
            if missed is None:
                self._greet(client)
            else:
                client.give(encode("hello", self._hello(resumed=True)))
                client.greeted = True
                for frame in missed:
                    if client.wants(frame.layer):
                        client.give(frame.content)
        self.clients[client] = None
        self._wake.set()
        return client

    def leave(self, client: Client) -> None:
        """Forget a screen."""
        self.clients.pop(client, None)

    def _hear(self, message: Message) -> None:
        if message.get("topic") == "clock":
            self._clock_at = -BOARD_EVERY_S
        self._dirty = True
        self._wake.set()

    async def _run(self) -> None:
        while not self._stopping:
            if not self.clients:
                self._rest()
            pause = RETRY_S if self.trouble_since else 1.0
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause if self.clients else None)
            self._wake.clear()
            if not self.clients:
                continue
            if self._dirty:
                await asyncio.sleep(COALESCE_S)
            try:
                await self._look()
            except (UnavailableError, SQLAlchemyError) as error:
                self._fail(error)
                await asyncio.sleep(RETRY_S / 2)
            except Exception as error:
                LOG.exception("live: looking failed")
                self._fail(error)
                await asyncio.sleep(RETRY_S)

    def _rest(self) -> None:
        """Nobody looks: keep nothing, so that nothing is stale when somebody does."""
        self._states.clear()
        self._ring.clear()
        self._fresh = False
        self._event_id = None

    async def _look(self) -> None:
        """Read what changed and tell it; raises when the database does not answer."""
        dirty, self._dirty = self._dirty, False
        now = time.monotonic()
        due = now - self._board_at
        deaf = not self._events.connected
        if not (dirty or deaf or due >= BOARD_EVERY_S or self.trouble_since or not self._fresh):
            await self._tick(now)
            return
        try:
            await self._layers(aged=now - BOARD_EVERY_S)
            await self._log()
            if due >= BOARD_AT_MOST_S:
                await self._numbers(now)
            else:
                self._dirty = True  # the numbers follow within a second
        except BaseException:
            self._dirty = True
            raise
        recovered, self.trouble_since = self.trouble_since is not None, None
        self._fresh = True
        for client in list(self.clients):
            if recovered or not client.greeted:
                self._greet(client)
        await self._tick(now)

    async def _layers(self, aged: float) -> None:
        versions = await asyncio.to_thread(self._reader.versions)
        for layer in sorted(self._reader.small):
            before = self._states.get(layer)
            same = before is not None and before["version"] == versions[layer]
            if same and self._read_at[layer] > aged:
                continue
            self._read_at[layer] = time.monotonic()
            now = await asyncio.to_thread(self._reader.collection, layer)
            self._states[layer] = now
            versions[layer] = now["version"]
            if before is not None:
                self._differ(layer, difference(before, now))
        for layer, version in versions.items():
            known = self._versions.get(layer)
            if layer not in self._reader.small and known is not None and known != version:
                self._tell("version", {"layer": layer, "version": version}, layer)
        self._versions = versions

    def _differ(self, layer: str, change: dict[str, Any]) -> None:
        if not (change["upsert"] or change["remove"] or change["from"] != change["to"]):
            return
        told = {"layer": layer, **change}
        if len(orjson.dumps(told)) > MAX_DIFF_BYTES:
            told = {**told, "from": -1, "upsert": [], "remove": []}
        self._tell("diff", told, layer)

    async def _log(self) -> None:
        after = self._event_id
        limit = EVENTS_AT_HELLO if after is None else RING
        rows = await asyncio.to_thread(self._reader.events, after, limit)
        for row in rows:
            self._event_id = int(row["id"])
            self._recent.append(row)
            if after is not None:
                self._tell("event", row)
        if after is None and not rows:
            self._event_id = 0

    async def _numbers(self, now: float) -> None:
        known = dict(self._states)
        summary = await asyncio.to_thread(self._reader.summary, known)
        sources = summary.pop("sources")
        self._board_at = now
        self._board = [("sources", sources), ("summary", summary)]
        for kind, content in self._board:
            self._tell(kind, content)

    async def _tick(self, now: float) -> None:
        if now - self._clock_at >= CLOCK_EVERY_S:
            self._clock_at = now
            self._tell("clock", self._reader.time())

    def _hello(self, *, resumed: bool) -> dict[str, Any]:
        return {
            "server_instance": self.instance,
            "build": self._build,
            "versions": self._versions,
            "world": self._reader.time(),
            "events": list(self._recent),
            "resumed": resumed,
        }

    def _greet(self, client: Client) -> None:
        client.greeted, client.troubled = True, False
        client.give(encode("hello", self._hello(resumed=False), self._mark(self._number)))
        for kind, content in self._board:
            client.give(encode(kind, content))

    def _tell(self, kind: str, content: object, layer: str = NO_LAYER) -> None:
        self._number += 1
        frame = Frame(self._number, layer, encode(kind, content, self._mark(self._number)))
        self._ring.append(frame)
        for client in list(self.clients):
            if client.greeted and client.wants(layer):
                client.give(frame.content)

    def _fail(self, error: Exception) -> None:
        if self.trouble_since is None:
            LOG.warning("live: %s", type(error).__name__)
            self.trouble_since = clock.world().isoformat(timespec="seconds")
        told = encode("trouble", {"since": self.trouble_since, **self._reader.time()})
        for client in list(self.clients):
            # Said again each time: it is also the sign that this server itself lives.
            client.troubled = True
            client.give(told)

    def _mark(self, number: int) -> str:
        return f"{self.instance}.{number}"

    def _missed(self, last: str) -> list[Frame] | None:
        """Return the messages after one; None when they are no longer all there."""
        instance, _, number = last.partition(".")
        if instance != self.instance or not number.isdigit() or not self._ring:
            return None
        seen = int(number[:18])
        if not self._ring[0].number - 1 <= seen <= self._number:
            return None
        return [frame for frame in self._ring if frame.number > seen]


router = APIRouter()


def holder_of(request: Request) -> str:
    """Return whose screen it is: the account or display, or the address of an open wall."""
    actor = getattr(request.state, "actor", None)
    if actor is None or actor.id == 0:
        return request.client.host if request.client else ""
    return f"{actor.kind}:{actor.id}"


@router.get("/api/live", include_in_schema=False)
async def live(
    request: Request,
    layers: Annotated[str, Query(max_length=400)] = "",
    last: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Answer with the stream of changes; the hub stands in `app.state.live`."""
    hub: LiveHub = request.app.state.live
    holder = holder_of(request)
    if not hub.make_room(holder):
        raise TooManyScreensError(FULL)
    wanted = frozenset(name for name in layers.split(",") if name)
    client = hub.join(wanted, request.headers.get("last-event-id") or last, holder)
    headers = {
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
        "Content-Encoding": "identity",
    }
    return StreamingResponse(
        stream(client, hub.leave), media_type="text/event-stream", headers=headers
    )

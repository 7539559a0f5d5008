"""The live line: one reading for all screens, differences in order, trouble and return."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI, Request

from core.auth.actor import Actor, ActorKind, Role
from core.clock import world
from core.db.session import Database, DatabaseGoneError
from core.events import Hub, Listener
from layers.catalog import load_catalog
from server import live, problems, security
from server.board import Board
from server.live import LiveHub
from server.screens import Client
from tests.e2e import wall_town

WITHIN_S = 5.0


class Notices(Hub):
    """LISTEN/NOTIFY spoken by the test."""

    def __init__(self) -> None:
        super().__init__("")
        self.connected = True
        self.listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Remember a listener."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def say(self, **message: Any) -> None:
        """Tell every listener."""
        for listener in self.listeners:
            listener(message)


class Reading:
    """A board whose content the test sets; counts how often it is read."""

    small = frozenset({"rain", "rivers"})

    def __init__(self) -> None:
        self.gone = False
        self.reads: list[str] = []
        self.numbers = {"rain": 1, "rivers": 1, "roads": 10}
        self.features: dict[str, dict[str, Any]] = {"rain": {}, "rivers": {}}
        self.log: list[dict[str, Any]] = []

    def set(self, layer: str, **features: Any) -> None:
        """Change features of a layer by id."""
        self.features[layer] |= features
        self.numbers[layer] += 1

    def versions(self) -> dict[str, int]:
        """Return what the test set."""
        if self.gone:
            raise DatabaseGoneError
        return dict(self.numbers)

    def collection(self, layer: str) -> dict[str, Any]:
        """Return the features the test set."""
        self.reads.append(layer)
        told = [{"id": key, "properties": value} for key, value in self.features[layer].items()]
        return {"version": self.numbers[layer], "features": told}

    def summary(self, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return which layers were at hand."""
        self.reads.append("summary")
        return {"held": sorted(known or {}), "sources": [{"source": "s", "state": "ok"}]}

    def events(self, after: int | None, limit: int) -> list[dict[str, Any]]:
        """Return the log the test wrote."""
        rows = self.log if after is None else [row for row in self.log if row["id"] > after]
        return rows[-limit:]

    def world(self) -> dict[str, Any]:
        """Return a fixed time."""
        return self.time()

    def time(self) -> dict[str, Any]:
        """Return a fixed time."""
        return {"at": "2026-07-03T00:00:00+00:00", "speed": 1.0, "drill": False}


def parsed(content: bytes | None) -> tuple[str, Any, str]:
    """Return kind, data and number of one message."""
    assert content is not None
    fields = dict(line.split(": ", 1) for line in content.decode().strip().split("\n"))
    return fields["event"], json.loads(fields["data"]), fields.get("id", "")


async def hear(client: Client, kind: str) -> tuple[Any, str]:
    """Return the next message of a kind."""

    async def wait() -> tuple[Any, str]:
        while True:
            told, data, number = parsed(await client.queue.get())
            if told == kind:
                return data, number

    return await asyncio.wait_for(wait(), WITHIN_S)


def with_hub(story: Callable[[LiveHub, Reading, Notices], Awaitable[None]], **options: Any) -> None:
    """Run a story on a hub of its own."""

    async def run() -> None:
        reading, notices = Reading(), Notices()
        hub = LiveHub(reading, notices, **options)
        await hub.start()
        try:
            await story(hub, reading, notices)
        finally:
            await hub.stop()
        assert notices.listeners == []

    asyncio.run(run())


def test_a_screen_is_greeted_and_given_the_numbers() -> None:
    async def story(hub: LiveHub, reading: Reading, _: Notices) -> None:
        reading.log = [{"id": 3, "text_ja": "越えた"}]
        client = hub.join(frozenset())
        hello, _ = await hear(client, "hello")
        assert hello["server_instance"] == hub.instance
        assert hello["build"] == "b1"
        assert hello["versions"] == {"rain": 1, "rivers": 1, "roads": 10}
        assert hello["events"] == [{"id": 3, "text_ja": "越えた"}]
        assert (await hear(client, "sources"))[0] == [{"source": "s", "state": "ok"}]
        assert (await hear(client, "summary"))[0] == {"held": ["rain", "rivers"]}

    with_hub(story, build="b1")


def test_a_change_reaches_all_screens_from_one_reading() -> None:
    async def story(hub: LiveHub, reading: Reading, notices: Notices) -> None:
        clients = [hub.join(frozenset({"rain"})) for _ in range(5)]
        for client in clients:
            await hear(client, "hello")
        reading.reads.clear()
        reading.set("rain", a={"value": 5}, b={"value": 0})
        notices.say(topic="table", name="latest", version=9)
        for client in clients:
            diff, _ = await hear(client, "diff")
            assert diff == {
                "layer": "rain", "from": 1, "to": 2, "remove": [],
                "upsert": [{"id": "a", "properties": {"value": 5}},
                           {"id": "b", "properties": {"value": 0}}],
            }  # fmt: skip
        assert reading.reads.count("rain") == 1
        assert reading.reads.count("rivers") == 0

    with_hub(story)


def test_many_notices_become_one_reading() -> None:
    async def story(hub: LiveHub, reading: Reading, notices: Notices) -> None:
        client = hub.join(frozenset())
        await hear(client, "hello")
        reading.reads.clear()
        for number in range(50):
            reading.set("rain", a={"value": number})
            notices.say(topic="table", name="latest", version=number)
        diff, _ = await hear(client, "diff")
        assert diff["upsert"] == [{"id": "a", "properties": {"value": 49}}]
        assert reading.reads.count("rain") == 1

    with_hub(story)


def test_a_screen_hears_nothing_of_layers_it_does_not_show() -> None:
    async def story(hub: LiveHub, reading: Reading, notices: Notices) -> None:
        client = hub.join(frozenset({"rivers"}))
        await hear(client, "hello")
        reading.set("rain", a={"value": 5})
        reading.set("rivers", r={"value": 2})
        notices.say(topic="table")
        assert (await hear(client, "diff"))[0]["layer"] == "rivers"

    with_hub(story)


def test_a_tile_layer_tells_its_version_alone() -> None:
    async def story(hub: LiveHub, reading: Reading, notices: Notices) -> None:
        client = hub.join(frozenset())
        await hear(client, "hello")
        reading.numbers["roads"] = 11
        notices.say(topic="table", name="road_link")
        assert (await hear(client, "version"))[0] == {"layer": "roads", "version": 11}

    with_hub(story)


def test_each_new_event_is_told_once() -> None:
    async def story(hub: LiveHub, reading: Reading, notices: Notices) -> None:
        client = hub.join(frozenset())
        await hear(client, "hello")
        reading.log.append({"id": 1, "text_ja": "一"})
        notices.say(topic="event", id=1)
        assert (await hear(client, "event"))[0]["id"] == 1
        reading.log.append({"id": 2, "text_ja": "二"})
        notices.say(topic="event", id=2)
        assert (await hear(client, "event"))[0]["id"] == 2

    with_hub(story)


def test_a_difference_too_large_to_send_makes_screens_fetch() -> None:
    async def story(hub: LiveHub, reading: Reading, notices: Notices) -> None:
        client = hub.join(frozenset())
        await hear(client, "hello")
        reading.set("rain", a={"text": "雨" * 400_000})
        notices.say(topic="table")
        diff, _ = await hear(client, "diff")
        assert (diff["from"], diff["to"], diff["upsert"]) == (-1, 2, [])

    with_hub(story)


def test_what_was_missed_is_told_again() -> None:
    async def story(hub: LiveHub, reading: Reading, notices: Notices) -> None:
        client, other = hub.join(frozenset()), hub.join(frozenset())
        await hear(client, "hello")
        _, number = await hear(client, "summary")
        hub.leave(client)
        await hear(other, "hello")
        reading.set("rain", a={"value": 5})
        notices.say(topic="table")
        await hear(other, "diff")
        again = hub.join(frozenset(), number or f"{hub.instance}.2")
        assert (await hear(again, "hello"))[0]["resumed"] is True
        assert (await hear(again, "diff"))[0]["upsert"][0]["id"] == "a"

    with_hub(story)


@pytest.mark.parametrize("last", ["other.3", "nonsense", "{instance}.999999", "{instance}.x", ""])
def test_who_cannot_be_resumed_starts_afresh(last: str) -> None:
    async def story(hub: LiveHub, _reading: Reading, _notices: Notices) -> None:
        first = hub.join(frozenset())
        await hear(first, "hello")
        client = hub.join(frozenset(), last.format(instance=hub.instance))
        assert (await hear(client, "hello"))[0]["resumed"] is False

    with_hub(story)


def test_a_lost_database_is_said_and_its_return_greets_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "RETRY_S", 0.1)

    async def story(hub: LiveHub, reading: Reading, notices: Notices) -> None:
        client = hub.join(frozenset())
        await hear(client, "hello")
        reading.gone = True
        notices.say(topic="reconnected")
        since = (await hear(client, "trouble"))[0]["since"]
        late = hub.join(frozenset())
        assert (await hear(late, "trouble"))[0]["since"] == since
        reading.set("rain", a={"value": 7})
        reading.gone = False
        for one in (client, late):
            hello, _ = await hear(one, "hello")
            assert hello["resumed"] is False
            assert hello["versions"]["rain"] == 2
        assert hub.trouble_since is None

    with_hub(story)


def test_an_unforeseen_fault_does_not_end_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "RETRY_S", 0.1)

    async def story(hub: LiveHub, reading: Reading, notices: Notices) -> None:
        client = hub.join(frozenset())
        await hear(client, "hello")
        del reading.numbers["rain"]
        notices.say(topic="table")
        await hear(client, "trouble")
        reading.numbers["rain"] = 5
        await hear(client, "hello")

    with_hub(story)


def test_nobody_looking_means_nothing_is_read() -> None:
    async def story(hub: LiveHub, reading: Reading, notices: Notices) -> None:
        notices.say(topic="table")
        await asyncio.sleep(0.4)
        assert reading.reads == []
        client = hub.join(frozenset())
        await hear(client, "hello")
        hub.leave(client)
        await asyncio.sleep(1.3)
        reading.reads.clear()
        notices.say(topic="table")
        await asyncio.sleep(0.4)
        assert reading.reads == []

    with_hub(story)


def test_deaf_to_notices_it_looks_by_itself() -> None:
    async def story(hub: LiveHub, reading: Reading, notices: Notices) -> None:
        client = hub.join(frozenset())
        await hear(client, "hello")
        notices.connected = False
        reading.set("rain", a={"value": 5})
        assert (await hear(client, "diff"))[0]["to"] == 2

    with_hub(story)


def test_a_screen_too_many_is_refused() -> None:
    async def story(hub: LiveHub, _reading: Reading, _notices: Notices) -> None:
        app = FastAPI()
        app.state.live = hub
        app.include_router(live.router)
        problems.install(app)
        hub.join(frozenset())
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            answer = await http.get("/api/live")
        assert answer.status_code == 503
        assert "画面" in answer.json()["detail"]

    with_hub(story, max_clients=1)


def test_who_opens_most_screens_makes_room_for_the_others() -> None:
    async def story(hub: LiveHub, _reading: Reading, _notices: Notices) -> None:
        flood = [hub.join(frozenset(), holder="flood") for _ in range(5)]
        wall = hub.join(frozenset(), holder="wall")
        assert not hub.make_room("flood"), "who has most gets no more"
        assert hub.make_room("desk")
        hub.join(frozenset(), holder="desk")
        assert list(hub.clients)[:5] == [*flood[1:], wall]
        assert flood[0].lost
        assert await hear(flood[0], "resync")
        assert not wall.lost

    with_hub(story, max_clients=6)


def test_screens_are_counted_by_account_or_display_and_open_walls_by_address() -> None:
    def holder(actor: Actor | None) -> str:
        scope = {"type": "http", "client": ("192.0.2.7", 1), "state": {"actor": actor}}
        return live.holder_of(Request(scope))

    one = Actor(7, "suzuki", "鈴木", Role.VIEWER)
    assert holder(one) == holder(replace(one, name="x")) != holder(replace(one, id=8))
    assert holder(one) != holder(replace(one, kind=ActorKind.DEVICE))
    assert holder(security.NETWORK_WALL) == holder(None) == "192.0.2.7"


def test_a_committed_row_arrives_through_the_real_database(clean_database: Database) -> None:
    async def story() -> None:
        hub = Hub(clean_database.url)
        line = LiveHub(Board(clean_database, load_catalog(), drill=False), hub)
        hub.start()
        await line.start()
        client = line.join(frozenset({"rivers"}))
        try:
            await hear(client, "hello")
            with clean_database.transaction() as session:
                wall_town.gauge(session, 1, 4.9, world())
            diff, _ = await hear(client, "diff")
        finally:
            await line.stop()
            await asyncio.to_thread(hub.stop)
        assert diff["layer"] == "rivers"
        assert diff["upsert"][0]["properties"]["level"] == 4
        assert orjson.dumps(diff)

    asyncio.run(story())

"""Open screens: bounded queues, one word to a slow one, comments when nothing happens."""

import asyncio

import pytest

from server import screens
from server.screens import QUEUE, Client, encode, stream


def drained(client: Client) -> list[bytes | None]:
    """Return what lies in a queue."""
    return [client.queue.get_nowait() for _ in range(client.queue.qsize())]


def test_a_message_is_one_event() -> None:
    assert encode("clock", {"a": "雨\n"}) == 'event: clock\ndata: {"a":"雨\\n"}\n\n'.encode()
    assert encode("clock", [], "i.7").startswith(b"id: i.7\nevent: clock\n")


def test_a_screen_hears_of_its_layers_and_of_what_has_none() -> None:
    assert Client(frozenset({"rain"})).wants("rain")
    assert not Client(frozenset({"rain"})).wants("rivers")
    assert Client(frozenset({"rain"})).wants("")
    assert Client(frozenset()).wants("rivers")


def test_a_slow_screen_is_told_to_start_afresh_and_gets_no_more() -> None:
    client = Client(frozenset())
    for number in range(QUEUE + 20):
        client.give(str(number).encode())
    assert client.lost
    assert drained(client) == [encode("resync", {}), None]
    client.give(b"late")
    assert drained(client) == []


def test_a_stream_ends_when_the_server_says_so_and_the_screen_is_forgotten() -> None:
    async def listen() -> tuple[list[bytes], list[Client]]:
        client, gone = Client(frozenset()), list[Client]()
        client.give(b"one")
        client.queue.put_nowait(None)
        return [content async for content in stream(client, gone.append)], gone

    heard, gone = asyncio.run(listen())
    assert heard == [b"retry: 2000\n\n", b"one"]
    assert len(gone) == 1


def test_silence_is_filled_with_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "COMMENT_EVERY_S", 0.01)

    async def listen() -> bytes:
        messages = stream(Client(frozenset()), lambda _: None)
        await anext(messages)
        comment = await anext(messages)
        await messages.aclose()  # type: ignore[attr-defined]
        return comment

    assert asyncio.run(listen()) == b": \n\n"

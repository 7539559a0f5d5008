"""Open screens: each with a bounded queue of server-sent events, so a slow one harms none."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import orjson

COMMENT_EVERY_S = 10.0
QUEUE = 256


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as bytes, made once for all who get it."""

    number: int
    layer: str
    """Only for those who asked for it; empty: for all."""
    content: bytes


@dataclass(eq=False, slots=True)
class Client:
    """One open screen."""

    layers: frozenset[str]
    """Empty: all."""
    holder: str = ""
    """Whose screen it is: an account or an address."""
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    greeted: bool = False
    troubled: bool = False
    lost: bool = False

    def wants(self, layer: str) -> bool:
        """Tell whether a message about a layer (or about none) is for this screen."""
        return not layer or not self.layers or layer in self.layers

    def give(self, content: bytes) -> None:
        """Put a message into the queue; a full queue becomes one word: start afresh."""
        if self.lost:
            return
        try:
            self.queue.put_nowait(content)
        except asyncio.QueueFull:
            self.drop()

    def drop(self) -> None:
        """Tell it to start afresh and end its stream."""
        self.lost = True
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(encode("resync", {}))
        self.queue.put_nowait(None)


def encode(kind: str, data: object, number: str = "") -> bytes:
    """Return one server-sent event."""
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {kind}\ndata: ".encode() + orjson.dumps(data) + b"\n\n"


async def stream(client: Client, leave: Callable[[Client], None]) -> AsyncIterator[bytes]:
    """Yield a screen's messages until it or the server goes; a comment when there is none."""
    try:
        yield b"retry: 2000\n\n"
        while True:
            try:
                content = await asyncio.wait_for(client.queue.get(), COMMENT_EVERY_S)
            except TimeoutError:
                yield b": \n\n"
                continue
            if content is None:
                return
            yield content
    finally:
        leave(client)

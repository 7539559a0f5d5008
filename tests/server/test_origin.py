"""Whose request it is: proxies, networks, origins."""

import asyncio
from typing import Any

import pytest
from starlette.datastructures import Headers

from core.settings import SettingsError
from server.origin import ClientAddress, client_address, is_same_origin, networks, origin_is, within

PROXIES = networks(("10.0.0.0/8", "::1"), "X")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "127.0.0.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "127.0.0.1, garbage", "10.0.0.1"),
        ("10.0.0.1", "127.0.0.1, garbage, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", " , ", "10.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_only_what_trusted_proxies_saw_is_believed(
    peer: str, forwarded: str | None, client: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == client


def test_a_wrong_network_names_its_setting() -> None:
    with pytest.raises(SettingsError, match=r"HINOMI_WEB_WALL_NETWORKS の '10\.0\.0/33'"):
        networks(("10.0.0/33",), "HINOMI_WEB_WALL_NETWORKS")


def test_an_address_that_is_none_lies_nowhere() -> None:
    assert not within("testclient", PROXIES)
    assert not within(None, PROXIES)
    assert within("::ffff:10.1.2.3", PROXIES)


SELF = {"host": "hinomi.example:8050"}


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "http://hinomi.example:8050"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"origin": "http://hinomi.example:8050"}, True),
        ({}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://hinomi.example:8050"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://hinomi.example"}, False),
        ({"origin": "http://hinomi.example:8051"}, False),
        ({"origin": "https://hinomi.example:8050"}, False),
        ({"origin": "http://hinomi.example:8050.evil.example"}, False),
        ({"origin": "http://user@hinomi.example:8050"}, False),
        ({"origin": "http://["}, False),
    ],
)
def test_what_a_page_of_ours_sends(headers: dict[str, str], *, same: bool) -> None:
    assert is_same_origin(Headers(SELF | headers), "http") is same


def test_websockets_carry_the_scheme_of_the_page() -> None:
    assert origin_is("https://a.example", "wss", "a.example")
    assert not origin_is("http://a.example", "wss", "a.example")
    assert not origin_is("http://", "ws", "")


def scope_seen(peer: str, kind: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        del receive, send
        seen.update(scope)

    scheme = "ws" if kind == "websocket" else "http"
    scope = {"type": kind, "scheme": scheme, "client": (peer, 1), "headers": headers}

    async def nothing(*_: Any) -> Any:
        return None

    asyncio.run(ClientAddress(app, PROXIES)(scope, nothing, nothing))
    return seen


def test_the_scope_has_the_client_and_the_scheme_of_the_outside() -> None:
    headers = [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-proto", b"https")]
    behind = scope_seen("10.0.0.1", "http", headers)
    assert (behind["client"][0], behind["scheme"]) == ("198.51.100.1", "https")
    assert scope_seen("10.0.0.1", "websocket", headers)["scheme"] == "wss"
    direct = scope_seen("203.0.113.9", "http", headers)
    assert (direct["client"][0], direct["scheme"]) == ("203.0.113.9", "http")

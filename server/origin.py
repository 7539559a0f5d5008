"""Where a request comes from: the client's address behind proxies, and the page that sent it."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from core.settings import SettingsError

Network = IPv4Network | IPv6Network


def networks(texts: Iterable[str], setting: str) -> tuple[Network, ...]:
    """Return networks (or single addresses) read from a setting.

    Raises
    ------
    SettingsError
        Naming the setting and the text.
    """
    found: list[Network] = []
    for text in texts:
        try:
            found.append(ip_network(text, strict=False))
        except ValueError as error:
            message = f"設定 {setting} の {text!r} はネットワークとして読めません"
            raise SettingsError(message) from error
    return tuple(found)


def within(address: str | None, nets: Iterable[Network]) -> bool:
    """Tell whether an address lies in one of the networks."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed in net for net in nets)


def client_address(peer: str | None, forwarded: str | None, trusted: Iterable[Network]) -> str:
    """Return the client's address: the last hop of X-Forwarded-For that no trusted proxy is.

    The header is believed only when the peer itself is trusted, and only back to the first address
    that is not, since everything left of that was written by the client.
    """
    trusted = tuple(trusted)
    address = peer or ""
    if not within(address, trusted):
        return address
    for hop in reversed((forwarded or "").split(",")):
        candidate = hop.strip()
        try:
            ip_address(candidate)
        except ValueError:
            return address
        address = candidate
        if not within(address, trusted):
            return address
    return address


def is_same_origin(headers: Headers, scheme: str) -> bool:
    """Tell whether a browser sent this from a page of ours.

    Sec-Fetch-Site decides where the browser sends it (every current one does, over TLS and on
    localhost); otherwise Origin must be our own scheme and host. Neither: no.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is None:
        return site == "same-origin"
    return origin_is(origin, scheme, headers.get("host", ""))


def origin_is(origin: str, scheme: str, host: str) -> bool:
    """Tell whether an Origin names this scheme and host; `null` never does."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    expected = {"http": {"http"}, "ws": {"http"}, "https": {"https"}, "wss": {"https"}}
    return bool(host) and parts.scheme in expected.get(scheme, set()) and parts.netloc == host


class ClientAddress:
    """ASGI middleware: put the real client and scheme into the scope when a trusted proxy says."""

    def __init__(self, app: ASGIApp, trusted: tuple[Network, ...]) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Correct the scope and go on."""
        if scope["type"] in {"http", "websocket"} and scope.get("client"):
            peer, port = scope["client"]
            if within(peer, self._trusted):
                headers = Headers(scope=scope)
                forwarded = ", ".join(headers.getlist("x-forwarded-for"))
                address = client_address(peer, forwarded, self._trusted)
                scope["client"] = (address, port)
                if headers.get("x-forwarded-proto") == "https":
                    scope["scheme"] = "wss" if scope["type"] == "websocket" else "https"
        await self._app(scope, receive, send)

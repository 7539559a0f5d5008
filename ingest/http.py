"""One polite client for the outside world: conditional, bounded, patient, budgeted per host."""

import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from ingest.source import Manifest, NotPublishedError, Payload, SourceFailedError

TRIES = 3
_RETRY_STATUS = frozenset({429, 500, 502, 503, 504})
_NOT_MODIFIED = 304
# Nobody waits longer for a host's budget; the next run may have it.
LONGEST_WAIT_S = 60.0
_PACKINGS = frozenset({"identity", "", "gzip", "x-gzip", "deflate"})
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,300}")


class HostBudget:
    """At most so many requests a minute to one host, over all sources of this process."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def take(self, host: str, most_s: float) -> float | None:
        """Take one request from a host's budget; return how many seconds to wait before sending it.

        None, and nothing is taken, when the wait would be longer than `most_s`.
        """
        with self._lock:
            now = self._clock()
            sent = self._sent.setdefault(host, deque())
            while sent and now - sent[0] >= 60:  # noqa: PLR2004 - a minute
                sent.popleft()
            wait = 0.0 if len(sent) < self._per_minute else 60 - (now - sent[-self._per_minute])
            if wait > most_s:
                return None
            sent.append(now + wait)
            return wait


class Outside:
    """The HTTP connections of one process."""

    def __init__(self, *, user_agent: str, requests_per_minute: int) -> None:
        self._client = httpx.Client(
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"},
            follow_redirects=False,
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=10),
        )
        self.budget = HostBudget(requests_per_minute)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def fetcher(
        self, manifest: Manifest, base: str, memory: dict[str, Any], now: Callable[[], datetime]
    ) -> "HttpFetcher":
        """Return what one client uses during one run."""
        return HttpFetcher(self._client, self.budget, manifest, _Place(base, memory, now))


class _Place:
    """Where a source is asked, what is remembered of it, and what time it is there."""

    def __init__(self, base: str, memory: dict[str, Any], now: Callable[[], datetime]) -> None:
        self.base = base if base.endswith("/") else f"{base}/"
        self.memory: dict[str, str] = memory.setdefault("client", {})
        self.validators: dict[str, list[str]] = memory.setdefault("validators", {})
        """ETag and Last-Modified by address."""
        self.now = now


class HttpFetcher:
    """`Fetcher` over HTTP; validators of a response count only once its payload is parsed."""

    # A feed of telegrams asks for many addresses once; only so many validators are worth keeping.
    MAX_VALIDATORS = 64

    def __init__(
        self, client: httpx.Client, budget: HostBudget, manifest: Manifest, place: _Place
    ) -> None:
        self._client = client
        self._budget = budget
        self._manifest = manifest
        self._place = place

    @property
    def now(self) -> datetime:
        """Return world time."""
        return self._place.now()

    @property
    def memory(self) -> dict[str, str]:
        """Return what the client remembers between runs."""
        return self._place.memory

    def get(self, path: str) -> Payload | None:
        """Return the bytes at a path below the base address; None when unchanged.

        Raises
        ------
        NotPublishedError
            On 404.
        SourceFailedError
            On anything else that is not a complete answer within the size limit.
        """
        url = urljoin(self._place.base, path)
        if urlsplit(url)[:2] != urlsplit(self._place.base)[:2]:
            message = f"別のサーバーの住所です: {urlsplit(url).netloc}"
            raise SourceFailedError(message)
        faults = 0
        while True:
            try:
                return self._once(url, path)
            except _TryAgainError as error:
                faults += 1
                if faults == TRIES:
                    raise SourceFailedError(error.message) from error
            # Full jitter, so that many installations do not come back together.
            time.sleep(random.uniform(0, 0.5 * 2**faults))  # noqa: S311

    def _once(self, url: str, path: str) -> Payload | None:
        wait = self._budget.take(
            urlsplit(url).netloc, min(self._manifest.interval_s, LONGEST_WAIT_S)
        )
        if wait is None:
            message = "このサーバーへの要求が多すぎるため、次の回に受信します"
            raise SourceFailedError(message)
        time.sleep(wait)
        timeout = httpx.Timeout(self._manifest.timeout_s)
        started = time.monotonic()
        try:
            with self._client.stream(
                "GET", url, headers=self._conditions(url), timeout=timeout
            ) as response:
                if response.status_code == _NOT_MODIFIED:
                    return None
                self._check(response)
                content = self._read(response, started)
                self._remember(url, response)
        except httpx.HTTPError as error:
            message = f"{type(error).__name__}: {error}"[:200]
            raise _TryAgainError(message) from error
        name = _file_name(response) or path
        return Payload(name=name, content=content, fetched_at=self.now, url=url)

    def _conditions(self, url: str) -> dict[str, str]:
        etag, modified = self._place.validators.get(url, ["", ""])
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        return {name: value for name, value in conditions.items() if value}

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status == httpx.codes.NOT_FOUND:
            raise NotPublishedError(f"HTTP 404: {response.url.path}")  # noqa: EM102, TRY003
        if status in _RETRY_STATUS:
            raise _TryAgainError(f"HTTP {status}")  # noqa: EM102, TRY003
        if status != httpx.codes.OK:
            raise SourceFailedError(f"HTTP {status}")  # noqa: EM102, TRY003
        # One packing at most: of two, each byte may unfold to a million.
        packing = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packing not in _PACKINGS:
            message = f"頼んでいない圧縮方式です: {packing[:40]}"
            raise SourceFailedError(message)

    def _read(self, response: httpx.Response, started: float) -> bytes:
        """Read within the size limit and within thrice the time limit, however slowly it drips."""
        limit, content = self._manifest.max_payload_bytes, bytearray()
        # As the pieces come: gathered to larger ones first, a drip would never be noticed.
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > limit:
                message = f"{limit:,} バイトを超えたため読むのをやめました"
                raise SourceFailedError(message)
            if time.monotonic() - started > 3 * self._manifest.timeout_s:
                message = "応答が遅すぎるため読むのをやめました"
                raise SourceFailedError(message)
        return bytes(content)

    def _remember(self, url: str, response: httpx.Response) -> None:
        validators = self._place.validators
        validators.pop(url, None)
        told = (response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
        # What cannot be sent back as a header is no use, and would fail every request to come.
        found = [value if _VALIDATOR.fullmatch(value) else "" for value in told]
        if not any(found):
            return
        validators[url] = found
        while len(validators) > self.MAX_VALIDATORS:
            validators.pop(next(iter(validators)))


class _TryAgainError(SourceFailedError):
    """A fault that may pass."""


def _file_name(response: httpx.Response) -> str | None:
    """Return the file name the server gives, without any folder."""
    disposition = response.headers.get("Content-Disposition", "")
    _, found, name = disposition.partition("filename=")
    cleaned = name.split(";")[0].strip().strip('"').replace("\\", "/").rsplit("/", 1)[-1]
    return cleaned[:200] if found and cleaned else None

"""Structured logs: one JSON object a line, real time, the kind of process, and no secrets."""

import json
import logging
import os
import re
import sys
from collections.abc import Iterable
from typing import TextIO

from core import clock

HIDDEN = "[…]"
MAX_MESSAGE = 8000
"""Characters of one message or one traceback; the rest is cut."""

# A name that means a secret, then what follows it: `password=…`, `"token": "…"`, `Cookie: …`.
# What surrounds the word is bounded, and what precedes it is left alone: a hostile text in a log
# line must not cost more than its length.
_NAMED = re.compile(
    r"(?i)(?P<name>(?:password|passwd|secret|token|csrf|api[_-]?key)[\w-]{0,40}"
    r"[\"']?\s{0,20}[=:]\s{0,20})(?P<value>\"[^\"]*\"|'[^']*'|[^\s,;&\"')\]}]+)"
)
_HEADER = re.compile(
    r"(?i)(?P<name>\b(?:proxy-)?(?:authorization|(?:set-)?cookie)[\"']?\s*[=:]\s*).+"
)
_CREDENTIALS = re.compile(r"(?P<name>\b[a-zA-Z][\w+.-]*://)[^/\s:@]*(?::[^/\s@]*)?@")
_DEVICE = re.compile(r"(?i)(?P<name>[?&]device=)[^&\s\"']+")

_OWN = frozenset(
    logging.LogRecord("", 0, "", 0, "", (), None).__dict__ | {"message": "", "asctime": ""}
)


def without_secrets(text: str) -> str:
    """Return a text in which passwords, tokens, cookies and URL credentials are hidden."""
    text = _CREDENTIALS.sub(rf"\g<name>{HIDDEN}@", text)
    text = _DEVICE.sub(rf"\g<name>{HIDDEN}", text)
    text = "\n".join(_HEADER.sub(rf"\g<name>{HIDDEN}", line) for line in text.split("\n"))
    return _NAMED.sub(rf"\g<name>{HIDDEN}", text)


class JsonFormatter(logging.Formatter):
    """One record as one JSON object on one line.

    Fields: `at` (real time, ISO, UTC), `level`, `process` (kind), `pid`, `logger`, `message`, what
    was given in `extra`, and `trace` for an exception.
    """

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, object] = {
            "at": clock.real().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "pid": os.getpid(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()[:MAX_MESSAGE]),
        }
        for name, value in record.__dict__.items():
            if name not in _OWN and not name.startswith("_"):
                line[name] = _field(name, value)
        if record.exc_info:
            line["trace"] = without_secrets(self.formatException(record.exc_info)[-MAX_MESSAGE:])
        return json.dumps(line, ensure_ascii=False, default=str)


def _field(name: str, value: object) -> object:
    if _NAMED.search(f"{name}=x") or _HEADER.match(f"{name}=x"):
        return HIDDEN
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return without_secrets(str(value)[:MAX_MESSAGE])


def configure(
    process: str,
    *,
    level: str = "INFO",
    stream: TextIO | None = None,
    quiet: Iterable[str] = ("httpx", "httpcore", "uvicorn.access", "procrastinate"),
) -> None:
    """Send every log of this process to one stream as JSON lines.

    Parameters
    ----------
    process
        Kind of process: `web`, `worker`, `feeds`, `cli`.
    level
        Least level written.
    stream
        Where to; standard error by default.
    quiet
        Loggers whose lines below WARNING would repeat what metrics count.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(process))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in quiet:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True

"""Values as they leave for a browser: UTC times, plain numbers, JSON bytes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson

MAX_BYTES = 2_000_000
"""No response is larger."""


def moment(value: datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC with whole seconds, None as None."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def plain(value: Any) -> Any:  # noqa: ANN401 - a column may hold anything
    """Return a database value as JSON knows it."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def encode(value: Mapping[str, Any]) -> bytes:
    """Return compact JSON bytes."""
    return orjson.dumps(value)

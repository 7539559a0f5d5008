"""Counting failures in a sliding window."""

import pytest

from server import limits
from server.limits import Failures, address_key


class Now:
    """A clock that a test moves."""

    at = 1000.0

    def __call__(self) -> float:
        """Return the time it is."""
        return self.at


def test_the_last_allowed_failure_closes_until_the_first_is_old() -> None:
    now = Now()
    failures = Failures(3, 60, now=now)
    for _ in range(2):
        failures.add("a")
        now.at += 10
    assert failures.wait_s("a") == 0
    failures.add("a")
    assert failures.wait_s("a") == 40
    assert failures.wait_s("b") == 0
    now.at += 39.5
    assert failures.wait_s("a") == 1
    now.at += 0.5
    assert failures.wait_s("a") == 0


def test_success_forgets() -> None:
    failures = Failures(1, 60)
    failures.add("a")
    assert failures.wait_s("a") > 0
    failures.clear("a")
    assert failures.wait_s("a") == 0


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KEYS", 100)
    failures = Failures(1, 60)
    for number in range(1000):
        failures.add(str(number))
    assert len(failures._times) == 100  # noqa: SLF001
    assert failures.wait_s("999") > 0
    assert failures.wait_s("0") == 0


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        (None, "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_addresses_count_by_who_has_them(address: str | None, key: str) -> None:
    assert address_key(address) == key

"""The watchdog of a supervisor: ends what it started when the supervisor itself is killed.

Run as `python -m server.keeper`; told on standard input, one word a line: `+N` process group N
started, `-N` it ended, `cluster PATH` the private cluster of that `var/` was started too, `done`
all is stopped. The end of the input without `done` means that nobody else will stop them.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from core.db import cluster as private

GRACE_S = 6.0
"""Between asking and forcing; with the cluster's fast stop all ends within ten seconds."""


@dataclass(slots=True)
class Charge:
    """What there is to stop."""

    groups: set[int] = field(default_factory=set)
    var: Path | None = None
    """Of the private cluster, where the supervisor started it."""
    done: bool = False

    def hear(self, line: str) -> None:
        """Take one line of the supervisor."""
        word = line.strip()
        if word.startswith("+"):
            self.groups.add(int(word[1:]))
        elif word.startswith("-"):
            self.groups.discard(int(word[1:]))
        elif word.startswith("cluster "):
            self.var = Path(word.removeprefix("cluster "))
        elif word == "done":
            self.done = True


def signal_group(group: int, number: signal.Signals) -> bool:
    """Send a signal to a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


def alive(group: int) -> bool:
    """Tell whether a process of a group still runs (a zombie waiting to be read does not)."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            return True
    return False


def stop_groups(groups: Iterable[int], grace_s: float = GRACE_S) -> None:
    """Ask process groups to end, and force those that have not after a while."""
    left = {group for group in groups if signal_group(group, signal.SIGTERM)}
    end = time.monotonic() + grace_s
    while left and time.monotonic() < end:
        time.sleep(0.05)
        left = {group for group in left if alive(group)}
    for group in left:
        signal_group(group, signal.SIGKILL)


def stop_cluster(var: Path) -> bool:
    """Stop the private cluster unless somebody else works on it; tell whether it was stopped."""
    cluster = private.locate(var)
    if not cluster.running or private.other_clients(cluster):
        return False
    private.stop_cluster(cluster)
    return True


def keep(lines: Iterable[str], stop: Callable[[Charge], None]) -> Charge:
    """Listen to the supervisor until it ends; stop its children if it did not do so itself."""
    charge = Charge()
    for line in lines:
        charge.hear(line)
    if not charge.done:
        stop(charge)
    return charge


def stop_all(charge: Charge) -> None:
    """Stop everything of a supervisor that is gone."""
    stop_groups(charge.groups)
    if charge.var is not None:
        stop_cluster(charge.var)


if __name__ == "__main__":
    # The terminal's Ctrl-C is the supervisor's business.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    keep(sys.stdin, stop_all)

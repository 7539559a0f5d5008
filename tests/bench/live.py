"""Seconds from a committed change to changed pixels in Chromium; what a screen costs the server.

Prints p50, p95 and the longest of N changes (goal: p95 ≤ 1.0 s), then CPU per change with 1 and
with 50 more screens. Run: `python -m tests.bench.live [N]`.
"""

import os
import socket
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import text

from core.db import cluster as private
from core.db import migrate
from core.db.cluster import Cluster
from core.db.session import Database
from core.settings import ROOT, DatabaseSettings
from tests.e2e import wall_town

CHANGES = 40
SCREENS = 50
PAUSE_S = 0.6
GIVE_UP_S = 10.0
GAUGE = text(
    "SELECT st.id::text, se.id FROM station st JOIN series se ON se.station_id = st.id"
    " WHERE st.key = 'r1'"
)
VALUES = (4.9, 5.9)
"""Over danger, over flood: another colour, another number."""
WATCH = """(id) => {
  const own = hinomi.wall.own;
  hinomi.wall.tour.until = Infinity;
  own.select('rivers', id, {zoom: 12});
  const canvas = document.querySelector('.hinomi-data');
  const hash = () => {
    const middle = own.map.getSize().divideBy(2), ratio = devicePixelRatio;
    const at = middle.subtract(own.map.layerPointToContainerPoint(own.painter._bounds.min));
    const pixels = canvas.getContext('2d')
      .getImageData((at.x - 12) * ratio, (at.y - 12) * ratio, 24, 24).data;
    return pixels.reduce((sum, value, index) => (sum * 31 + value * (index % 7 + 1)) >>> 0, 7);
  };
  window.seen = [];
  let last = hash();
  addEventListener('hinomi:painted', () => {
    const now = hash();
    if (now === last) return;
    last = now;
    // The frame after the one that drew: then it is on the screen.
    requestAnimationFrame(() => requestAnimationFrame(() => seen.push(Date.now() / 1000)));
  });
}"""


@contextmanager
def county(name: str) -> Iterator[tuple[Cluster, Database]]:
    """Yield a database of its own with a storm over the county."""
    cluster = private.ensure_cluster(ROOT / "var")
    private.drop_database(cluster, name)
    private.create_database(cluster, name)
    migrate.upgrade(cluster.url(name, private.OWNER))
    database = Database(cluster.url(name), DatabaseSettings())
    with database.transaction() as session:
        wall_town.settle(session)
    yield cluster, database
    database.close()
    private.drop_database(cluster, name)


def change(database: Database, series: int, number: int) -> float:
    """Give a gauge another value; return the real time just before it was written."""
    written = time.time()
    with database.transaction() as session:
        session.execute(
            text("UPDATE latest SET value = :value, observed_at = now() WHERE series_id = :id"),
            {"value": VALUES[number % 2], "id": series},
        )
    return written


def cpu_s(pid: int) -> float:
    """Return the CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def listen(port: int) -> socket.socket:
    """Open one more screen's line and read whatever comes, until it is closed."""
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(b"GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n")

    def drain() -> None:
        try:
            while line.recv(65536):
                pass
        except OSError:
            return

    threading.Thread(target=drain, daemon=True).start()
    return line


def delays_of(page: Page, database: Database, gauge: tuple[str, int], changes: int) -> list[float]:
    """Return the seconds from each change to its pixels, shortest first."""
    page.evaluate(WATCH, gauge[0])
    delays = []
    for number in range(changes):
        written = change(database, gauge[1], number)
        while len(page.evaluate("seen")) <= number:
            if time.time() - written > GIVE_UP_S:
                message = f"change {number} never reached the screen"
                raise RuntimeError(message)
            time.sleep(0.02)
        delays.append(float(page.evaluate("seen")[number]) - written)
        time.sleep(PAUSE_S)
    return sorted(delays)


def cost_of(database: Database, port: int, pid: int, series: int, screens: int) -> float:
    """Return the server's CPU seconds a change with so many screens open."""
    lines = [listen(port) for _ in range(screens)]
    time.sleep(2)
    before = cpu_s(pid)
    for number in range(10):
        change(database, series, number)
        time.sleep(PAUSE_S)
    for line in lines:
        line.close()
    return (cpu_s(pid) - before) / 10


def main() -> None:
    """Measure and print."""
    changes = int(sys.argv[1]) if len(sys.argv) > 1 else CHANGES
    port = wall_town.free_port()
    with ExitStack() as stack:
        _, database = stack.enter_context(county(f"bench_live_{os.getpid()}"))
        server = stack.enter_context(wall_town.web_server(database.url, port))
        page = wall_town.open_wall(stack.enter_context(wall_town.chromium()), port)
        with database.transaction() as session:
            found = session.execute(GAUGE).one()
        time.sleep(2)
        delays = delays_of(page, database, (found[0], found[1]), changes)
        p95 = delays[max(0, round(len(delays) * 0.95) - 1)]
        print(f"committed change to pixels, N={len(delays)}: p50 {statistics.median(delays):.2f} s,"
              f" p95 {p95:.2f} s, longest {delays[-1]:.2f} s (goal p95 <= 1.0 s)")  # fmt: skip
        page.close()
        one = cost_of(database, port, server.pid, found[1], 1)
        many = cost_of(database, port, server.pid, found[1], SCREENS)
        more = (many - one) / (SCREENS - 1)
        print(f"server CPU per change: {one * 1000:.0f} ms with 1 screen, {many * 1000:.0f} ms with"
              f" {SCREENS}: {more * 1000:.2f} ms a screen")  # fmt: skip


if __name__ == "__main__":
    main()

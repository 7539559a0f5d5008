"""Memory of an open wall over a simulated day of updates, compressed into a minute or two.

Every simulated minute the page hears what a real one would: differences of rivers and rain, the
numbers, source states and an event, through the same code as from the wire. Prints heap and DOM
nodes before and after. `--long`: a week.
"""

import os
import sys
from contextlib import ExitStack
from typing import Any

from playwright.sync_api import Page

from tests.bench.live import county
from tests.e2e import wall_town

DAY_MINUTES = 1440
LONG_MINUTES = 7 * DAY_MINUTES
WARM_MINUTES = 240
"""Caches and compiled code settle first."""
MINUTE = """(minutes) => {
  const wall = hinomi.wall, { live, store } = wall.own;
  // Only this page's own minutes are to be heard.
  live.source?.close(); live.source = null; clearInterval(live.watch); live.become('live');
  const summary = window.lastSummary;
  const say = (kind, data) => live.hear(kind, { data: JSON.stringify(data), lastEventId: '' });
  for (let i = 0; i < minutes; i += 1) {
    window.minute = (window.minute ?? 0) + 1;
    for (const layer of ['rivers', 'rain']) {
      const upsert = store.features(layer).map((feature) => ({ ...feature, properties: {
        ...feature.properties, value: Math.round(Math.random() * 600) / 100,
        level: Math.floor(Math.random() * 6), observed_at: new Date().toISOString() } }));
      const from = store.layer(layer).version;
      say('diff', { layer, from, to: from + 1, upsert, remove: [] });
    }
    say('event', { id: 100000 + window.minute, at: new Date().toISOString(), kind: 'river',
      severity: window.minute % 9 === 0 ? 3 : 1, text_ja: `第${window.minute}報 水位`,
      text_en: `report ${window.minute}`, layer: 'rivers', feature: '1', lon: 150.2, lat: 30.2 });
    const closures = { ...summary.closures, count: window.minute };
    say('summary', { ...summary, closures });
    wall.tour.until = 0;
    wall.tick();
    wall.own.painter.paint();
  }
}"""


def weigh(page: Page, session: Any) -> tuple[float, int, int]:
    """Return heap in MB, DOM nodes and listeners after a collection."""
    page.wait_for_timeout(500)
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    counts = session.send("Memory.getDOMCounters")
    return heap, counts["nodes"], counts["jsEventListeners"]


def live_on(page: Page, minutes: int) -> None:
    """Let minutes pass, some at a time, so that frames are drawn between them."""
    for start in range(0, minutes, 20):
        page.evaluate(MINUTE, min(20, minutes - start))


def main() -> None:
    """Measure and print."""
    minutes = LONG_MINUTES if "--long" in sys.argv else DAY_MINUTES
    port = wall_town.free_port()
    with ExitStack() as stack:
        _, database = stack.enter_context(county(f"bench_wall_{os.getpid()}"))
        stack.enter_context(wall_town.web_server(database.url, port))
        browser = stack.enter_context(wall_town.chromium())
        page = wall_town.open_wall(browser, port)
        page.evaluate(
            "hinomi.wall.own.live.addEventListener('summary',"
            " (event) => (window.lastSummary = event.detail))"
        )
        page.wait_for_timeout(11_000)
        session = page.context.new_cdp_session(page)
        session.send("HeapProfiler.enable")
        live_on(page, WARM_MINUTES)
        before = weigh(page, session)
        live_on(page, minutes)
        after = weigh(page, session)
        growth = after[0] - before[0]
        print(f"{minutes} simulated minutes: heap {before[0]:.1f} -> {after[0]:.1f} MB"
              f" ({growth:+.2f} MB), DOM nodes {before[1]} -> {after[1]},"
              f" listeners {before[2]} -> {after[2]}")  # fmt: skip


if __name__ == "__main__":
    main()

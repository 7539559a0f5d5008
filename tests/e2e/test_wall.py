"""The wall in Chromium: it shows, it follows, it survives."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from core import events
from core.clock import real
from core.db import cluster as private
from core.db.cluster import Cluster
from core.db.schema.system import Heartbeat, SourceState
from core.db.session import Database
from core.settings import DatabaseSettings
from tests.e2e import wall_town
from tests.e2e.wall_page import card, hear, lock_out
from tests.e2e.wall_town import chromium, closure, event, free_port, open_wall, web_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Serve = Callable[..., AbstractContextManager[subprocess.Popen[bytes]]]
LINE = [(150.3, 30.2), (150.31, 30.21)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def storm(cluster: Cluster, template_database: str) -> Iterator[Database]:
    """Yield a database in which a storm is over the county, shared by the stories."""
    name = f"wall_{os.getpid()}"
    private.drop_database(cluster, name)
    private.create_database(cluster, name, template_database)
    database = Database(cluster.url(name), DatabaseSettings())
    with database.transaction() as session:
        wall_town.settle(session)
    yield database
    database.close()
    private.drop_database(cluster, name)


@pytest.fixture(scope="module")
def port(storm: Database) -> Iterator[int]:
    """Serve the county on a port, once for all stories that need no server of their own."""
    number = free_port()
    with web_server(storm.url, number):
        yield number


@pytest.fixture
def county(storm: Database) -> Database:
    """Return the county as it was before any story."""
    with storm.transaction() as session:
        wall_town.calm_down(session)
    return storm


@pytest.fixture
def wall(browser: Browser, port: int, county: Database) -> Iterator[Page]:
    del county
    page = open_wall(browser, port)
    yield page
    page.close()


CUT = """() => {
  const found = [], stage = document.getElementById("stage");
  for (const e of stage.querySelectorAll("*")) {
    if (!e.checkVisibility() || e.closest("#map, #legend canvas, svg") || !e.clientHeight) continue;
    const name = e.className || e.id || e.tagName, box = e.getBoundingClientRect();
    if (e.scrollHeight > e.clientHeight + 1) found.push(`${name}: ${e.textContent}`);
    // What runs out of its line must end in an ellipsis; numbers must not run out at all.
    const ends = getComputedStyle(e).textOverflow === "ellipsis";
    if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth && !ends) found.push(`${name} >`);
    const card = e.closest(".card, #events, #sources, #title, #foot")?.getBoundingClientRect();
    const out = card && (box.bottom > card.bottom + 1 || box.right > card.right + 1);
    if (out) found.push(`${name} out`);
  }
  return found;
}"""
"""What is cut off, of everything that holds text."""


def test_it_shows_the_numbers_of_the_layers(wall: Page) -> None:
    expect(wall.locator("#incident")).to_have_text("火見島 豪雨")
    expect(wall.locator("#headquarters")).to_contain_text("災害対策本部 第2配備")
    expect(wall.locator(".chip").nth(1)).to_have_text("レベル4 3")
    expect(card(wall, "levels")).to_contain_text("三島町")
    expect(card(wall, "shelters").locator(".card-big")).to_have_text("46")
    expect(card(wall, "roads").locator(".card-big")).to_have_text("5")
    expect(card(wall, "rivers").locator(".quiet")).to_have_text("途絶 4")
    expect(card(wall, "power").locator(".card-big")).to_have_text("約5,394")


def test_late_and_silent_sources_are_said_with_their_age(wall: Page) -> None:
    expect(wall.locator('.source[data-state="late"]')).to_contain_text("停電27分前")
    expect(wall.locator('.source[data-state="silent"]')).to_contain_text("道路規制途絶 2時間10分")
    expect(card(wall, "roads").locator(".card-fresh")).to_contain_text("途絶 2時間10分")
    expect(wall.locator('.source[data-state="off"]')).to_contain_text("停止中")


def test_a_committed_closure_changes_map_and_card_without_reload(
    wall: Page, county: Database
) -> None:
    wall.evaluate("window.sameDocument = true")
    with county.transaction() as session:
        session.add(closure(100, LINE, real()))
        session.add(event(50, real(), 3, "県道111号 三島町 通行止め"))
        events.notify(session, "event", id=1)
    expect(card(wall, "roads").locator(".card-big")).to_have_text("6", timeout=5000)
    expect(card(wall, "roads")).to_have_class(re.compile("glow"))
    expect(wall.locator(".event").first).to_contain_text("県道111号 三島町 通行止め")
    expect(wall.locator("#where-title")).to_have_text("県道111号 三島町 通行止め")
    expect(card(wall, "roads")).not_to_have_class(re.compile("glow"), timeout=5000)
    assert wall.evaluate("window.sameDocument") is True


def test_it_tours_the_hot_spots_and_says_why(wall: Page) -> None:
    expect(wall.locator("#where-title")).not_to_be_empty()
    wall.evaluate("hinomi.wall.tour.stop = 0; hinomi.wall.tour.until = 0")
    expect(wall.locator("#where-step")).to_have_text(re.compile(r"^1 / \d$"), timeout=4000)
    expect(wall.locator("#where-title")).to_contain_text("レベル4")
    expect(wall.locator("#where-why")).to_contain_text("危険 4.60m 超過")


def test_a_dead_worker_is_said_plainly(wall: Page, county: Database) -> None:
    expect(wall.locator("#worker")).to_be_hidden()
    with county.transaction() as session:
        beat = session.get(Heartbeat, "worker:test:1")
        assert beat is not None
        beat.at = real() - timedelta(minutes=7)
        session.add(event(60, real(), 0, "合図"))
    expect(wall.locator("#worker")).to_contain_text("取込みが止まっています", timeout=15_000)
    expect(wall.locator("#worker")).to_contain_text("7分")


def test_a_source_that_goes_silent_is_seen(wall: Page, county: Database) -> None:
    with county.transaction() as session:
        state = session.get(SourceState, "river_levels")
        assert state is not None
        state.last_success_at = real() - timedelta(hours=3)
    expect(card(wall, "rivers").locator(".card-fresh")).to_contain_text(
        "途絶 3時間", timeout=15_000
    )


def test_a_number_nobody_tells_is_no_zero(wall: Page, county: Database) -> None:
    with county.transaction() as session:
        for name in ("river_levels", "jma_xml"):
            session.get_one(SourceState, name).enabled = False
        for name in ("power_hokuriku", "shelter_status"):
            session.get_one(SourceState, name).last_success_at = None
    rivers, shelters = card(wall, "rivers"), card(wall, "shelters")
    expect(rivers.locator(".card-big")).to_have_text("停止中", timeout=15_000)
    expect(rivers.locator(".gauges")).to_be_hidden()
    expect(shelters.locator(".card-big")).to_have_text("報告なし")
    expect(shelters.locator(".crowding")).to_be_hidden()
    expect(card(wall, "power").locator(".card-big")).to_have_text("報告なし")
    expect(card(wall, "levels").locator(".card-big")).to_have_text("停止中")
    expect(card(wall, "levels").locator(".card-badge")).to_be_hidden()
    expect(wall.locator(".chip").first).to_have_text("レベル5 －")
    expect(card(wall, "roads").locator(".card-big")).to_have_text("5")
    expect(card(wall, "roads")).to_have_attribute("data-state", "silent")


@pytest.mark.parametrize(
    ("people", "unknown", "words"),
    [
        (6210, 0, "か所　6,210人"),
        (6210, 12, "か所　6,210人＋不明12か所"),
        (None, 46, "か所　人数 不明"),
    ],
)
def test_heads_known_partly_known_and_unknown(
    wall: Page, people: int | None, unknown: int, words: str
) -> None:
    hear(wall, shelters={"people": people, "people_unknown": unknown})
    told: str = card(wall, "shelters").locator(".card-unit").evaluate("(e) => e.textContent")
    assert told == words


def test_the_newest_comes_first_with_time_and_weight(wall: Page) -> None:
    now = real()
    rows = [
        {"id": number, "at": (now - timedelta(minutes=ago)).isoformat(), "severity": severity,
         "text_ja": f"第{number}報", "text_en": ""}
        for number, ago, severity in ((1, 30, 3), (2, 5, 0), (3, 9, 2))
    ]  # fmt: skip
    wall.evaluate(
        "(rows) => { hinomi.wall.own.live.stop();"
        " hinomi.wall.events.replace(rows, hinomi.wall.clock.now()); }",
        rows,
    )
    lines = wall.locator(".event:visible")
    expect(lines.locator(".told")).to_have_text(["第2報", "第3報", "第1報"])
    expect(lines.locator(".weight")).to_have_text(["・", "△", "▲"])
    for time in lines.locator("time").all_inner_texts():
        assert re.fullmatch(r"\d\d:\d\d", time)


def test_an_ordinary_stop_keeps_the_neighbours_in_sight(wall: Page) -> None:
    wall.evaluate("hinomi.wall.tour.stop = 0; hinomi.wall.tour.until = 0")
    expect(wall.locator("#where-step")).to_have_text(re.compile(r"^1 / \d$"), timeout=6000)
    across: float = wall.evaluate(
        "(() => { const b = hinomi.wall.map.getBounds(), y = b.getCenter().lat;"
        " return hinomi.wall.map.distance([y, b.getWest()], [y, b.getEast()]); })()"
    )
    assert across >= 25_000


def test_the_overview_shows_the_whole_area(wall: Page) -> None:
    wall.evaluate("hinomi.wall.tour.stop = -1; hinomi.wall.tour.until = 0")
    expect(wall.locator("#where-title")).to_have_text("全域")
    wall.wait_for_function(
        """() => {
        const { map, store } = hinomi.wall.own, shown = map.getBounds();
        const every = ['warnings', 'shelters', 'rivers'].flatMap((id) => store.features(id));
        const flat = (c) => typeof c[0] === 'number' ? [c] : c.flatMap(flat);
        return every.length > 100 && every.every((feature) =>
          flat(feature.geometry.coordinates).every(([x, y]) => shown.contains([y, x])));
        }""",
        timeout=8000,
    )


def test_a_server_restart_keeps_the_picture_and_comes_back(
    browser: Browser, county: Database
) -> None:
    number = free_port()
    with ExitStack() as first:
        first.enter_context(web_server(county.url, number))
        page = open_wall(browser, number)
        page.evaluate("window.sameDocument = true")
        first.close()
        expect(page.locator("#lost")).to_contain_text("接続が切れています", timeout=10_000)
        expect(page.locator("#lost")).to_contain_text("時点")
        expect(page.locator("#stage")).to_have_css("opacity", "0.7")
        expect(card(page, "shelters").locator(".card-big")).to_have_text("46")
    with county.transaction() as session:
        session.add(closure(100, LINE, real()))
    with web_server(county.url, number):
        expect(page.locator("#lost")).to_be_hidden(timeout=30_000)
        expect(card(page, "roads").locator(".card-big")).to_have_text("6", timeout=10_000)
        assert page.evaluate("window.sameDocument") is True
    page.close()


def test_a_lost_database_is_said_and_comes_back(
    wall: Page, county: Database, cluster: Cluster
) -> None:
    name = county.engine.url.database
    assert name is not None
    lock_out(cluster, name, allowed=False)
    try:
        expect(wall.locator("#lost")).to_contain_text(
            "データベースに接続できません", timeout=15_000
        )
        expect(card(wall, "shelters").locator(".card-big")).to_have_text("46")
    finally:
        lock_out(cluster, name, allowed=True)
        county.engine.dispose()
    expect(wall.locator("#lost")).to_be_hidden(timeout=15_000)


def test_opened_without_a_database_it_shows_a_designed_state_and_recovers(
    browser: Browser, county: Database, cluster: Cluster
) -> None:
    name = county.engine.url.database
    assert name is not None
    number = free_port()
    lock_out(cluster, name, allowed=False)
    try:
        with web_server(county.url, number):
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.goto(f"http://127.0.0.1:{number}/wall")
            expect(page.locator("#blank-what")).to_have_text(
                "データベースに接続できません", timeout=15_000
            )
            expect(page.locator("#blank-next")).to_have_text("復旧しだい自動で表示します")
            lock_out(cluster, name, allowed=True)
            county.engine.dispose()
            expect(page.locator("#blank")).to_be_hidden(timeout=20_000)
            expect(card(page, "shelters").locator(".card-big")).to_have_text("46")
            page.close()
    finally:
        lock_out(cluster, name, allowed=True)
        county.engine.dispose()


def test_a_new_build_makes_it_reload_once(wall: Page) -> None:
    wall.evaluate(
        "window.sameDocument = true;"
        "hinomi.wall.own.live.dispatchEvent(new CustomEvent('hello', {detail:"
        " {world: {at: new Date().toISOString(), speed: 1}, build: 'another', events: []}}))"
    )
    wall.wait_for_selector("body[data-ready=true]")
    wall.wait_for_event("load", timeout=15_000)
    assert wall.evaluate("window.sameDocument") is None


def test_a_drill_has_its_band_and_its_word(browser: Browser, county: Database) -> None:
    number = free_port()
    with web_server(county.url, number, HINOMI_DRILL_ACTIVE="true"):
        page = open_wall(browser, number)
        expect(page.locator("#drill")).to_have_text("訓練")
        assert page.title().startswith("【訓練】")
        for edge in ("top", "bottom", "left", "right"):
            expect(page.locator(f".band.{edge}")).to_be_visible()
        page.close()


def test_english(browser: Browser, port: int) -> None:
    page = open_wall(browser, port, "?lang=en")
    expect(card(page, "shelters").locator("h2")).to_have_text("Shelters")
    expect(page.locator('.source[data-state="silent"]')).to_contain_text("silent 2 h 10 min")
    text = page.locator("#cards").inner_text()
    assert "か所" not in text
    page.close()


def test_nothing_is_asked_of_the_outside_world(browser: Browser, port: int) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto(f"http://127.0.0.1:{port}/wall")
    page.wait_for_selector("body[data-ready=true]")
    expect(page.locator("#legend")).to_be_visible()
    assert [
        url for url in asked if not url.startswith((f"http://127.0.0.1:{port}/", "data:"))
    ] == []
    assert problems == []
    page.close()


@pytest.mark.parametrize(("width", "height"), [(3840, 2160), (1920, 1080), (2560, 1440)])
def test_all_type_is_large_and_nothing_is_cut(
    browser: Browser, port: int, width: int, height: int
) -> None:
    page = open_wall(browser, port, width=width, height=height)
    expect(page.locator("#legend")).to_be_visible()
    small = page.evaluate(
        """() => {
        const unit = Math.min(innerWidth / 3840, innerHeight / 2160), found = [];
        const stage = document.getElementById("stage");
        const walker = document.createTreeWalker(stage, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const owner = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || !owner.checkVisibility()) continue;
            const size = parseFloat(getComputedStyle(owner).fontSize) / unit;
            if (size < 43.9) found.push([size, walker.currentNode.data]);
        }
        return found;
        }"""
    )
    assert small == []
    long = "火見県奥火見郡楓平町字上萱坂二百六十二番地先から楓平町楡久保まで"
    hear(
        page,
        incident={"title": f"令和8年7月 {long}を中心とする豪雨災害【訓練】"},
        shelters={"people": 123_456, "people_unknown": 78, "opened_1h": 1234, "open": 1234},
        outages={"households": 123_456, "worst": [{"name": long, "households": 120_000}]},
        rain={"value": 123.5, "name": long, "heavy": 321, "silent": 123},
        rivers={"silent": 1234, "levels": dict.fromkeys("012345", 888)},
        closures={"begun_1h": 123, "unknown": 45, "restricted": 678, "newest": [
            {"id": "1", "road_name": long, "place": long, "reason": "土砂崩れ", "started_at": None},
        ]},
    )  # fmt: skip
    page.evaluate(
        "(text) => hinomi.wall.events.add({id: 9e9, at: new Date().toISOString(), severity: 3,"
        " text_ja: text + text + text, text_en: text}, hinomi.wall.clock.now())",
        long,
    )
    expect(card(page, "shelters")).to_contain_text("不明78か所")
    cut = page.evaluate(CUT)
    assert cut == []
    page.close()

"""Stories at the desk, in Chromium, on the real server: see, open, switch, be refused."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from core.db import cluster as private
from core.db.cluster import Cluster
from core.db.schema.incident import Incident
from core.db.schema.system import SourceState
from core.db.session import Database
from core.settings import DatabaseSettings
from tests.e2e.desk_town import PASSWORD, DeskServer, desk_server, people_the_county
from tests.town import gauge, rivers

pytestmark = pytest.mark.browser
LONG_MS = 45_000


@pytest.fixture(scope="module")
def server(cluster: Cluster, template_database: str) -> Iterator[DeskServer]:
    """Yield a server on a county of its own, for all stories of this file."""
    name = f"test_desk_{os.getpid()}"
    private.drop_database(cluster, name)
    private.create_database(cluster, name, template_database)
    database = Database(cluster.url(name), DatabaseSettings())
    with database.transaction() as session:
        people_the_county(session)
    with desk_server(database, cluster.url(name)) as running:
        yield running
    database.close()
    private.drop_database(cluster, name)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Yield a browser window of its own, as on a desk."""
    made = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="ja-JP")
    yield made
    made.close()


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, server: DeskServer) -> Iterator[BrowserContext]:
    """Yield a window in which the administrator has signed in once for all stories."""
    made = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="ja-JP")
    sign_in(made, server, "admin").close()
    yield made
    made.close()


@pytest.fixture
def desk(signed_in: BrowserContext, server: DeskServer) -> Iterator[Page]:
    """Yield the desk of an administrator, with its map."""
    page = signed_in.new_page()
    page.set_default_timeout(LONG_MS)
    page.goto(f"{server.url}/app/")
    expect(page.locator(".situation .leaflet-container")).to_be_visible(timeout=LONG_MS)
    yield page
    page.close()


def sign_in(context: BrowserContext, server: DeskServer, what: str) -> Page:
    """Sign in as a person does."""
    page = context.new_page()
    page.set_default_timeout(LONG_MS)
    page.goto(f"{server.url}/login")
    page.fill("#login", server.logins[what])
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/app/**")
    return page


def open_desk(context: BrowserContext, server: DeskServer, what: str) -> Page:
    """Sign in and wait for the map."""
    page = sign_in(context, server, what)
    expect(page.locator(".situation .leaflet-container")).to_be_visible(timeout=LONG_MS)
    return page


def known(page: Page, layer: str) -> int:
    """Return how many things of a layer the map knows."""
    found: int = page.evaluate(
        "(layer) => window.hinomi.map.current?.store.features(layer).length ?? 0", layer
    )
    return found


def until_known(page: Page, layer: str) -> None:
    """Wait until the map knows something of a layer."""
    page.wait_for_function(
        "(layer) => (window.hinomi.map.current?.store.features(layer).length ?? 0) > 0",
        arg=layer,
        timeout=LONG_MS,
    )


def test_the_storm_is_on_the_map_and_in_the_table(desk: Page) -> None:
    for layer in ("rivers", "rain", "closures", "shelters", "warnings"):
        until_known(desk, layer)
    roads = desk.locator(".leaflet-hinomi-vector-pane canvas")
    expect(roads.first).to_be_attached(timeout=LONG_MS)
    expect(desk.locator(".incident h1")).to_have_text("火見島 豪雨")
    expect(desk.locator(".ag-row").first).to_be_visible(timeout=LONG_MS)
    first = desk.locator(".ag-row[row-index='0'] .level-cell").first
    expect(first).to_have_class(re.compile("level-4"))


def test_a_row_opens_its_river_with_a_chart_and_an_address(desk: Page) -> None:
    desk.locator(".ag-row").first.wait_for(timeout=LONG_MS)
    desk.locator(".search input").fill("朝霧橋")
    desk.locator(".hit").first.click(timeout=LONG_MS)
    drawer = desk.locator(".situation .drawer-open")
    expect(drawer.locator("h2")).to_have_text("朝霧橋", timeout=LONG_MS)
    expect(drawer).to_contain_text("氾濫危険水位")
    expect(desk).to_have_url(re.compile(r"see=rivers%3A\d+"))


def test_a_shared_link_opens_the_chart_against_its_thresholds(
    desk: Page, server: DeskServer
) -> None:
    until_known(desk, "rivers")
    first = desk.evaluate(
        "() => window.hinomi.map.current.store.features('rivers')"
        ".map((one) => Number(one.id)).sort((a, b) => a - b)[0]"
    )
    desk.goto(f"{server.url}/app/?see=rivers:{first}")
    drawer = desk.locator(".situation .drawer-open")
    chart = drawer.locator(".js-plotly-plot")
    expect(chart).to_be_visible(timeout=LONG_MS)
    expect(chart).to_contain_text("氾濫危険水位 4.60")
    assert chart.locator("path.js-line").count() >= 1
    desk.keyboard.press("Escape")
    expect(desk.locator(".situation .drawer-open")).to_have_count(0)


def test_layers_are_switched_and_folded_by_key(desk: Page) -> None:
    until_known(desk, "rain")
    desk.wait_for_function("() => window.hinomi.map.current.scene.visible.has('rain')")
    desk.get_by_label("雨量", exact=False).first.uncheck(force=True)
    desk.wait_for_function("() => !window.hinomi.map.current.scene.visible.has('rain')")
    desk.locator(".situation .map-box").click(position={"x": 5, "y": 300})
    desk.keyboard.press("l")
    expect(desk.locator(".panel")).to_be_hidden()


def test_the_table_follows_the_layer_chosen(desk: Page) -> None:
    until_known(desk, "shelters")
    desk.locator(".table-head label", has_text="避難所").click()
    expect(desk.locator(".ag-header")).to_contain_text("混雑")
    expect(desk.locator(".ag-row").first).to_contain_text(re.compile("小学校|公民館|体育館"))


def test_an_administrator_switches_a_source_off_after_being_asked_back(
    desk: Page, server: DeskServer
) -> None:
    desk.locator(".rail-link", has_text="情報源").click()
    row = desk.locator("tr[data-source=jma_amedas]")
    expect(row.locator(".switch.on")).to_be_visible(timeout=LONG_MS)
    row.locator(".switch").click()
    question = desk.get_by_role("dialog")
    expect(question).to_contain_text("受信を止めます")
    question.get_by_role("button", name="受信を止める").click()
    expect(row.locator(".switch:not(.on)")).to_be_visible(timeout=LONG_MS)
    with server.database.transaction() as session:
        kept = session.scalars(select(SourceState).filter_by(source="jma_amedas")).one()
        assert kept.enabled is False
    row.locator(".switch").click()
    desk.get_by_role("dialog").get_by_role("button", name="受信を始める").click()
    expect(row.locator(".switch.on")).to_be_visible(timeout=LONG_MS)


def test_a_viewer_is_refused_with_a_sentence(context: BrowserContext, server: DeskServer) -> None:
    page = open_desk(context, server, "viewer")
    page.goto(f"{server.url}/app/sources")
    switch = page.locator("tr[data-source=jma_amedas] .switch")
    expect(switch).to_have_attribute("aria-disabled", "true", timeout=LONG_MS)
    switch.click(force=True)
    expect(page.get_by_text("閲覧の権限では情報源の開始・停止はできません。")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    with server.database.transaction() as session:
        kept = session.scalars(select(SourceState).filter_by(source="jma_amedas")).one()
        assert kept.enabled is True


def test_the_slider_shows_the_past_and_comes_back(desk: Page) -> None:
    desk.locator(".ag-row").first.wait_for(timeout=LONG_MS)
    page, moment = desk.locator(".situation"), desk.locator(".timeline .moment")
    expect(moment).to_have_text("現在")
    desk.locator(".slider-box input[type=range]").press("ArrowLeft")
    expect(page).to_have_class(re.compile("in-the-past"))
    expect(moment).to_have_text(re.compile(r"\d\d:\d0 の状況"))
    expect(desk.locator(".past-band")).to_be_visible()
    desk.wait_for_function("() => window.hinomi.map.current.live.held", timeout=LONG_MS)
    desk.locator(".back-to-live").click()
    expect(page).not_to_have_class(re.compile("in-the-past"))
    expect(moment).to_have_text("現在")
    until_known(desk, "rivers")


def test_a_disaster_is_edited_ended_and_registered_for_every_screen(
    desk: Page, context: BrowserContext, server: DeskServer
) -> None:
    wall = context.new_page()
    wall.goto(f"{server.url}/wall")
    expect(wall.locator("#incident")).to_have_text("火見島 豪雨", timeout=LONG_MS)
    name, dialog = desk.locator(".incident h1"), desk.get_by_role("dialog")
    expect(name).to_have_text("火見島 豪雨")
    desk.locator(".incident-name").click()
    dialog.get_by_label("災害名").fill("火見島 令和8年7月豪雨")
    dialog.get_by_label("配備体制").fill("第3配備")
    dialog.get_by_role("button", name="変更を保存する").click()
    expect(name).to_have_text("火見島 令和8年7月豪雨", timeout=LONG_MS)
    expect(desk.locator(".incident p")).to_contain_text("災害対策本部 第3配備")
    expect(wall.locator("#incident")).to_have_text("火見島 令和8年7月豪雨", timeout=LONG_MS)
    desk.locator(".incident-name").click()
    dialog.get_by_role("button", name="対応を終える").click()
    expect(dialog).to_contain_text("記録は残ります")
    dialog.get_by_role("button", name="対応を終える").click()
    expect(name).to_contain_text("災害の登録なし", timeout=LONG_MS)
    desk.locator(".incident-name").click()
    dialog.get_by_label("災害名").fill("火見島 豪雨")
    dialog.get_by_role("button", name="登録する").click()
    expect(name).to_have_text("火見島 豪雨", timeout=LONG_MS)
    expect(wall.locator("#incident")).to_have_text("火見島 豪雨", timeout=LONG_MS)
    with server.database.transaction() as session:
        known = session.scalars(select(Incident).order_by(Incident.id)).all()
        assert [(one.name, one.ended_at is None) for one in known] == [
            ("火見島 令和8年7月豪雨", False),
            ("火見島 豪雨", True),
        ]


def test_a_viewer_reads_the_disaster_with_the_reason(
    context: BrowserContext, server: DeskServer
) -> None:
    page = open_desk(context, server, "viewer")
    page.locator(".incident-name").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("閲覧の権限では災害名・体制の編集はできません。")
    expect(dialog.get_by_role("textbox")).to_have_count(0)


def test_a_file_is_imported_and_its_refused_rows_are_shown(desk: Page, server: DeskServer) -> None:
    desk.goto(f"{server.url}/app/sources")
    row = desk.locator("tr[data-source=river_levels]")
    row.locator("[data-ask=import]").click(timeout=LONG_MS)
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("1ファイル 8 MBまで")
    with desk.expect_file_chooser() as chooser:
        dialog.locator(".dropzone").click()
    content = rivers(gauge(1, 1.0), gauge(2, 2.0, code="?"))
    chooser.value.set_files([
        {"name": "hour.json", "mimeType": "application/json", "buffer": content},
        {"name": "broken.json", "mimeType": "application/json", "buffer": b"no json"},
        {"name": "huge.json", "mimeType": "application/json", "buffer": bytes(8_000_001)},
    ])  # fmt: skip
    results = dialog.locator(".imported")
    expect(results).to_have_count(3, timeout=LONG_MS)
    expect(results.nth(0)).to_contain_text("1 観測値")
    expect(results.nth(1)).to_contain_text("取り込めませんでした")
    expect(results.nth(2)).to_contain_text("8 MBまで")
    results.nth(0).get_by_role("button").click()
    drawer = desk.locator(".sources .drawer-open")
    expect(drawer).to_contain_text("hour.json", timeout=LONG_MS)
    expect(dialog).to_have_count(0)


def test_signing_out_closes_the_desk(context: BrowserContext, server: DeskServer) -> None:
    desk = open_desk(context, server, "operator")
    desk.locator(".sign-out").click()
    desk.wait_for_url("**/login**")
    desk.goto(f"{server.url}/app/sources")
    expect(desk).to_have_url(re.compile("/login"))


def test_the_page_asks_nobody_but_us(context: BrowserContext, server: DeskServer) -> None:
    outside: list[str] = []
    context.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((server.url, "data:", "blob:"))
            else outside.append(request.url)
        ),
    )
    missing: list[str] = []
    context.on(
        "response",
        lambda answer: missing.append(answer.url) if answer.status >= 400 else None,
    )
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.close()
    desk = open_desk(context, server, "operator")
    desk.on("pageerror", lambda error: errors.append(str(error)))
    until_known(desk, "rivers")
    assert outside == []
    assert missing == []
    assert errors == []

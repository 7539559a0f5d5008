"""What people see, in Chromium, on a Hinomi that runs as a whole."""

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from conftest import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SOON_MS = 30_000


def test_a_stranger_is_sent_to_the_sign_in_page(page: Page) -> None:
    page.goto("/app/")
    expect(page).to_have_url(re.compile("/login"))
    page.fill("#login", "operator")
    page.fill("#password", "not-the-password")
    page.click("button[type=submit]")
    expect(page).to_have_url(re.compile("/login"))
    expect(page.locator("[role=alert]")).to_be_visible()


def test_an_operator_sees_the_storm(operator: Page) -> None:
    expect(operator.locator("body")).to_contain_text("訓練")
    expect(operator.locator(".leaflet-container")).to_be_visible(timeout=SOON_MS)
    expect(operator.locator("body")).to_contain_text("雨量", timeout=SOON_MS)


def test_the_wall_opens_and_its_clock_runs(page: Page, live_server: "LiveServer") -> None:
    del live_server
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/wall")
    page.wait_for_selector("body[data-ready=true]", timeout=SOON_MS)
    expect(page.locator("body")).to_contain_text("訓練")
    before = page.locator("body").inner_text()
    page.wait_for_timeout(3000)
    assert page.locator("body").inner_text() != before


def test_a_silent_source_is_named_on_the_wall(page: Page, live_server: "LiveServer") -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/wall")
    page.wait_for_selector("body[data-ready=true]", timeout=SOON_MS)
    live_server.control("faults/jma_amedas", fault="error")
    live_server.control("speed", speed=600)
    try:
        live_server.until(lambda: live_server.source("jma_amedas") in {"late", "silent"}, 60)
        expect(page.locator("body")).to_contain_text("途絶", timeout=SOON_MS)
    finally:
        live_server.control("faults/jma_amedas", fault=None)
        live_server.control("speed", speed=60)
    live_server.until(lambda: live_server.source("jma_amedas") == "ok", 60)


def test_the_wall_outlives_the_web_server(page: Page, live_server: "LiveServer") -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/wall")
    page.wait_for_selector("body[data-ready=true]", timeout=SOON_MS)
    live_server.kill("web")
    lost = page.get_by_text("接続が切れています")
    expect(lost).to_be_visible(timeout=SOON_MS)
    live_server.start("web")
    live_server.wait("web")
    expect(lost).to_be_hidden(timeout=SOON_MS)


def test_a_dead_worker_is_seen_on_the_wall(page: Page, live_server: "LiveServer") -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/wall")
    page.wait_for_selector("body[data-ready=true]", timeout=SOON_MS)
    live_server.kill("worker")
    live_server.until(lambda: live_server.health()["parts"]["worker"]["state"] != "ok", 40)
    expect(page.locator("body")).to_contain_text(re.compile("取込み\\s*途絶"), timeout=SOON_MS)
    live_server.start("worker")
    live_server.wait("worker")


def test_the_sources_page_names_every_source(prefecture: Page, live_server: "LiveServer") -> None:
    prefecture.goto("/app/sources")
    for word in ("river_levels", "jma_amedas"):
        assert live_server.source(word)
    expect(prefecture.locator("body")).to_contain_text("AMeDAS", timeout=SOON_MS, ignore_case=True)


def test_a_signed_in_operator_signs_out(operator: Page, live_server: "LiveServer") -> None:
    cookies = {c["name"]: c["value"] for c in operator.context.cookies() if c.get("value")}
    address = f"{live_server.address}/app/"
    assert httpx.get(address, cookies=cookies).status_code == 200
    operator.get_by_label("ログアウト").click()
    expect(operator).to_have_url(re.compile("/login"), timeout=SOON_MS)
    # The session itself is over, not only the browser's memory of it.
    assert httpx.get(address, cookies=cookies).status_code in {302, 303, 307, 401}

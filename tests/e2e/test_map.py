"""The map scripts in Chromium: differences in place, clusters, legend, ages; on a bare page."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from dashboard.pages.wall import ASSETS
from tests.e2e.wall_town import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ORIGIN = "http://map.test"
PAGE = """<!DOCTYPE html><html><head>
<link rel="stylesheet" href="/assets/vendor/leaflet/leaflet.css"></head>
<body style="margin:0"><div id="map" style="width:800px;height:600px"></div><div id="legend"></div>
<script src="/assets/vendor/leaflet/leaflet.js"></script>
<script src="/assets/vendor/protomaps-leaflet/protomaps-leaflet.js"></script>
<script type="module" src="/assets/map/index.js"></script>
<script>
addEventListener('hinomi:map-ready', () => {
  window.map = L.map('map', {center: [30, 150], zoom: 9, zoomAnimation: false});
  window.own = hinomi.map.attach(map, {layers: ['rivers', 'shelters', 'closures', 'warnings'],
    baseMap: 'builtin', legend: document.getElementById('legend'),
    onSelect: (what) => { window.selected = what; }});
  own.live.stop();
  document.body.dataset.ready = 'true';
});
</script></body></html>"""
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}


def answer(route: Route) -> None:
    """Serve the page and the assets; nothing else is there."""
    path = route.request.url.removeprefix(ORIGIN).split("?")[0]
    if path == "/":
        route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")
    elif path.startswith("/assets/"):
        file = ASSETS / path.removeprefix("/assets/")
        route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
    else:
        route.fulfill(status=503, body="")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def opened_page(browser: Browser) -> Iterator[Page]:
    """Yield one page for all tests."""
    opened = browser.new_page(viewport={"width": 820, "height": 700})
    opened.route("**/*", answer)
    opened.goto(f"{ORIGIN}/")
    opened.wait_for_selector("body[data-ready=true]")
    yield opened
    opened.close()


@pytest.fixture
def page(opened_page: Page) -> Page:
    """Return the page with an empty map at its first view."""
    opened_page.evaluate(
        """() => {
        for (const layer of own.store.layers.values()) {
          layer.items.clear();
          layer.version = null;
        }
        window.selected = undefined;
        own.scene.selected = null;
        own.scene.calm = false;
        own.setVisible(own.ids);
        map.setView([30, 150], 9, {animate: false});
        own.painter.paint();
        }"""
    )
    return opened_page


def gauge(number: int, lon: float, lat: float, **more: Any) -> dict[str, Any]:
    told = {"name": f"橋{number}", "value": 4.0, "level": 0, "trend": 0, "state": "live", **more}
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": str(number), "geometry": geometry, "properties": told}


def fill(page: Page, layer: str, features: list[dict[str, Any]], version: int = 1) -> None:
    """Give a layer its features and paint."""
    page.evaluate(
        "([layer, version, features]) => { own.store.replace(layer, {version, features});"
        " own.painter.paint(); }",
        [layer, version, features],
    )


def colour_at(page: Page, lon: float, lat: float, down: int = 0) -> list[int]:
    """Return the colour of the data canvas at a position, `down` px below it."""
    found: list[int] = page.evaluate(
        """([lat, lon, down]) => {
        const at = map.latLngToLayerPoint([lat, lon]).subtract(own.painter._bounds.min);
        return [...own.painter._ctx.getImageData(at.x, at.y + down, 1, 1).data];
        }""",
        [lat, lon, down],
    )
    return found


def test_a_river_gauge_has_the_official_colour_of_its_level(page: Page) -> None:
    fill(page, "rivers", [gauge(1, 150, 30, level=4)])
    assert colour_at(page, 150, 30, 8) == [0xAA, 0x00, 0xAA, 255]


def test_a_silent_gauge_has_no_level_colour(page: Page) -> None:
    fill(page, "rivers", [gauge(1, 150, 30, level=4, state="silent")])
    assert colour_at(page, 150, 30, 8) != [0xAA, 0x00, 0xAA, 255]
    expect(page.locator("#legend")).to_have_text("途絶（最後の値）")


@pytest.mark.parametrize(
    ("change", "outcome", "level"),
    [
        ({"from": 1, "to": 2}, "applied", 5),
        ({"from": 2, "to": 3}, "gap", 3),
        ({"from": 0, "to": 1}, "old", 3),
        ({"from": -1, "to": 9}, "gap", 3),
    ],
)
def test_differences_apply_only_where_they_fit(
    page: Page, change: dict[str, int], outcome: str, level: int
) -> None:
    fill(page, "rivers", [gauge(1, 150, 30, level=3), gauge(2, 150.1, 30)])
    diff = {**change, "layer": "rivers", "upsert": [gauge(1, 150, 30, level=5)], "remove": ["2"]}
    assert page.evaluate("(diff) => own.store.apply(diff)", diff) == outcome
    items = page.evaluate("own.store.features('rivers').map((f) => [f.id, f.properties.level])")
    assert items == ([["1", 5]] if outcome == "applied" else [["1", level], ["2", 0]])


def test_the_shape_of_what_stayed_is_kept(page: Page) -> None:
    fill(page, "rivers", [gauge(1, 150, 30)])
    assert page.evaluate(
        """(feature) => {
        const before = own.store.layer('rivers').items.get('1').shape;
        own.store.apply({layer: 'rivers', from: 1, to: 2, upsert: [feature], remove: []});
        return own.store.layer('rivers').items.get('1').shape === before;
        }""",
        gauge(1, 150, 30, level=2),
    )


def test_a_cluster_shows_the_worst_inside_and_how_many(page: Page) -> None:
    near = [gauge(n, 150 + n * 0.002, 30, level=level) for n, level in enumerate([0, 2, 4, 1])]
    fill(page, "rivers", near)
    marks = page.evaluate("own.painter._marks.map((m) => [m.id, m.count])")
    assert marks == [["2", 4]]


def forms(page: Page) -> dict[str, str]:
    """Return how large each sign is drawn, by id."""
    told: dict[str, str] = page.evaluate(
        "Object.fromEntries(own.painter._marks.map((m) => [m.id, m.form]))"
    )
    return told


def shelter(number: int, lon: float, lat: float, crowding: str | None) -> dict[str, Any]:
    told = {"name": f"校{number}", "opening": "open", "crowding": crowding, "state": "live"}
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": f"s{number}", "geometry": geometry, "properties": told}


def test_a_lesser_sign_gives_way_to_a_worse_one_of_another_layer(page: Page) -> None:
    fill(page, "rivers", [gauge(1, 150, 30, level=4)])
    fill(page, "shelters", [shelter(1, 150.012, 30, "empty"), shelter(2, 150.3, 30, "empty")])
    shown = forms(page)
    assert shown["1"] == shown["s2"] == "full"
    assert shown.get("s1", "dot") == "dot"


def test_a_wall_keeps_small_what_is_well(page: Page) -> None:
    page.evaluate("own.scene.calm = true")
    fill(page, "rivers", [gauge(1, 149.8, 30, level=0), gauge(2, 149.6, 30, level=3)])
    fill(page, "shelters", [shelter(1, 150, 30, "empty"), shelter(2, 150.3, 30, "full")])
    assert forms(page) == {"1": "dot", "2": "full", "s1": "small", "s2": "full"}


def test_a_carpet_of_gauges_is_thinned_and_counted(page: Page) -> None:
    many = [gauge(n, 149 + (n % 20) / 10, 29.3 + (n // 20) / 10) for n in range(280)]
    many.append(gauge(999, 150.02, 30.02, level=4))
    fill(page, "rivers", many)
    marks = page.evaluate("own.painter._marks.map((m) => [m.id, m.count])")
    assert 20 < len(marks) <= 130
    assert ["999", max(count for name, count in marks if name == "999")] in marks
    assert sum(count for _, count in marks) > 200


def test_the_legend_lists_only_what_is_on_the_screen(page: Page) -> None:
    fill(page, "rivers", [gauge(1, 150, 30, level=3), gauge(2, 100, 10, state="silent")])
    expect(page.locator("#legend")).to_have_text("水位（数字は相当レベル）")
    page.evaluate("own.setVisible([]); own.painter.paint()")
    expect(page.locator("#legend")).to_be_hidden()


def test_a_click_selects_the_sign_under_it(page: Page) -> None:
    fill(page, "rivers", [gauge(7, 150, 30, level=3)])
    page.mouse.click(400, 300)
    assert page.evaluate("selected") == {"layer": "rivers", "id": "7"}
    page.mouse.click(100, 100)
    assert page.evaluate("selected") is None


def test_three_thousand_points_are_painted_quickly(page: Page) -> None:
    many = [gauge(n, 149 + (n % 60) / 30, 29 + (n // 60) / 25, level=n % 6) for n in range(3000)]
    fill(page, "rivers", many)
    took = page.evaluate(
        "(() => { const t = performance.now(); for (let i = 0; i < 5; i++) own.painter.paint();"
        " return (performance.now() - t) / 5; })()"
    )
    assert took < 400


@pytest.mark.parametrize(
    ("state", "seconds", "japanese", "english"),
    [
        ("live", 40, "40秒前", "40 s ago"),
        ("late", 27 * 60, "27分前", "27 min ago"),
        ("silent", 7800, "途絶 2時間10分", "silent 2 h 10 min"),
        ("silent", 3600, "途絶 1時間", "silent 1 h"),
        ("live", 3 * 86400, "3日前", "3 d ago"),
        ("never", None, "報告なし", "no report"),
        ("off", 5, "停止中", "off"),
    ],
)
def test_ages_in_words(
    page: Page, state: str, seconds: int | None, japanese: str, english: str
) -> None:
    told = page.evaluate(
        "async ([state, seconds]) => { const { ageText } = await import('/assets/map/age.js');"
        " return [ageText(state, seconds, 'ja'), ageText(state, seconds, 'en')]; }",
        [state, seconds],
    )
    assert told == [japanese, english]


def test_times_are_japanese_with_the_date_when_not_today(page: Page) -> None:
    told = page.evaluate(
        "async () => { const { timeText } = await import('/assets/map/age.js');"
        " const now = Date.parse('2026-07-03T15:30:00Z');"
        " return [timeText('2026-07-03T15:05:00Z', now, 'ja'),"
        " timeText('2026-07-03T14:05:00Z', now, 'ja')]; }"
    )
    assert told == ["00:05", "7/3 23:05"]


def test_households_as_the_source_said_them(page: Page) -> None:
    told = page.evaluate(
        "async () => { const { households } = await import('/assets/map/words.js');"
        " return [households(60, 'about', 'ja'), households(10, 'under', 'ja'),"
        " households(4120, 'exact', 'ja'), households(null, 'exact', 'ja')]; }"
    )
    assert told == ["約60戸", "10戸未満", "4,120戸", "不明"]


def land_at(page: Page, lon: float, lat: float) -> list[int]:
    """Return the colour of the land's canvas at a position."""
    found: list[int] = page.evaluate(
        """([lat, lon]) => {
        const canvas = map.getPane('hinomi-world').querySelector('canvas');
        const box = canvas.getBoundingClientRect(), at = map.latLngToContainerPoint([lat, lon]);
        const own = map.getContainer().getBoundingClientRect();
        const per = canvas.width / box.width;
        const x = (at.x + own.left - box.left) * per, y = (at.y + own.top - box.top) * per;
        return [...canvas.getContext('2d').getImageData(x, y, 1, 1).data];
        }""",
        [lat, lon],
    )
    return found


def test_japan_is_drawn_where_there_is_neither_relief_nor_a_network(page: Page) -> None:
    page.evaluate("map.setView([36, 137.5], 6); own.catalogue.set('rain', {id: 'rain'});")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("own.dress(); own.dress()")
    page.wait_for_function("own.baseMap.land?.getLayers().length")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert land_at(page, 138.5, 36) == [0xF2, 0xF2, 0xF2, 255]
    assert land_at(page, 135, 39)[3] == 0
    assert asked == [f"{ORIGIN}/assets/map/japan.json"]


def test_where_there_is_a_relief_nothing_else_lies_below(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("own.catalogue.set('relief', {id: 'relief', version: 3}); own.dress()")
    page.wait_for_function("own.baseMap.relief")
    page.wait_for_timeout(200)
    assert asked
    assert all(url.startswith(f"{ORIGIN}/tiles/raster/relief/3/") for url in asked)


def try_gsi(page: Page, reachable: bool) -> list[str]:
    """Let a base map look for the official tiles; return what is asked for, as it is."""
    asked: list[str] = []

    def tile(route: Route) -> None:
        asked.append(route.request.url)
        if reachable:
            route.fulfill(body=PIXEL, headers={"Access-Control-Allow-Origin": "*"},
                          content_type="image/png")  # fmt: skip
        else:
            route.abort("internetdisconnected")

    page.route("https://**/*", tile)
    page.evaluate(
        "map.setView([36, 137.5], 6); window.tried = new own.baseMap.constructor(L, map,"
        " {choice: 'auto', base: '', language: 'ja', ground: '#fff'})"
    )
    return asked


def test_without_a_network_one_tile_is_asked_for_and_no_more(page: Page) -> None:
    asked = try_gsi(page, reachable=False)
    page.wait_for_timeout(500)
    assert len(asked) == 1
    assert page.evaluate("[map.getContainer().dataset.base, tried.gsi]") == ["builtin", None]


def test_with_a_network_the_official_map_is_shown(page: Page) -> None:
    asked = try_gsi(page, reachable=True)
    page.wait_for_selector("#map[data-base=gsi]")
    assert len(asked) > 1
    assert all("/xyz/pale/" in url for url in asked)

"""What the situation page answers; each function is called with the `Desk` first."""

from typing import Any

import dash_leaflet as dl
from dash import html

from core.clock import tokyo
from dashboard.components.notices import empty_state
from dashboard.components.times import parse_moment
from dashboard.components.tree import Tree, attributes
from dashboard.components.wiring import Desk
from dashboard.pages.situation.detail import detail
from dashboard.pages.situation.table import Column, columns
from dashboard.services import Hit

PHOTO = "https://cyberjapandata.gsi.go.jp/xyz/seamlessphoto/{z}/{x}/{y}.jpg"
"""reference/C-levels-colours-tiles.md C5."""
GSI_CREDIT = (
    '<a href="https://maps.gsi.go.jp/development/ichiran.html" target="_blank">地理院タイル</a>'
)
MIN_SEARCH = 1
SEARCH_LIMIT = 12


def open_detail(
    desk: Desk, selection: dict[str, str] | None, _changed: int, time: str | None
) -> tuple[Any, str]:
    """Return the drawer of what is chosen and its class: open or empty."""
    word, ask = desk.word, desk.services.ask
    if not selection:
        return empty_state(word("drawer_empty")), "drawer drawer-empty"
    at = parse_moment(time)
    found = ask.feature(selection["layer"], selection["id"], at)
    if found is None:
        return empty_state(word("drawer_gone")), "drawer drawer-gone"
    return detail(desk, found, at or ask.world().at), "drawer drawer-open"


def show_table(desk: Desk, layer: str) -> tuple[list[Column], dict[str, Any]]:
    """Return the columns of a layer's table and how its export is named."""
    now = tokyo(desk.services.ask.world().at)
    drill = f"{desk.word('drill')}_" if desk.services.drill else ""
    name = f"{drill}hinomi_{layer}_{now:%Y%m%d_%H%M}.csv"
    first = {"prependContent": desk.word("drill_long") + "\r\n"} if desk.services.drill else {}
    return columns(layer, desk.word), {"fileName": name, **first}


def find(desk: Desk, text: str | None) -> Tree:
    """Return what a name finds, as buttons that the browser script listens to."""
    wanted = (text or "").strip()
    if len(wanted) < MIN_SEARCH:
        return []
    hits = desk.services.ask.search(wanted[:80], SEARCH_LIMIT)
    if not hits:
        return html.P(desk.word("search_none", text=wanted), role="status")
    return [hit_button(hit) for hit in hits]


def hit_button(hit: Hit) -> html.Button:
    """Return one thing found."""
    see = f"{hit.layer}:{hit.id}" if hit.layer else ""
    return html.Button(
        [html.B(hit.name), html.Small(hit.detail)],
        className="hit",
        **attributes(data_see=see, data_lon=str(hit.lon), data_lat=str(hit.lat)),
    )


def choose_base(desk: Desk, base: str) -> list[Any]:
    """Return the photographs below the data; all other base maps are drawn by the map scripts."""
    if base != "photo" or not desk.services.gsi_tiles:
        return []
    return [dl.TileLayer(url=PHOTO, attribution=GSI_CREDIT, maxNativeZoom=18, maxZoom=18)]

"""The wall display: a static page with modules of its own, no Dash, so it survives anything."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Literal

ASSETS = Path(__file__).resolve().parent.parent.parent / "assets"
PARTS = ("map", "wall", "vendor")
LAYERS = (
    "boundaries",
    "roads",
    "warnings",
    "outages",
    "closures",
    "rain",
    "rivers",
    "shelters",
)
"""What the wall draws, all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WallPage:
    """What the wall's page is told when it is sent."""

    drill: bool
    base_map: Literal["auto", "builtin", "gsi"] = "auto"
    base: str = ""
    """What stands before /api and /tiles; empty at the root."""
    assets: str = "/assets"
    """Address of `dashboard/assets`."""


@lru_cache(maxsize=1)
def build_mark() -> str:
    """Return a digest of everything the wall is made of; open walls reload when it differs."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for part in PARTS:
        for path in sorted((ASSETS / part).rglob("*")):
            if path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def wall_html(language: str, page: WallPage) -> str:
    """Return the wall's page; `language` is `ja` or `en` (anything else is taken as `ja`).

    It carries no data, hence needs no database, and no inline script: the configuration is a data
    block that the Content-Security-Policy lets pass.
    """
    english = language == "en"
    config = {
        "language": "en" if english else "ja",
        "layers": LAYERS,
        "base": page.base,
        "baseMap": page.base_map,
        "build": build_mark(),
        "drill": page.drill,
    }
    # `<` cannot end the block early.
    told = json.dumps(config, ensure_ascii=False).replace("<", "\\u003c")
    drill_word = "DRILL" if english else "訓練"
    title = f"【{drill_word}】火の見" if page.drill else "火の見"
    mark = f'<span id="drill">{drill_word}</span>' if page.drill else ""
    return _PAGE.format(
        lang="en" if english else "ja",
        title=title,
        drill="drill" if page.drill else "",
        mark=mark,
        config=told,
        assets=escape(page.assets, quote=True),
        build=build_mark(),
        blank="Connecting to the server" if english else "サーバーに接続しています",
        blank_next="Will appear by itself" if english else "つながりしだい自動で表示します",
        noscript="JavaScript is needed" if english else "JavaScript を有効にしてください",
    )


_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{assets}/vendor/leaflet/leaflet.css?v={build}">
<link rel="stylesheet" href="{assets}/wall/wall.css?v={build}">
</head>
<body class="{drill}">
<div class="band top"></div><div class="band bottom"></div>
<div class="band left"></div><div class="band right"></div>
<div id="lost" role="alert" hidden></div>
<div id="stage">
<header id="title">{mark}
<div id="names"><h1 id="incident"></h1><p id="headquarters"></p></div>
<div id="chips"></div>
<div id="clock"><p id="time"></p>
<p id="clock-row"><span id="date"></span><span id="updated"></span></p></div>
</header>
<main id="view">
<div id="map"></div>
<div id="where" aria-live="off"><p id="where-row"><span id="where-title"></span>
<span id="where-step"></span></p><p id="where-why"></p></div>
<div id="worker" role="alert" hidden></div>
<div id="foot"><div id="legend"></div><p id="credit"></p></div>
<div id="blank"><p id="blank-what">{blank}</p><p id="blank-next">{blank_next}</p></div>
</main>
<aside id="cards"></aside>
<section id="events"></section>
<section id="sources"></section>
</div>
<noscript>{noscript}</noscript>
<script type="application/json" id="config">{config}</script>
<script src="{assets}/vendor/leaflet/leaflet.js?v={build}" defer></script>
<script src="{assets}/vendor/protomaps-leaflet/protomaps-leaflet.js?v={build}" defer></script>
<script type="module" src="{assets}/wall/wall.js?v={build}"></script>
</body>
</html>
"""

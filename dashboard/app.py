"""The Dash application under `/app/`: frame, pages, an index that loads nothing from outside."""

import hashlib
from pathlib import Path

import dash
from dash import html
from dash.backends._fastapi import reset_current_request, set_current_request
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from dashboard.components.notices import empty_state
from dashboard.components.tree import Tree
from dashboard.components.wiring import Desk
from dashboard.i18n import words
from dashboard.pages import situation, sources
from dashboard.services import Services
from dashboard.shell import PREFIX, Page, frame, register
from dashboard.stores import cookies_of_request, language_of, viewer_of

ASSETS = Path(__file__).parent / "assets"
STYLES = (
    "desk/tokens.css",
    "desk/icons.css",
    "desk/shell.css",
    "desk/situation.css",
    "desk/sources.css",
)
EARLY_SCRIPTS = ("desk/clientside.js",)
"""Classic scripts before the renderer, since its callbacks name their functions."""
LATE_SCRIPTS = ("vendor/protomaps-leaflet/protomaps-leaflet.js", "desk/hook.js")
"""Classic scripts after dash-leaflet, whose Leaflet they extend, before its first map is made."""
MODULES = ("desk/desk.js",)


def versioned(name: str) -> str:
    """Return an asset's address with the hash of its content, so that caches never lie."""
    digest = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"{PREFIX}assets/{name}?v={digest}"


def index_page() -> str:
    """Return the HTML around the application; `lang` and scheme are set by the first script."""
    styles = "".join(f'<link rel="stylesheet" href="{versioned(name)}">' for name in STYLES)
    early = "".join(f'<script src="{versioned(name)}"></script>' for name in EARLY_SCRIPTS)
    late = "".join(f'<script src="{versioned(name)}"></script>' for name in LATE_SCRIPTS)
    modules = "".join(
        f'<script type="module" src="{versioned(name)}"></script>' for name in MODULES
    )
    return (
        '<!DOCTYPE html><html lang="ja"><head>{%metas%}<title>{%title%}</title>{%favicon%}'
        f"{{%css%}}{styles}</head><body>{early}{{%app_entry%}}<footer>{{%config%}}{{%scripts%}}"
        f"{late}{modules}{{%renderer%}}</footer></body></html>"
    )


def page_list() -> dict[str, Page]:
    """Return the pages by address, in the order of the rail."""
    pages = (
        Page(PREFIX, "situation", situation.page),
        Page(f"{PREFIX}sources", "sources", sources.page),
    )
    return {page.path.rstrip("/"): page for page in pages}


def create_dash(services: Services) -> dash.Dash:
    """Return the application; mount its `.server` (FastAPI) at the root, after all other routes.

    Its routes carry the prefix `/app/` themselves, and none of them checks who asks: the session
    middleware around it does, and sets `core.auth.actor.current_actor`.
    """
    app = dash.Dash(
        "dashboard",
        backend="fastapi",
        routes_pathname_prefix=PREFIX,
        requests_pathname_prefix=PREFIX,
        assets_folder=str(ASSETS),
        include_assets_files=False,
        serve_locally=True,
        suppress_callback_exceptions=True,
        index_string=index_page(),
        title=title(services),
        update_title="",
        csrf_token_name="hinomi_csrf",  # noqa: S106 - the name of a cookie
        csrf_header_name="X-CSRF-Token",
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    pages = page_list()
    app.layout = lambda: layout(services, pages)
    register(app, services, pages)
    situation.register(app, services)
    sources.register(app, services)
    serve_pages(app, pages)
    return app


def title(services: Services) -> str:
    """Return the title of the browser's tab."""
    return "【訓練】火の見" if services.drill else "火の見"


def layout(services: Services, pages: dict[str, Page]) -> Tree:
    """Return the screen for whoever asks, or the way to sign in."""
    cookies = cookies_of_request()
    viewer = viewer_of(cookies)
    if viewer is None:
        word = words(language_of(cookies))
        return html.Main(empty_state(word("signed_out"), (word("sign_in"), "/login")))
    return frame(Desk(services, viewer), pages)


def serve_pages(app: dash.Dash, pages: dict[str, Page]) -> None:
    """Answer every page's address with the index; Dash itself knows the first alone."""

    async def index(request: Request) -> Response:
        token = set_current_request(request)
        try:
            return HTMLResponse(app.index())
        finally:
            reset_current_request(token)

    server: FastAPI = app.server
    for page in pages.values():
        if page.path != PREFIX:
            server.add_api_route(page.path, index, include_in_schema=False)

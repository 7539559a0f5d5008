"""`hinomi serve`: the operators' web server."""

import click
import uvicorn

from core import logs
from core.settings import load_settings
from server.web import create_app

GRACE_S = 3
"""Open streams are given so long when the server stops; screens reconnect by themselves."""


@click.command("serve")
@click.option("--host", help="Address to listen on; HINOMI_WEB_HOST otherwise.")
@click.option("--port", type=click.IntRange(1, 65535), help="HINOMI_WEB_PORT otherwise.")
def command(host: str | None, port: int | None) -> None:
    """Run the web server until it is told to stop; it waits for no database."""
    settings = load_settings()
    logs.configure("web")
    uvicorn.run(
        create_app(settings),
        host=host or settings.web.host,
        port=port or settings.web.port,
        # Who is asking behind a proxy is decided in `server.origin`, by the trusted ones alone.
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_S,
        ws_max_size=1_000_000,
    )

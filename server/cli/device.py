"""`hinomi device`: tokens of wall displays."""

import click

from core import clock
from core.auth import store
from core.auth.actor import SYSTEM
from core.settings import load_settings
from server.cli.account import opened


@click.group("device")
def group() -> None:
    """Wall displays: create, list, revoke."""


@group.command()
@click.argument("name")
def create(name: str) -> None:
    """Register a wall display and print the address it opens once; shown now and never again."""
    web = load_settings().web
    with opened() as session:
        token = store.create_device(session, SYSTEM, name)
    scheme = "https" if web.secure_cookies else "http"
    click.echo(f"{scheme}://{web.host}:{web.port}/wall?device={token}")


@group.command("list")
def list_() -> None:
    """List the wall displays."""
    with opened() as session:
        for device in store.list_devices(session):
            state = "失効" if device.revoked_at is not None else "有効"
            seen = "-"
            if device.last_seen_at is not None:
                seen = f"{clock.tokyo(device.last_seen_at):%Y-%m-%d %H:%M}"
            click.echo(f"{device.id}\t{state}\t{seen}\t{device.name}")


@group.command()
@click.argument("device_id", type=int)
def revoke(device_id: int) -> None:
    """Take a wall display's token back."""
    with opened() as session:
        store.revoke_device(session, SYSTEM, device_id)
    click.echo(f"失効しました: {device_id}")

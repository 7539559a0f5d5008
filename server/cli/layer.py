"""`hinomi layer`: what is drawn, and a copy of it as a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from core.clock import WORLD, world
from core.clock_store import read_anchor
from core.db.session import Database
from core.settings import load_settings
from layers.export import export as export_layer
from layers.service import LayerAccess, open_layers
from server.databases import database_url


@click.group("layer")
def group() -> None:
    """Layers: list, export."""


@contextmanager
def opened() -> Iterator[tuple[LayerAccess, Session]]:
    """Yield the layers and a session on their database, at its world time; then let go of it."""
    settings = load_settings()
    database = Database(database_url(settings), settings.database)
    try:
        with database.transaction() as session:
            anchor = read_anchor(session)
            WORLD.set(anchor[0] if anchor else None)
            yield open_layers(database, settings), session
    finally:
        database.close()


@group.command("list")
def list_() -> None:
    """List the layers with kind and version."""
    with opened() as (access, session):
        for layer in access.catalogue(session):
            click.echo(f"{layer['id']}\t{layer['kind']}\t{layer['version']}\t{layer['title']}")


@group.command()
@click.argument("layer_id")
@click.option("--format", "file_format", default="geojson", help="geojson, gpkg or csv.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
def export(layer_id: str, file_format: str, folder: Path) -> None:
    """Write a layer as it is now into a file."""
    with opened() as (access, session):
        layer = access.catalog.get(layer_id, "geojson")
        file = export_layer(session, layer, file_format, world(), drill=access.drill)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / Path(file.name).name
    target.write_bytes(file.content)
    click.echo(str(target))

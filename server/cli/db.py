"""`hinomi db`: the private PostGIS cluster and migrations."""

import click

from core.db import cluster as private
from core.db import migrate
from core.settings import load_settings
from server import databases


@click.group("db")
def group() -> None:
    """Start, stop and migrate the database."""


@group.command()
def up() -> None:
    """Start the private PostGIS cluster, create the database, migrate it."""
    settings = load_settings()
    databases.prepare(settings)
    click.echo(f"準備ができました: {settings.database.name}（{migrate.head()}）")


@group.command()
def down() -> None:
    """Stop the private PostGIS cluster."""
    private.stop_cluster(private.locate(databases.VAR))
    click.echo("データベースを止めました")


@group.command("migrate")
def migrate_() -> None:
    """Bring the database to the newest schema."""
    migrate.upgrade(databases.owner_url(load_settings()))
    click.echo(f"スキーマ {migrate.head()}")


@group.command()
def status() -> None:
    """Say where the database is and at which schema."""
    settings = load_settings()
    if settings.database.url is None and not private.locate(databases.VAR).running:
        click.echo("止まっています")
        raise SystemExit(1)
    current = migrate.current(databases.owner_url(settings))
    click.echo(f"{settings.database.name}: スキーマ {current}（最新 {migrate.head()}）")

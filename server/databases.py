"""Which database a process works on: your own by address, else the private cluster's."""

from pathlib import Path

from core.db import cluster as private
from core.db import migrate
from core.db.cluster import Cluster
from core.settings import ROOT, Settings

VAR = ROOT / "var"


def database_url(settings: Settings) -> str:
    """Return the libpq address the application connects to; starts nothing."""
    return settings.database.url or private.locate(VAR).url(settings.database.name)


def owner_url(settings: Settings) -> str:
    """Return the address migrations run at: your own address, or the private cluster's owner."""
    if settings.database.url:
        return settings.database.owner_url or settings.database.url
    return private.locate(VAR).url(settings.database.name, private.OWNER)


def start_private(var: Path = VAR) -> Cluster:
    """Create and start the private cluster unless it runs."""
    return private.ensure_cluster(var)


def prepare(settings: Settings) -> str:
    """Start the private cluster if it is used, migrate, return the application's address."""
    if settings.database.url is None:
        cluster = start_private()
        private.create_database(cluster, settings.database.name)
    migrate.upgrade(owner_url(settings))
    return database_url(settings)

"""Alembic, called with an address instead of an ini file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine

from core.db.session import sqlalchemy_url

FOLDER = Path(__file__).parent / "migrations"


def configuration(url: str) -> Config:
    """Return Alembic's configuration for a database (libpq address of its owner)."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = sqlalchemy_url(url)
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to a revision."""
    command.upgrade(configuration(url), revision)


def head() -> str:
    """Return the newest revision the code knows."""
    return str(ScriptDirectory(str(FOLDER)).get_current_head())


def current(url: str) -> str | None:
    """Return the revision a database is at, None for an empty one."""
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()

"""Migrations bring an empty database to what the tables say."""

from alembic import command
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db import cluster as private
from core.db import migrate
from core.db.cluster import Cluster
from core.db.session import Database


def test_models_match_migrations(cluster: Cluster, database: Database) -> None:
    name = database.engine.url.database
    assert name is not None
    command.check(migrate.configuration(cluster.url(name, private.OWNER)))


def test_a_migrated_database_is_at_head(database: Database) -> None:
    assert migrate.current(database.url) == migrate.head()


def test_a_change_bumps_the_version_of_its_table(session: Session) -> None:
    insert = text(
        "INSERT INTO station (source, key, name, kind, updated_at)"
        " VALUES ('x', :key, 'n', 'river', now()) ON CONFLICT DO NOTHING"
    )
    version = text("SELECT version FROM table_version WHERE name = 'station'")
    session.execute(insert, {"key": "a"})
    first = session.scalar(version)
    session.execute(insert, {"key": "a"})
    assert session.scalar(version) == first, "nothing changed, so the version stays"
    session.execute(insert, {"key": "b"})
    assert first is not None
    assert session.scalar(version) == first + 1


def test_partitions_are_made_by_the_application_role(session: Session) -> None:
    ask = text("SELECT ensure_observation_month('2031-05-17T00:00Z')")
    session.execute(ask)
    session.execute(ask)
    found = session.scalar(text("SELECT to_regclass('observation_203105')::text"))
    assert found == "observation_203105"

"""Transactions begin and end at the edge; a lost database has one name."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.db.cluster import OWNER, Cluster
from core.db.schema.incident import Incident
from core.db.session import Database, DatabaseGoneError, socket_url, sqlalchemy_url
from core.settings import DatabaseSettings
from ingest.observations import driver

ADD = text("INSERT INTO incident (name, kind, began_at) VALUES (:name, 'flood', now())")
COUNT = text("SELECT count(*) FROM incident")


def kick_out(cluster: Cluster, database: Database) -> None:
    """End every connection to a database, as a restart of the server does."""
    with psycopg.connect(cluster.url("postgres", OWNER), autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [database.engine.url.database],
        )


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("postgresql://a@h/b", "postgresql+psycopg://a@h/b"),
        ("postgres://a@h/b", "postgresql+psycopg://a@h/b"),
        ("sqlite:///x", "sqlite:///x"),
    ],
)
def test_addresses_name_the_driver(given: str, wanted: str) -> None:
    assert sqlalchemy_url(given) == wanted


def test_a_socket_folder_may_have_any_name() -> None:
    url = socket_url("/tmp/火の見 x", "me", "a b")  # noqa: S108
    assert psycopg.conninfo.conninfo_to_dict(url) == {
        "user": "me", "dbname": "a b", "host": "/tmp/火の見 x"  # noqa: S108
    }  # fmt: skip


def test_a_block_that_ends_is_kept_and_one_that_raises_is_not(clean_database: Database) -> None:
    with clean_database.transaction() as session:
        session.execute(ADD, {"name": "a"})
    with pytest.raises(ZeroDivisionError), clean_database.transaction() as session:  # noqa: PT012
        session.execute(ADD, {"name": "b"})
        raise ZeroDivisionError
    with clean_database.transaction() as session:
        assert session.scalar(COUNT) == 1


def test_rows_stay_readable_after_the_transaction(clean_database: Database) -> None:
    with clean_database.transaction() as session:
        session.execute(ADD, {"name": "大雨"})
        row = session.query(Incident).one()
    assert row.name == "大雨"


def test_a_broken_rule_is_no_lost_database(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text("INSERT INTO incident (name) VALUES ('x')"))


def test_no_server_is_a_lost_database() -> None:
    nowhere = Database("postgresql://nobody@/none?host=%2Fnonexistent", DatabaseSettings())
    with pytest.raises(DatabaseGoneError, match="接続できません"), nowhere.transaction() as session:
        session.execute(text("SELECT 1"))
    nowhere.close()


@pytest.mark.parametrize("way", ["session", "driver", "commit"])
def test_a_connection_cut_in_the_middle_is_a_lost_database(
    cluster: Cluster, clean_database: Database, way: str
) -> None:
    with pytest.raises(DatabaseGoneError), clean_database.transaction() as session:  # noqa: PT012
        session.execute(ADD, {"name": "a"})
        kick_out(cluster, clean_database)
        if way == "session":
            session.execute(text("SELECT 1"))
        elif way == "driver":
            driver(session).execute("SELECT 1")
    with clean_database.transaction() as session:
        assert session.scalar(COUNT) == 0, "a new connection, and nothing of the lost transaction"


def test_a_statement_that_never_ends_is_ended(database_url: str) -> None:
    hasty = Database(database_url, DatabaseSettings(statement_timeout_s=1))
    with pytest.raises(DatabaseGoneError), hasty.transaction() as session:
        session.execute(text("SELECT pg_sleep(20)"))
    hasty.close()


def test_an_exhausted_pool_is_a_lost_database(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Database(database_url, DatabaseSettings(pool_size=1))
    monkeypatch.setattr(small.engine.pool, "_timeout", 0.1)
    with small.transaction() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(DatabaseGoneError), small.transaction() as another:
            another.execute(text("SELECT 1"))
    small.close()


def test_time_is_told_in_utc(database: Database) -> None:
    with database.transaction() as session:
        assert session.scalar(text("SHOW timezone")) == "UTC"

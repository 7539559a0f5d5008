"""Fixtures for every test: the folder of real records, a migrated PostGIS database, sessions.

Database tests are never skipped: without PostGIS the run fails.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from sqlalchemy.orm import Session

from core.db import cluster as private
from core.db import migrate
from core.db.cluster import Cluster
from core.db.session import Database
from core.settings import DatabaseSettings

ROOT = Path(__file__).resolve().parent.parent

# The machine may be busy: an example is never wrong for being slow. In CI the same examples are
# tried every time, at a desk new ones.
hypothesis.settings.register_profile("hinomi", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("hinomi")


# First of all: the distribution reads the groups in a hook of its own.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests in one process, and stories with programs of their own in one row.

    What a module's fixtures start is then started once; and no two browsers or demos press for the
    same two cores, which is what their deadlines would suffer from.
    """
    for item in items:
        heavy = item.get_closest_marker("browser") or item.path.name == "test_demo.py"
        group = "stories" if heavy else str(item.path.relative_to(ROOT))
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real records, `HINOMI_SHARED_DATA` or ../shared/data."""
    folder = Path(os.environ.get("HINOMI_SHARED_DATA", ROOT / "../shared/data")).resolve()
    if not folder.is_dir():
        # The records may not be passed on, so a copy of the project can be without them; whoever
        # has them never skips, and every parser is also tested on bytes of our own.
        pytest.skip(f"REAL RECORDS MISSING: {folder} is not there; set HINOMI_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Yield the private cluster; the last one out stops it if the tests started it."""
    var = ROOT / "var"
    var.mkdir(exist_ok=True)
    was_running = private.locate(var).running
    running = private.ensure_cluster(var)
    # An open connection says that somebody works here: without one, a demo that started the
    # cluster and ends in between two tests would stop it.
    with psycopg.connect(running.url("postgres", private.OWNER), autocommit=True):
        yield running
    if not was_running and private.other_clients(running) == 0:
        private.stop_cluster(running)


@pytest.fixture(scope="session")
def template_database(cluster: Cluster) -> str:
    """Return a database migrated by Alembic to head, made once per state of the migrations."""
    files = sorted((ROOT / "core/db/migrations/versions").glob("*.py"))
    files += sorted((ROOT / "core/db/sql").glob("*.sql"))
    mark = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:10]
    name = f"template_{mark}"
    with psycopg.connect(cluster.url("postgres", private.OWNER), autocommit=True) as lock:
        lock.execute("SELECT pg_advisory_lock(7266)")
        if name not in private.databases(cluster):
            draft = f"draft_{os.getpid()}"
            private.create_database(cluster, draft)
            migrate.upgrade(cluster.url(draft, private.OWNER))
            lock.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')  # type: ignore[arg-type]
    return name


@pytest.fixture(scope="session")
def database_url(cluster: Cluster, template_database: str) -> Iterator[str]:
    """Yield the address (application role) of a database of this process alone."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"test_{worker}_{os.getpid()}"
    private.drop_database(cluster, name)
    private.create_database(cluster, name, template_database)
    yield cluster.url(name)
    private.drop_database(cluster, name)


@pytest.fixture(scope="session")
def database(database_url: str) -> Iterator[Database]:
    """Yield the database as a process sees it."""
    made = Database(database_url, DatabaseSettings())
    yield made
    made.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Yield a session whose every change is rolled back; inner commits are savepoints."""
    with database.engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as made:
            yield made
        outer.rollback()


@pytest.fixture
def clean_database(database: Database, cluster: Cluster) -> Iterator[Database]:
    """Yield the database for tests that must commit; every table is emptied afterwards."""
    yield database
    name = database.engine.url.database
    assert name is not None
    with psycopg.connect(cluster.url(name, private.OWNER), autocommit=True) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version',"
            " 'spatial_ref_sys')"
        ).fetchall()
        # A deletion is one flush of the log; TRUNCATE makes new files for every table and index.
        connection.execute("SET session_replication_role = replica")
        deletions = "; ".join(f"DELETE FROM {table}" for (table,) in tables)  # noqa: S608 - ours
        connection.execute(deletions)  # type: ignore[arg-type]

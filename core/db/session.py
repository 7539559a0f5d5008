"""Engine, sessions and the one place where transactions begin and end (the edge)."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from core.errors import UnavailableError
from core.settings import DatabaseSettings


class DatabaseGoneError(UnavailableError):
    """The database cannot be reached."""

    def __init__(self, message: str = "データベースに接続できません") -> None:
        super().__init__(message)


def sqlalchemy_url(url: str) -> str:
    """Return a PostgreSQL address with the psycopg 3 driver named."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme.startswith("postgres") else url


def socket_url(folder: str, user: str, database: str, server_user: str | None = None) -> str:
    """Return the libpq address of a database reached through a unix socket folder.

    With `server_user`, only a server that runs as that user of this machine is spoken to.
    """
    peer = f"&requirepeer={quote(server_user, safe='')}" if server_user else ""
    return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(folder, safe='')}{peer}"


def make_engine(url: str, settings: DatabaseSettings) -> Engine:
    """Return an engine whose pool is bounded and whose statements end."""
    timeout_ms = settings.statement_timeout_s * 1000
    return create_engine(
        sqlalchemy_url(url),
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": 5,
            "options": f"-c statement_timeout={timeout_ms} -c timezone=UTC",
        },
    )


class Database:
    """The operations database (or a drill's) as one process sees it."""

    def __init__(self, url: str, settings: DatabaseSettings) -> None:
        self.url = url
        """libpq form, for psycopg and procrastinate."""
        self.engine = make_engine(url, settings)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session; commit when the block ends, roll back when it raises.

        Raises
        ------
        DatabaseGoneError
            When the database cannot be reached or went away.
        """
        session = self._sessions()
        try:
            with session.begin():
                yield session
        except (OperationalError, PoolTimeoutError, psycopg.OperationalError) as error:
            # The fast paths work on the driver's connection, whose errors SQLAlchemy does not wrap.
            raise DatabaseGoneError from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseGoneError from error
            raise
        finally:
            session.close()

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

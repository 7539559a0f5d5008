"""The private PostGIS cluster: a folder of its own, a unix socket, an unprivileged user."""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from core.db.session import socket_url
from core.errors import UnavailableError

OWNER = "postgres"
"""Superuser inside the private cluster; migrations run as it."""
APP = "hinomi_app"

# For one machine that also runs the web server and the worker: modest memory, no JIT (plans here
# are short), WAL large enough that an ingest burst does not force checkpoints.
CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0777
max_connections = 120
shared_buffers = 384MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
jit = off
max_parallel_workers_per_gather = 0
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
logging_collector = on
log_directory = 'log'
log_filename = 'postgres-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
"""


class ClusterError(UnavailableError):
    """The private PostGIS cluster cannot be started."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the private cluster lives and who runs it."""

    data: Path
    socket: Path
    user: str
    binaries: Path

    def url(self, database: str, user: str = APP) -> str:
        """Return the libpq address of one of its databases.

        It names who the server must be: the socket lies in /tmp, and while ours does not run,
        anybody could put another server there.
        """
        return socket_url(str(self.socket), user, database, self.user)

    @property
    def running(self) -> bool:
        """Tell whether its server answers."""
        if not (self.data / "postmaster.pid").exists():
            return False
        try:
            with psycopg.connect(self.url("postgres", OWNER), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False


def find_binaries() -> Path:
    """Return the folder of the newest installed PostgreSQL server programs.

    Raises
    ------
    ClusterError
        When none is installed.
    """
    found = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    on_path = shutil.which("postgres")
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    if on_path:
        return Path(on_path).resolve().parent
    message = "PostgreSQL のサーバープログラムが見つかりません（Debian: postgresql-15-postgis-3）"
    raise ClusterError(message)


def _open_to_others(folder: Path) -> bool:
    """Tell whether any user may enter a folder, seen from the root."""
    existing = folder
    while not existing.exists():
        existing = existing.parent
    chain = [existing, *existing.parents]
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in chain)


def locate(var: Path) -> Cluster:
    """Return where the cluster of a `var/` folder is or will be.

    As root the server runs as `postgres`, which must be able to enter the folder; if it cannot,
    the data lie below /var/lib/hinomi instead. The socket path is short: the kernel allows 107
    characters.
    """
    var = var.resolve()
    mark = hashlib.sha256(str(var).encode()).hexdigest()[:10]
    user = OWNER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    data = var / "postgres"
    if os.geteuid() == 0 and not _open_to_others(var):
        data = Path("/var/lib/hinomi") / mark
    return Cluster(data=data, socket=Path("/tmp") / f"hinomi-{mark}",  # noqa: S108
                   user=user, binaries=find_binaries())  # fmt: skip


def _as_user(cluster: Cluster, command: Sequence[str | Path]) -> list[str]:
    """Return a command that runs as the cluster's user when we are root."""
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    account = pwd.getpwnam(cluster.user)
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}",
            "--clear-groups", *words]  # fmt: skip


def _run(cluster: Cluster, command: Sequence[str | Path]) -> None:
    done = subprocess.run(  # noqa: S603
        _as_user(cluster, command), capture_output=True, text=True, check=False, cwd="/",
        stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    if done.returncode != 0:
        message = f"{Path(str(command[0])).name}: {(done.stderr or done.stdout).strip()[-800:]}"
        raise ClusterError(message)


@contextmanager
def _locked(cluster: Cluster) -> Iterator[None]:
    """Keep two processes from creating or starting the same cluster at once."""
    path = cluster.socket.with_suffix(".lock")
    # Its name can be known beforehand, and /tmp is everybody's: a link there is not followed.
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"{path} を開けません: {error.strerror}"
        raise ClusterError(message) from error
    try:
        if os.fstat(handle).st_uid != os.geteuid():
            message = f"{path} は別の利用者のものです"
            raise ClusterError(message)
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make_folder(cluster: Cluster, folder: Path, mode: int) -> None:
    """Make a folder that belongs to the cluster's user; refuse one that is somebody else's."""
    if folder.is_symlink():
        message = f"{folder} はシンボリックリンクです"
        raise ClusterError(message)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    account = pwd.getpwnam(cluster.user)
    # Held open from here on, so that nobody can put something else in its place in between.
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.fstat(opened).st_uid not in {os.geteuid(), account.pw_uid}:
            message = f"{folder} は別の利用者のものです"
            raise ClusterError(message)
        if os.geteuid() == 0:
            os.fchown(opened, account.pw_uid, account.pw_gid)
        os.fchmod(opened, mode)
    finally:
        os.close(opened)


def _initialise(cluster: Cluster) -> None:
    _make_folder(cluster, cluster.data, 0o700)
    _run(cluster, [cluster.binaries / "initdb", "-D", cluster.data, "-U", OWNER, "-E", "UTF8",
                   "--locale=C.UTF-8", "--auth=trust", "--data-checksums"])  # fmt: skip
    configuration = cluster.data / "postgresql.conf"
    with configuration.open("a", encoding="utf-8") as handle:
        handle.write(CONFIGURATION)


def ensure_cluster(var: Path) -> Cluster:
    """Create and start the private cluster of a `var/` folder unless it runs already.

    The socket folder is closed to other users, therefore local connections are trusted.

    Raises
    ------
    ClusterError
        One sentence from initdb or the server's start.
    """
    var.mkdir(parents=True, exist_ok=True)
    cluster = locate(var)
    with _locked(cluster):
        if cluster.running:
            return cluster
        _make_folder(cluster, cluster.socket, 0o700)
        if not (cluster.data / "PG_VERSION").exists():
            _initialise(cluster)
        _run(cluster, [cluster.binaries / "pg_ctl", "start", "-w", "-t", "60", "-D", cluster.data,
                       "-l", cluster.data / "start.log",
                       "-o", f"-k {cluster.socket}"])  # fmt: skip
    return cluster


def stop_cluster(cluster: Cluster) -> None:
    """Stop the server; open transactions are rolled back."""
    if (cluster.data / "postmaster.pid").exists():
        _run(cluster, [cluster.binaries / "pg_ctl", "stop", "-w", "-m", "fast",
                       "-D", cluster.data])  # fmt: skip


def other_clients(cluster: Cluster) -> int:
    """Return how many other connections the server has."""
    with psycopg.connect(cluster.url("postgres", OWNER), autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0


def databases(cluster: Cluster) -> set[str]:
    """Return the names of its databases."""
    with psycopg.connect(cluster.url("postgres", OWNER), autocommit=True) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


def create_database(cluster: Cluster, name: str, template: str | None = None) -> None:
    """Create a database, from a template where given; one that exists is left as it is."""
    if name in databases(cluster):
        return
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    with psycopg.connect(cluster.url("postgres", OWNER), autocommit=True) as connection:
        connection.execute(statement)


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop a database and throw its connections out."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(cluster.url("postgres", OWNER), autocommit=True) as connection:
        connection.execute(statement)

"""`hinomi db`: up, status, migrate, down on a cluster of this test alone."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result

from core.db import cluster as private
from core.db import migrate
from server import databases
from server.cli.db import group

Call = Callable[[str], Result]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    with TemporaryDirectory(prefix="hinomi-db-") as folder:
        Path(folder).chmod(0o755)
        var = Path(folder) / "var"
        monkeypatch.setattr(databases, "VAR", var)
        monkeypatch.setattr(databases.start_private, "__defaults__", (var,))
        nothing = {"HINOMI_DATABASE_URL": None, "HINOMI_DATABASE_OWNER_URL": None,
                   "HINOMI_DATABASE_NAME": "town"}  # fmt: skip
        yield lambda word: CliRunner().invoke(group, [word], env=nothing)
        cluster = private.locate(var)
        if cluster.running:
            private.stop_cluster(cluster)
        shutil.rmtree(cluster.socket, ignore_errors=True)
        cluster.socket.with_suffix(".lock").unlink(missing_ok=True)


@pytest.mark.slow
def test_from_nothing_to_a_migrated_database_and_down_again(call: Call) -> None:
    asked = call("status")
    assert (asked.exit_code, asked.output.strip()) == (1, "止まっています")
    up = call("up")
    assert up.exit_code == 0, up.output
    assert f"town（{migrate.head()}）" in up.output
    assert call("up").exit_code == 0, "it may be called again"
    assert f"スキーマ {migrate.head()}（最新 {migrate.head()}）" in call("status").output
    assert call("migrate").output.strip() == f"スキーマ {migrate.head()}"
    assert call("down").exit_code == 0
    assert call("status").exit_code == 1
    assert call("down").exit_code == 0


def test_your_own_database_is_migrated_and_nothing_is_started(
    cluster: private.Cluster, database_url: str
) -> None:
    name = database_url.partition("@/")[2].partition("?")[0]
    environment = {
        "HINOMI_DATABASE_URL": database_url,
        "HINOMI_DATABASE_OWNER_URL": cluster.url(name, private.OWNER),
    }
    done = CliRunner().invoke(group, ["migrate"], env=environment)
    assert done.output.strip() == f"スキーマ {migrate.head()}"
    asked = CliRunner().invoke(group, ["status"], env=environment)
    assert asked.exit_code == 0
    assert str(migrate.head()) in asked.output

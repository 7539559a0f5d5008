"""Which database a process works on."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from core.db import cluster as private
from core.db import migrate
from core.settings import load_settings
from server import databases


@pytest.fixture
def var(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a `var/` of this test alone; a cluster in it is stopped afterwards."""
    for name in ("URL", "OWNER_URL", "NAME"):
        monkeypatch.delenv(f"HINOMI_DATABASE_{name}", raising=False)
    with TemporaryDirectory(prefix="hinomi-var-") as folder:
        Path(folder).chmod(0o755)
        var = Path(folder) / "var"
        monkeypatch.setattr(databases, "VAR", var)
        monkeypatch.setattr(databases.start_private, "__defaults__", (var,))
        yield var
        cluster = private.locate(var)
        if cluster.running:
            private.stop_cluster(cluster)
        shutil.rmtree(cluster.socket, ignore_errors=True)
        cluster.socket.with_suffix(".lock").unlink(missing_ok=True)


def test_the_private_cluster_unless_an_address_is_set(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = private.locate(var)
    settings = load_settings()
    assert databases.database_url(settings) == cluster.url("hinomi")
    assert databases.owner_url(settings) == cluster.url("hinomi", private.OWNER)
    monkeypatch.setenv("HINOMI_DATABASE_URL", "postgresql://app@db.example/h")
    settings = load_settings()
    assert databases.database_url(settings) == "postgresql://app@db.example/h"
    assert databases.owner_url(settings) == "postgresql://app@db.example/h"
    monkeypatch.setenv("HINOMI_DATABASE_OWNER_URL", "postgresql://owner@db.example/h")
    assert databases.owner_url(load_settings()) == "postgresql://owner@db.example/h"
    assert not var.exists(), "asking starts nothing"


@pytest.mark.slow
def test_prepare_starts_creates_and_migrates_and_may_be_called_again(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HINOMI_DATABASE_NAME", "drill")
    settings = load_settings()
    for _ in range(2):
        url = databases.prepare(settings)
        assert migrate.current(url) == migrate.head()
    assert "drill" in private.databases(private.locate(var))


def test_prepare_of_your_own_database_starts_no_cluster(
    var: Path, monkeypatch: pytest.MonkeyPatch, cluster: private.Cluster, database_url: str
) -> None:
    name = database_url.partition("@/")[2].partition("?")[0]
    monkeypatch.setenv("HINOMI_DATABASE_URL", database_url)
    monkeypatch.setenv("HINOMI_DATABASE_OWNER_URL", cluster.url(name, private.OWNER))
    assert databases.prepare(load_settings()) == database_url
    assert not var.exists()

"""The private cluster: a folder and a socket of its own, nobody else's touched."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from core.db import cluster as private
from core.db.cluster import Cluster, ClusterError


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """Yield a cluster of these tests alone."""
    with TemporaryDirectory(prefix="hinomi-cluster-") as folder:
        Path(folder).chmod(0o755)
        made = private.ensure_cluster(Path(folder) / "var")
        yield made
        private.stop_cluster(made)
        shutil.rmtree(made.socket)
        made.socket.with_suffix(".lock").unlink()


def test_it_runs_and_answers(own: Cluster) -> None:
    assert own.running
    with psycopg.connect(own.url("postgres", private.OWNER)) as connection:
        row = connection.execute("SHOW listen_addresses").fetchone()
        assert row == ("",), "no port: a socket alone"
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)


def test_the_socket_folder_is_closed_to_others(own: Cluster) -> None:
    assert own.socket.stat().st_mode & 0o777 == 0o700
    assert len(str(own.socket / ".s.PGSQL.5432")) < 107


def test_the_server_is_not_run_by_root(own: Cluster) -> None:
    pid = int((own.data / "postmaster.pid").read_text().splitlines()[0])
    assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_a_second_start_changes_nothing(own: Cluster) -> None:
    before = (own.data / "postmaster.pid").read_text()
    # From the data folder back to its `var`, wherever it had to lie.
    var = own.data.parent
    if own.data.name == "postgres":
        assert private.ensure_cluster(var) == own
    assert (own.data / "postmaster.pid").read_text() == before


def test_databases_come_and_go(own: Cluster) -> None:
    private.create_database(own, "town")
    private.create_database(own, "town")
    private.create_database(own, 'odd "name"', "town")
    assert {"town", 'odd "name"'} <= private.databases(own)
    with psycopg.connect(own.url("town", private.OWNER)):
        assert private.other_clients(own) == 1
        private.drop_database(own, "town")
    private.drop_database(own, 'odd "name"')
    private.drop_database(own, "never was")
    assert not {"town", 'odd "name"'} & private.databases(own)


def test_it_stops_and_starts_again_with_its_data(own: Cluster) -> None:
    private.create_database(own, "kept")
    private.stop_cluster(own)
    assert not own.running
    private.stop_cluster(own)
    if own.data.name == "postgres":
        private.ensure_cluster(own.data.parent)
    else:
        pytest.fail(f"the folder of this test should be open to all: {own.data}")
    assert "kept" in private.databases(own)


def test_where_it_lies_depends_on_the_folder_alone(tmp_path: Path) -> None:
    here, there = private.locate(tmp_path / "a"), private.locate(tmp_path / "b")
    assert here.socket != there.socket
    assert private.locate(tmp_path / "x" / ".." / "a") == here
    assert not here.running
    assert not (tmp_path / "a").exists(), "looking makes nothing"


def test_a_socket_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    cluster = private.locate(tmp_path / "var")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    cluster.socket.symlink_to(elsewhere)
    try:
        with pytest.raises(ClusterError, match="シンボリックリンク"):
            private.ensure_cluster(tmp_path / "var")
    finally:
        cluster.socket.unlink()
        cluster.socket.with_suffix(".lock").unlink()


def test_without_a_server_installed_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(private.shutil, "which", lambda _: None)
    monkeypatch.setattr(private.Path, "glob", lambda *_: iter(()))
    with pytest.raises(ClusterError, match="postgresql"):
        private.locate(tmp_path)


def test_the_newest_server_is_taken() -> None:
    assert (private.find_binaries() / "initdb").exists()
    assert os.access(private.find_binaries() / "postgres", os.X_OK)


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    lock = private.locate(tmp_path / "var").socket.with_suffix(".lock")
    lock.symlink_to(tmp_path / "made by a link")
    try:
        with pytest.raises(ClusterError, match="開けません"):
            private.ensure_cluster(tmp_path / "var")
    finally:
        lock.unlink()
    assert not (tmp_path / "made by a link").exists()


@pytest.mark.parametrize("suffix", ["", ".lock"])
def test_what_somebody_else_put_there_before_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    cluster = private.locate(tmp_path / "var")
    theirs = cluster.socket.with_suffix(suffix)
    if suffix:
        theirs.touch()
    else:
        theirs.mkdir()
    real, inode = os.fstat, theirs.stat().st_ino

    def foreign(handle: int) -> os.stat_result:
        found = real(handle)
        owned = os.stat_result((*found[:4], 54_321, *found[5:]))
        return owned if found.st_ino == inode else found

    monkeypatch.setattr(private.os, "fstat", foreign)
    try:
        with pytest.raises(ClusterError, match="別の利用者"):
            private.ensure_cluster(tmp_path / "var")
    finally:
        if suffix:
            theirs.unlink()
        else:
            theirs.rmdir()
            theirs.with_suffix(".lock").unlink()


def test_another_server_at_the_socket_is_not_spoken_to(own: Cluster) -> None:
    posing = replace(own, user="daemon")
    assert not posing.running
    with pytest.raises(psycopg.OperationalError, match="requirepeer"):
        psycopg.connect(posing.url("postgres"))

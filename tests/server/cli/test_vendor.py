"""Libraries of others: what lies in the repository is what was pinned, and nothing else gets in."""

import io
import tarfile
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from server.cli import landmass, vendor
from server.cli.vendor import ChangedError, Library, NotFetchedError


def package(folder: Path, content: bytes) -> tuple[Library, Path]:
    """Return a library of one file and its tarball."""
    tarball = folder / "thing-1.0.0.tgz"
    with tarfile.open(tarball, "w:gz") as packed:
        member = tarfile.TarInfo("package/dist/thing.js")
        member.size = len(content)
        packed.addfile(member, io.BytesIO(content))
    files = {"dist/thing.js": vendor.digest(content)}
    return Library("thing", "1.0.0", "MIT", vendor.digest(tarball.read_bytes()), files), tarball


def test_what_is_in_the_repository_is_what_was_pinned() -> None:
    result = CliRunner().invoke(vendor.command, ["--check"])
    assert result.exit_code == 0
    assert "leaflet 1.9.4 (BSD-2-Clause)" in result.output
    assert "japan.json: world-atlas 2.0.2 (public domain)" in result.output


def test_every_library_carries_its_licence() -> None:
    for library in vendor.read_list():
        assert library.target("LICENSE", vendor.FOLDER).is_file()


def test_a_package_is_unpacked_and_checked(tmp_path: Path) -> None:
    library, tarball = package(tmp_path, b"let thing;")
    vendor.unpack(library, tarball, tmp_path / "out")
    assert (tmp_path / "out/thing/thing.js").read_bytes() == b"let thing;"
    vendor.check(library, tmp_path / "out")


def test_another_package_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    library, tarball = package(tmp_path, b"let thing;")
    tarball.write_bytes(tarball.read_bytes() + b"\0")
    with pytest.raises(ChangedError, match=r"thing 1\.0\.0"):
        vendor.unpack(library, tarball, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_another_file_inside_is_refused(tmp_path: Path) -> None:
    library, tarball = package(tmp_path, b"let thing;")
    library.files["dist/thing.js"] = "0" * 64
    with pytest.raises(ChangedError, match=r"thing/dist/thing\.js"):
        vendor.unpack(library, tarball, tmp_path / "out")


def test_a_changed_or_missing_file_is_named(tmp_path: Path) -> None:
    library, _ = package(tmp_path, b"let thing;")
    with pytest.raises(ChangedError, match=r"thing\.js"):
        vendor.check(library, tmp_path / "out")


def test_without_npm_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library, _ = package(tmp_path, b"")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotFetchedError, match="npm"):
        vendor.fetch(library, tmp_path)


def world(folder: Path) -> tuple[Library, Path]:
    """Return a package with a land of one square, and its tarball."""
    arc = [[130, 30], [131, 30], [131, 31], [130, 31], [130, 30]]
    land = {"type": "Topology", "objects": {"land": {"type": "Polygon", "arcs": [[0]]}}}
    content = orjson.dumps({**land, "arcs": [arc]})
    tarball = folder / "world.tgz"
    with tarfile.open(tarball, "w:gz") as packed:
        member = tarfile.TarInfo(landmass.MEMBER)
        member.size = len(content)
        packed.addfile(member, io.BytesIO(content))
    return Library("world", "1", "-", vendor.digest(tarball.read_bytes()), {}), tarball


def test_the_land_is_made_and_checked(tmp_path: Path) -> None:
    library, tarball = world(tmp_path)
    wanted = vendor.digest(landmass.cut(landmass.land_in(tarball)))
    target = tmp_path / "japan.json"
    vendor.make_land(library, tarball, wanted, target)
    vendor.check_land(wanted, target)
    assert orjson.loads(target.read_bytes())["type"] == "MultiPolygon"
    target.write_bytes(b"{}")
    with pytest.raises(ChangedError, match=r"japan\.json"):
        vendor.check_land(wanted, target)


def test_another_land_is_not_written(tmp_path: Path) -> None:
    library, tarball = world(tmp_path)
    target = tmp_path / "japan.json"
    with pytest.raises(ChangedError, match=r"japan\.json"):
        vendor.make_land(library, tarball, "0" * 64, target)
    assert not target.exists()

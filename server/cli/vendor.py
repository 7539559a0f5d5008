"""`hinomi vendor`: fetch the browser libraries of others, in the versions and bytes we pinned."""

import hashlib
import subprocess
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import click

from core.errors import InvalidError, UnavailableError
from core.settings import ROOT
from server.cli import landmass

ASSETS = ROOT / "dashboard" / "assets"
LIST = ASSETS / "vendor.toml"
FOLDER = ASSETS / "vendor"
LAND = ROOT / landmass.PATH
PACK_TIMEOUT_S = 120
MAX_FILE = 5_000_000


class ChangedError(InvalidError):
    """A file is not the one that was pinned."""


class NotFetchedError(UnavailableError):
    """A package could not be fetched."""


@dataclass(frozen=True, slots=True)
class Library:
    """A package of the npm registry and the files we take from it."""

    name: str
    version: str
    licence: str
    tarball: str
    """sha256 of the published package."""
    files: dict[str, str]
    """Path inside the package → sha256."""

    def target(self, path: str, folder: Path) -> Path:
        """Return where a file of the package lies with us."""
        return folder / self.name / PurePosixPath(path).name


def read_list(path: Path = LIST) -> list[Library]:
    """Return the pinned libraries."""
    return [Library(**entry) for entry in tomllib.loads(path.read_text("utf-8"))["library"]]


def check(library: Library, folder: Path = FOLDER) -> None:
    """Compare what lies in the repository with what was pinned.

    Raises
    ------
    ChangedError
        Naming the file that is missing or differs.
    """
    for path, wanted in library.files.items():
        target = library.target(path, folder)
        if not target.is_file() or digest(target.read_bytes()) != wanted:
            message = f"{target.name}: {library.name} {library.version} のものと一致しません"
            raise ChangedError(message)


def check_package(library: Library, tarball: Path) -> None:
    """Compare a package with the pinned one.

    Raises
    ------
    ChangedError
        When it is another one.
    """
    if digest(tarball.read_bytes()) != library.tarball:
        message = f"{library.name} {library.version}: パッケージの sha256 が一致しません"
        raise ChangedError(message)


def unpack(library: Library, tarball: Path, folder: Path = FOLDER) -> None:
    """Put the pinned files of a package into the repository.

    Raises
    ------
    ChangedError
        When the package or a file in it is not the pinned one; then nothing is written.
    """
    check_package(library, tarball)
    contents = {}
    with tarfile.open(tarball) as package:
        for path, wanted in library.files.items():
            member = package.extractfile(f"package/{path}")
            content = b"" if member is None else member.read(MAX_FILE)
            if digest(content) != wanted:
                message = f"{library.name}/{path}: sha256 が一致しません"
                raise ChangedError(message)
            contents[library.target(path, folder)] = content
    for target, content in contents.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def fetch(library: Library, into: Path) -> Path:
    """Have npm fetch a package from the registry it is set up for; return the tarball.

    Raises
    ------
    NotFetchedError
        When npm is missing or fails.
    """
    command = ["npm", "pack", "--silent", f"{library.name}@{library.version}"]
    try:
        done = subprocess.run(  # noqa: S603 - our own list
            command, cwd=into, capture_output=True, text=True, timeout=PACK_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        message = f"npm で {library.name} {library.version} を取得できません"
        raise NotFetchedError(message) from error
    return into / done.stdout.split()[-1]


def digest(content: bytes) -> str:
    """Return the sha256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@click.command("vendor")
@click.option("--check", "only_check", is_flag=True, help="Fetch nothing, compare what is there.")
def command(*, only_check: bool) -> None:
    """Fetch the browser libraries of dashboard/assets/vendor.toml, and the land under the map."""
    with tempfile.TemporaryDirectory() as folder:
        for library in read_list():
            if not only_check:
                unpack(library, fetch(library, Path(folder)))
            check(library)
            click.echo(f"{library.name} {library.version} ({library.licence})")
        told = landmass.origin()
        world = Library(told.package, told.version, told.licence, told.package_sha256, {})
        if not only_check:
            make_land(world, fetch(world, Path(folder)), told.sha256)
    check_land(told.sha256)
    click.echo(f"{Path(landmass.PATH).name}: {world.name} {world.version} ({world.licence})")


def make_land(world: Library, tarball: Path, wanted: str, target: Path = LAND) -> None:
    """Make the land under the map of a package.

    Raises
    ------
    ChangedError
        When the package, or what was made of it, is not the pinned one; then nothing is written.
    """
    check_package(world, tarball)
    content = landmass.cut(landmass.land_in(tarball))
    if digest(content) != wanted:
        message = f"{target.name}: 作り直した陸地の sha256 が data/manifest.toml と一致しません"
        raise ChangedError(message)
    target.write_bytes(content)


def check_land(wanted: str, target: Path = LAND) -> None:
    """Compare the land under the map with what was pinned.

    Raises
    ------
    ChangedError
        When it is missing or differs.
    """
    if not target.is_file() or digest(target.read_bytes()) != wanted:
        message = f"{target.name}: data/manifest.toml のものと一致しません"
        raise ChangedError(message)

"""Nothing handed out names the machine it was written on, or a package server."""

import re
from pathlib import Path

# Put together here so that this file is not its own finding.
HOSTS = [
    "py" + "pi.org", "python" + "hosted" + ".org", "npm" + "js" + ".org", "npm" + "js" + ".com",
    "deb.debian" + ".org", "archive.ubuntu" + ".com", "github" + "usercontent.com",
    "unp" + "kg.com", "jsdel" + "ivr.net", "cdn" + "js.cloudflare.com",
]  # fmt: skip
FOLDERS = re.compile(r"(?<![\w.}])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me|Us" + r"ers)/[\w.-]+")
# Third parties' files, carried unchanged.
CARRIED = ("dashboard/assets/vendor/", "tests/docker/compose-spec.json", "LICENSE")


def texts(files: list[Path], root: Path) -> dict[str, str]:
    """Return the text of every text file of ours by its path."""
    found = {}
    for path in files:
        name = path.relative_to(root).as_posix()
        if name.startswith(CARRIED):
            continue
        try:
            found[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_no_package_server_is_named(files: list[Path], root: Path) -> None:
    named = {
        name: [host for host in HOSTS if host in text] for name, text in texts(files, root).items()
    }
    assert not {name: hosts for name, hosts in named.items() if hosts}


def test_no_folder_of_one_machine_is_named(files: list[Path], root: Path) -> None:
    named = {name: FOLDERS.findall(text) for name, text in texts(files, root).items()}
    assert not {name: folders for name, folders in named.items() if folders}


def test_a_folder_is_noticed() -> None:
    assert FOLDERS.search("x = '/ho" + "me/taro'")
    assert not FOLDERS.search("{base}/ho" + "me/taro")

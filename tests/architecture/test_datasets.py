"""Every file that a recording plays is described in `data/manifest.toml`, and is still the same."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def datasets(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((root / "data/manifest.toml").read_text())[
        "datasets"
    ]
    return found


def fingerprint(paths: list[Path], single: bool) -> str:
    """Return the checksum as the manifest's head says it is taken."""
    sums = [(hashlib.sha256(path.read_bytes()).hexdigest(), path.name) for path in paths]
    if single:
        return sums[0][0]
    return hashlib.sha256("".join(f"{s}  {name}\n" for s, name in sums).encode()).hexdigest()


def test_every_recorded_file_is_described(root: Path, datasets: list[dict[str, Any]]) -> None:
    described = {file["path"] for dataset in datasets for file in dataset["files"]}
    played = set()
    for index in (root / "data/recordings").glob("*.toml"):
        items = tomllib.loads(index.read_text(encoding="utf-8"))["items"]
        played |= {item.get("file") or item["glob"] for item in items}
    assert played == described


def test_every_dataset_names_owner_licence_and_address(datasets: list[dict[str, Any]]) -> None:
    for dataset in datasets:
        assert dataset["address"].startswith("https://")
        assert len(dataset["owner"]) > 2
        assert len(dataset["licence"]) > 2


def test_the_real_files_are_those(datasets: list[dict[str, Any]], shared_data: Path) -> None:
    changed = []
    for file in (file for dataset in datasets for file in dataset["files"]):
        single = not set("*[") & set(file["path"])
        paths = [shared_data / file["path"]] if single else sorted(shared_data.glob(file["path"]))
        if len(paths) != file["count"] or fingerprint(paths, single) != file["sha256"]:
            changed.append(file["path"])
    assert not changed

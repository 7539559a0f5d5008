"""Every file that is played or carried is described in `data/manifest.toml`, and still the same."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest


def described(root: Path, kind: str) -> list[dict[str, Any]]:
    """Return the entries of one kind."""
    text = (root / "data/manifest.toml").read_text("utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)[kind]
    return found


@pytest.fixture(scope="module")
def datasets(root: Path) -> list[dict[str, Any]]:
    return described(root, "datasets")


@pytest.fixture(scope="module")
def derived(root: Path) -> list[dict[str, Any]]:
    return described(root, "derived")


def fingerprint(paths: list[Path], single: bool) -> str:
    """Return the checksum as the manifest's head says it is taken."""
    sums = [(hashlib.sha256(path.read_bytes()).hexdigest(), path.name) for path in paths]
    if single:
        return sums[0][0]
    return hashlib.sha256("".join(f"{s}  {name}\n" for s, name in sums).encode()).hexdigest()


def test_every_recorded_file_is_described(root: Path, datasets: list[dict[str, Any]]) -> None:
    known = {file["path"] for dataset in datasets for file in dataset["files"]}
    played = set()
    for index in (root / "data/recordings").glob("*.toml"):
        items = tomllib.loads(index.read_text(encoding="utf-8"))["items"]
        played |= {item.get("file") or item["glob"] for item in items}
    assert played == known


def test_every_dataset_names_owner_licence_and_address(
    datasets: list[dict[str, Any]], derived: list[dict[str, Any]]
) -> None:
    for dataset in [*datasets, *derived]:
        assert dataset["address"].startswith("https://")
        assert len(dataset["owner"]) > 2
        assert len(dataset["licence"]) > 2


def test_the_real_files_are_those(datasets: list[dict[str, Any]], shared_data: Path) -> None:
    changed = []
    for file in (file for dataset in datasets for file in dataset["files"]):
        single = not set("*?[") & set(file["path"])
        paths = [shared_data / file["path"]] if single else sorted(shared_data.glob(file["path"]))
        if len(paths) != file["count"] or fingerprint(paths, single) != file["sha256"]:
            changed.append(file["path"])
    assert not changed


def test_what_was_made_of_others_data_is_still_that(
    root: Path, derived: list[dict[str, Any]]
) -> None:
    assert derived
    for file in derived:
        content = (root / file["path"]).read_bytes()
        assert len(content) == file["bytes"]
        assert hashlib.sha256(content).hexdigest() == file["sha256"]

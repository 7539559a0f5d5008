"""The ways in: make, the scripts, and what the README promises of them."""

import re
import subprocess
from pathlib import Path

import pytest


@pytest.mark.parametrize("script", [".ci/setup", ".ci/run"])
def test_a_script_is_well_formed_and_runs_by_itself(root: Path, script: str) -> None:
    assert (root / script).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", script], cwd=root, check=True)


def test_set_up_refuses_what_it_does_not_know(root: Path) -> None:
    done = subprocess.run(
        [".ci/setup", "--everything"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "--everything" in done.stderr


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["demo"], "hinomi demo"),
        (["demo", "RECORDING=noto-2024", "PORT=9000"], '--recording "noto-2024" --port "9000"'),
        (["demo", "SCALE=0.2", "SPEED=120"], '--scale "0.2" --speed "120"'),
        (["test"], "pytest"),
        (["lint"], "lint-imports"),
        (["bench"], "wall_memory"),
        (["bench-tiles"], "tests.bench.tiles --long"),
        (["clean"], "rm -rf .venv"),
    ],
)
def test_make_does_what_the_readme_says(root: Path, words: list[str], wanted: str) -> None:
    done = subprocess.run(
        ["make", "-n", *words], cwd=root, capture_output=True, text=True, check=True
    )
    assert wanted in " ".join(done.stdout.replace("\\\n", " ").split())


def test_every_target_has_a_line_of_help(root: Path) -> None:
    done = subprocess.run(["make", "help"], cwd=root, capture_output=True, text=True, check=True)
    for target in ("demo", "test", "lint", "bench", "bench-%", "clean"):
        assert re.search(rf"^make {re.escape(target)} +\S", done.stdout, re.MULTILINE), target


def test_cleaning_keeps_the_data(root: Path) -> None:
    done = subprocess.run(
        ["make", "-n", "clean"], cwd=root, capture_output=True, text=True, check=True
    )
    removed = re.findall(r"rm -rf (.*)", done.stdout)
    assert removed
    assert not [line for line in removed if re.search(r"(^|\s)(\./)?var\b", line)]


@pytest.mark.parametrize("name", ["README.md", "README.ja.md", "CONTRIBUTING.md"])
def test_every_link_leads_somewhere(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    targets = [t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [target for target in targets if target and "://" not in target]
    assert local
    assert not [target for target in local if not (root / target).exists()]


def test_the_picture_is_small_enough(root: Path) -> None:
    assert (root / "docs/images/wall.png").stat().st_size <= 400_000


def test_the_changelog_has_its_unreleased(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## Unreleased$", text, re.MULTILINE)


def test_decisions_are_numbered_without_a_gap(root: Path) -> None:
    numbers = sorted(int(path.name[:4]) for path in (root / "docs/decisions").glob("[0-9]*.md"))
    assert numbers == list(range(len(numbers)))

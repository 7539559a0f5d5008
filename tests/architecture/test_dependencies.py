"""Every dependency has its reason beside it and its hash in the lock; no server is named."""

import re
import tomllib
from pathlib import Path


def test_every_dependency_says_why(root: Path) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    wanted = [*declared["project"]["dependencies"]]
    for group in declared["dependency-groups"].values():
        wanted += group
    lines = text.splitlines()
    silent = []
    for requirement in wanted:
        line = next(line for line in lines if line.strip().startswith(f'"{requirement}"'))
        if not re.search(r'",?\s+# .{5,}', line):
            silent.append(requirement)
    assert not silent


def test_the_lock_pins_every_dependency_by_hash(root: Path) -> None:
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    names_at = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", re.MULTILINE)
    pinned = {found.lower() for found in names_at.findall(lock)}
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*declared["project"]["dependencies"], *declared["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=!~ ]", requirement)[0].lower() for requirement in wanted}
    assert not names - pinned
    entries = re.split(r"\n(?=\S)", lock.strip())
    unhashed = [e.split()[0] for e in entries if "==" in e and "--hash=sha256:" not in e]
    assert not unhashed
    assert "://" not in lock

"""What the architecture tests look at: our modules, and every file that is handed out."""

import ast
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "ingest", "layers", "evac", "drill", "dashboard", "server")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of a package."""

    path: Path
    """Relative to the root."""
    text: str
    tree: ast.Module

    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Return every function and method, nested ones too."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        return [node for node in ast.walk(self.tree) if isinstance(node, kinds)]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    """Return every module of ours; written migrations are history, not modules."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if "migrations" in relative.parts or "node_modules" in relative.parts:
                continue
            text = path.read_text(encoding="utf-8")
            found.append(Module(relative, text, ast.parse(text)))
    assert len(found) > 20
    return found


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Return every file that a clone of the repository brings."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        done = subprocess.run(
            [git, "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
            cwd=ROOT, capture_output=True, check=True,
        )  # fmt: skip
        names = [name for name in done.stdout.decode().split("\0") if name]
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    left_out = {".venv", "var", ".git", "__pycache__", "node_modules"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not left_out & set(p.parts)]

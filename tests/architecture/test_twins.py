"""Every module has a test file of its own, at the mirrored place."""

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Module


def twin(path: Path) -> Path:
    """Return where the tests of a module stand."""
    name = path.parent.name if path.name == "__init__.py" else path.stem
    return Path("tests") / path.parent / f"test_{name}.py"


def holds_code(module: "Module") -> bool:
    """Tell whether there is something to test: an `__init__.py` may be a sentence and no more."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return module.path.name != "__init__.py" or any(isinstance(n, kinds) for n in module.tree.body)


def test_every_module_has_its_twin(modules: "list[Module]", root: Path) -> None:
    # Words, tables and protocols: nothing runs in them that could be tried.
    missing = [
        str(module.path)
        for module in modules
        if holds_code(module) and module.functions() and not (root / twin(module.path)).is_file()
    ]
    assert not missing


def test_every_module_says_what_it_is(modules: "list[Module]") -> None:
    silent = [str(module.path) for module in modules if not ast.get_docstring(module.tree)]
    assert not silent


def test_twins_are_found_beside_their_modules() -> None:
    assert twin(Path("a/b/c.py")) == Path("tests/a/b/test_c.py")
    assert twin(Path("a/b/__init__.py")) == Path("tests/a/b/test_b.py")

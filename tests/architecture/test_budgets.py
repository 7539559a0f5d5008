"""Sizes that keep a module readable in one sitting."""

import ast
import math
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Module

Function = ast.FunctionDef | ast.AsyncFunctionDef


def body_lines(function: Function) -> int:
    """Return the lines of a body without its docstring."""
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    if not body:
        return 0
    return (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1


def arguments(function: Function) -> int:
    """Return the number of arguments, without self and cls."""
    names = [a.arg for a in function.args.posonlyargs + function.args.args]
    own = [name for name in names if name not in {"self", "cls"}]
    return len(own) + len(function.args.kwonlyargs)


def test_modules_are_short(modules: "list[Module]") -> None:
    sizes = {str(module.path): module.text.count("\n") for module in modules}
    too_long = {path: size for path, size in sizes.items() if size > 400}
    assert not too_long
    real = [size for path, size in sizes.items() if not path.endswith("__init__.py")]
    assert median(real) <= 150


def test_functions_are_short(modules: "list[Module]") -> None:
    sizes = {
        f"{module.path}:{function.lineno} {function.name}": body_lines(function)
        for module in modules
        for function in module.functions()
    }
    too_long = {name: size for name, size in sizes.items() if size > 60}
    assert not too_long
    ordered = sorted(sizes.values())
    assert ordered[math.floor(len(ordered) * 0.9)] <= 30


def excused(module: "Module", function: Function) -> bool:
    """Tell whether the definition itself says why it takes more."""
    return "noqa: PLR0913 - " in module.text.splitlines()[function.lineno - 1]


def test_functions_take_few_arguments(modules: "list[Module]") -> None:
    greedy = [
        (f"{module.path}:{function.lineno} {function.name}", excused(module, function))
        for module in modules
        for function in module.functions()
        if arguments(function) > 6
    ]
    assert not [name for name, has_reason in greedy if not has_reason]
    assert len(greedy) <= 4, "an excuse is an exception"


def test_measures_are_right() -> None:
    tree = ast.parse('def f(self, a, *, b):\n    """Say."""\n    x = a\n\n    return x\n')
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert body_lines(function) == 3
    assert arguments(function) == 2

"""Ids of screen elements live in enums, never as text inside a callback's declaration."""

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Module

DEPENDENCIES = {"Input", "Output", "State", "ClientsideFunction"}


def literal_ids(tree: ast.Module) -> list[int]:
    """Return the lines where Input, Output or State is given its id as literal text."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        literal = isinstance(first, ast.Constant) and isinstance(first.value, str)
        if name in DEPENDENCIES and literal:
            found.append(node.lineno)
    return found


def test_no_callback_names_an_id_literally(modules: "list[Module]") -> None:
    faces = [module for module in modules if module.path.parts[0] == "dashboard"]
    literal = {str(module.path): lines for module in faces if (lines := literal_ids(module.tree))}
    assert not literal


def test_a_literal_id_is_noticed() -> None:
    assert literal_ids(ast.parse("Input('map', 'zoom'); dash.State(Id.MAP, 'zoom')")) == [1]

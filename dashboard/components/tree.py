"""What a layout is made of, and attributes that HTML allows and Dash does not name."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from dash.development.base_component import Component

Tree: TypeAlias = Component | str | Sequence[Component | str | None] | None
"""Whatever may stand as `children`."""


def attributes(**values: str) -> dict[str, Any]:
    """Return HTML attributes: `data_at` becomes `data-at`, `aria_label` becomes `aria-label`."""
    return {name.replace("_", "-"): value for name, value in values.items()}


def browser_data(values: Mapping[str, str]) -> dict[str, Any]:
    """Return `data-` attributes for the browser scripts."""
    return {f"data-{name}": value for name, value in values.items()}

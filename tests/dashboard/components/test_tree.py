"""Attributes that HTML knows and Dash does not name."""

from dashboard.components.tree import attributes, browser_data


def test_underscores_become_dashes() -> None:
    assert attributes(data_at="x", aria_label="y") == {"data-at": "x", "aria-label": "y"}


def test_browser_data_is_prefixed() -> None:
    assert browser_data({"shell-ids": "{}"}) == {"data-shell-ids": "{}"}

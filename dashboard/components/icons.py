"""Icons drawn by the style sheet from our own files, so that no page fetches one from elsewhere."""

from dash import html

from dashboard.components.tree import attributes


def icon(name: str) -> html.Span:
    """Return the icon `assets/desk/icons/{name}.svg`, hidden from screen readers."""
    return html.Span(className=f"icon icon-{name}", **attributes(aria_hidden="true"))

"""Numbers with their unit: number first, unit small, thousands separated."""

from dash import html

from dashboard.i18n import Words


def number_text(value: float | None, digits: int = 0) -> str | None:
    """Return a number with separated thousands, None where there is none."""
    return None if value is None else f"{value:,.{digits}f}"


def figure(
    label: str, value: str | None, unit: str, word: Words, *, tall: bool = False
) -> html.Div:
    """Return a labelled number; a value that is missing is said to be unknown, never zero."""
    shown = word("unknown") if value is None else value
    return html.Div(
        [
            html.Dt(label),
            html.Dd(
                [
                    html.Span(shown, className="num" if value is not None else "num num-unknown"),
                    html.Span(unit if value is not None else "", className="unit"),
                ]
            ),
        ],
        className="figure tall" if tall else "figure",
    )


def fact(label: str, text: str | None, word: Words) -> html.Div:
    """Return a labelled text."""
    return html.Div(
        [html.Dt(label), html.Dd(text or word("unknown"), className="" if text else "num-unknown")],
        className="fact",
    )

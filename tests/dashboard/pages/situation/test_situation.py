"""The page's wires lead to its own functions."""

import dash

from dashboard.pages import situation
from dashboard.pages.situation.ids import SituationId as Id
from dashboard.services import Services


def test_every_output_belongs_to_the_page(services: Services) -> None:
    app = dash.Dash("wires", backend="fastapi")
    situation.register(app, services)
    outputs = "".join(str(one["output"]) for one in app._callback_list)  # noqa: SLF001
    for wanted in (Id.DRAWER, Id.GRID, Id.HITS, Id.VISIBLE, Id.SELECTION):
        assert wanted in outputs

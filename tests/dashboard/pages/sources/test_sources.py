"""The page's wires lead to its own functions."""

import dash

from dashboard.pages import sources
from dashboard.pages.sources.ids import SourcesId as Id
from dashboard.services import Services


def test_every_output_belongs_to_the_page(services: Services) -> None:
    app = dash.Dash("wires", backend="fastapi")
    sources.register(app, services)
    outputs = "".join(str(one["output"]) for one in app._callback_list)  # noqa: SLF001
    for wanted in (Id.TABLE, Id.QUESTION, Id.QUARANTINE, Id.FILE):
        assert wanted in outputs

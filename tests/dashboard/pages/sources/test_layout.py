"""The sources page as it opens."""

import json

from dashboard.components.wiring import Desk
from dashboard.pages.sources.ids import SourcesId as Id
from dashboard.pages.sources.layout import page


def test_the_page_tells_the_browser_its_ids(desk: Desk) -> None:
    props = page(desk, "").to_plotly_json()["props"]
    assert props["className"] == "sources"
    assert json.loads(props["data-ids"])["asked"] == Id.ASKED


def test_a_viewer_may_look(viewer_desk: Desk) -> None:
    assert page(viewer_desk, "").className == "sources"

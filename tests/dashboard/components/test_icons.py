"""Every icon that is named is drawn by a file of ours."""

import re
from pathlib import Path

import dashboard
from dashboard.components.icons import icon

DESK = Path(dashboard.__file__).parent / "assets" / "desk"


def test_an_icon_is_hidden_from_screen_readers() -> None:
    props = icon("run").to_plotly_json()["props"]
    assert props["className"] == "icon icon-run"
    assert props["aria-hidden"] == "true"


def test_every_icon_used_has_a_rule_and_a_file() -> None:
    sources = Path(dashboard.__file__).parent.rglob("*.py")
    used = {name for path in sources for name in re.findall(r'icon\("(\w+)"\)', path.read_text())}
    rules = (DESK / "icons.css").read_text()
    assert len(used) > 10
    for name in used | {"situation", "sources", "wall"}:
        assert f".icon-{name} " in rules
        assert (DESK / "icons" / f"{name}.svg").is_file()

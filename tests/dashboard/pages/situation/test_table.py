"""Tables: every layer's columns, words in place of codes."""

import re
from pathlib import Path

import pytest

import dashboard
from dashboard.i18n import words
from dashboard.pages.situation.table import TABLE_LAYERS, columns

JA = words("ja")


@pytest.mark.parametrize("layer", sorted(TABLE_LAYERS))
def test_every_column_has_a_head_and_a_field(layer: str) -> None:
    found = columns(layer, JA)
    assert len({column["field"] for column in found}) == len(found) >= 4
    assert all(column["headerName"] for column in found)


def test_a_layer_without_a_table_has_no_columns() -> None:
    assert columns("roads", JA) == []


def test_codes_are_shown_as_words() -> None:
    kind = next(column for column in columns("closures", JA) if column["field"] == "kind")
    assert kind["refData"]["closed"] == "通行止め"


def test_the_worst_stand_on_top() -> None:
    for layer, field in (("rivers", "level"), ("rain", "value"), ("outages", "households")):
        column = next(one for one in columns(layer, JA) if one["field"] == field)
        assert column["sort"] == "desc"


def test_every_browser_function_that_a_column_names_is_there() -> None:
    named = {
        match
        for layer in TABLE_LAYERS
        for column in columns(layer, JA)
        for key in ("valueFormatter", "cellClassRules")
        for match in re.findall(r"hinomi\w+", str(column.get(key)))
    }
    script = Path(dashboard.__file__).parent / "assets" / "desk" / "clientside.js"
    text = script.read_text(encoding="utf-8")
    assert {"hinomiIsLevel", "hinomiAge"} <= named
    assert not [name for name in named if f"formats.{name} =" not in text]

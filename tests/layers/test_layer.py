"""Definition files: what is wrong is named with file and field."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from layers.layer import DefinitionError, read_definition

GOOD: dict[str, Any] = {
    "id": "gauges", "title": "雨量", "title_en": "Rain", "group": "weather", "kind": "geojson",
    "geometry": "point", "tables": ["station"], "sql": "SELECT 1 AS id", "attribution": "試験",
    "columns": {"name": "名称"}, "style": {"kind": "rain", "order": 5},
}  # fmt: skip


def written(folder: Path, content: object, name: str = "gauges.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_a_good_definition_is_read(tmp_path: Path) -> None:
    layer = read_definition(written(tmp_path, GOOD))
    assert layer.id == "gauges"
    assert layer.history == "none"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "wms"}, "kind"),
        ({"title": None}, "title"),
        ({"sql": "DELETE FROM station"}, "sql"),
        ({"sql": "SELECT 1; DROP TABLE station"}, "sql"),
        ({"sql": None}, "sql is missing"),
        ({"tables": []}, "tables is missing"),
        ({"sql_at": "SELECT 1"}, "history"),
        ({"history": "exact"}, "history"),
        ({"public": ["secret"]}, "public"),
        ({"columns": {"name; --": "名称"}}, "columns"),
        ({"zooms": {"min": 9, "max": 3}}, "zooms"),
        ({"style": {"kind": "fireworks", "order": 1}}, "style.kind"),
        ({"legend": [{"colour": "red", "label": "赤", "label_en": "red"}]}, "legend.0.colour"),
        ({"colour": "#FF0000"}, "colour"),
        ({"url": "https://tiles.example/{z}/{x}/{y}.png"}, "url"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    path = written(tmp_path, {**GOOD, **change})
    with pytest.raises(DefinitionError) as caught:
        read_definition(path)
    assert "gauges.yaml" in caught.value.message
    assert field in caught.value.message


def test_the_file_is_named_like_the_layer(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"other\.yaml.*gauges\.yaml"):
        read_definition(written(tmp_path, GOOD, "other.yaml"))


@pytest.mark.parametrize(
    "content", [b"id: [", b"\xff\xfe\x00", b"!!python/object/apply:os.getcwd []", b"just text"]
)
def test_a_file_that_is_no_definition_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    with pytest.raises(DefinitionError, match=r"broken\.yaml"):
        read_definition(path)


def test_a_legend_carries_text_colours(tmp_path: Path) -> None:
    told = {**GOOD, "scale": "alert"}
    legend = read_definition(written(tmp_path, told)).legend_classes()
    assert [(e["colour"], e["text"]) for e in legend][:3] == [
        ("#0C000C", "#FFFFFF"), ("#AA00AA", "#FFFFFF"), ("#FF2800", "#000000"),
    ]  # fmt: skip

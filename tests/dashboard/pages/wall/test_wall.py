"""The wall's page as it is sent: no data in it, no inline script, 訓練 in a drill."""

import json
import re
from pathlib import Path

from dashboard.pages.wall import ASSETS, LAYERS, WallPage, build_mark, wall_html
from layers.catalog import load_catalog


def config(html: str) -> dict[str, object]:
    """Return the configuration block of a page."""
    found = re.search(r'id="config">(.*?)</script>', html)
    assert found is not None
    told: dict[str, object] = json.loads(found[1])
    return told


def test_it_tells_its_scripts_what_to_show() -> None:
    told = config(wall_html("ja", WallPage(drill=False, base_map="auto", base="/x")))
    assert told == {
        "language": "ja", "layers": list(LAYERS), "base": "/x", "baseMap": "auto",
        "build": build_mark(), "drill": False,
    }  # fmt: skip


def test_every_layer_it_names_exists() -> None:
    catalog = load_catalog()
    assert [name for name in LAYERS if name not in catalog] == []


def test_a_drill_is_marked_and_has_the_base_map_it_was_given() -> None:
    html = wall_html("ja", WallPage(drill=True, base_map="builtin"))
    assert "<title>【訓練】火の見</title>" in html
    assert '<body class="drill">' in html
    assert '<span id="drill">訓練</span>' in html
    assert config(html)["baseMap"] == "builtin"


def test_without_a_drill_the_word_is_nowhere() -> None:
    assert "訓練" not in wall_html("ja", WallPage(drill=False))


def test_english_and_anything_else() -> None:
    english = wall_html("en", WallPage(drill=True))
    assert '<html lang="en">' in english
    assert "【DRILL】" in english
    assert '<html lang="ja">' in wall_html("<script>", WallPage(drill=False))


def test_nothing_runs_inline_and_nothing_comes_from_outside() -> None:
    html = wall_html("ja", WallPage(drill=True))
    scripts = re.findall(r"<script([^>]*)>([^<]*)</script>", html)
    assert len(scripts) == 4
    inline = [attributes for attributes, content in scripts if content]
    assert inline == [' type="application/json" id="config"']
    assert re.findall(r"(?:src|href)=\"(?!/assets/|data:)", html) == []
    assert " on" + "load=" not in html


def test_what_the_page_names_is_there() -> None:
    html = wall_html("ja", WallPage(drill=False))
    for name in re.findall(r'(?:src|href)="/assets/([^"?]+)', html):
        assert (ASSETS / name).is_file(), name


def test_imports_between_modules_lead_to_files() -> None:
    for script in [*(ASSETS / "map").glob("*.js"), *(ASSETS / "wall").glob("*.js")]:
        for name in re.findall(
            r'^import .*?from "(.+?)";', script.read_text("utf-8"), re.MULTILINE
        ):
            assert (script.parent / name).resolve().is_file(), f"{script.name}: {name}"


def test_a_text_cannot_end_the_configuration_early() -> None:
    html = wall_html("ja", WallPage(drill=False, base="</script><b>"))
    assert "</script><b>" not in html
    assert config(html)["base"] == "</script><b>"


def test_type_on_the_wall_is_large_enough() -> None:
    """Nothing under 44 px of a 3840 × 2160 screen (look: read from five metres)."""
    css = (ASSETS / "wall/wall.css").read_text("utf-8")
    sizes = [int(size) for size in re.findall(r"font-size: calc\((\d+) \* var\(--u\)\)", css)]
    assert len(sizes) > 20
    assert min(sizes) >= 44
    assert len(re.findall(r"font-size:(?! calc\(\d+ \* var\(--u\)\)| inherit)", css)) == 0


def test_the_mark_follows_the_files() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", build_mark())
    assert build_mark.__wrapped__() == build_mark()
    assert Path(ASSETS / "wall/wall.js").is_file()

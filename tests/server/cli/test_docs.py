"""The generated pages say what the code says."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from core.settings import DatabaseSettings, WebSettings
from ingest import registry
from layers.catalog import load_catalog
from server.cli import docs


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return docs.pages()


def test_the_pages_in_the_tree_are_current(pages: dict[str, str]) -> None:
    stale = [
        name
        for name, text in pages.items()
        if not (docs.FOLDER / name).is_file()
        or (docs.FOLDER / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `hinomi docs` and commit what it wrote"


def test_every_source_and_layer_is_described(pages: dict[str, str]) -> None:
    for name, source in registry.sources().items():
        assert f"## {name} — {source.manifest.title}" in pages["sources.md"]
        assert docs.cell(source.manifest.credit) in pages["sources.md"]
    for layer in load_catalog():
        assert f"## {layer.id} — {layer.title}" in pages["layers.md"]


def test_every_setting_is_described(pages: dict[str, str]) -> None:
    for kind, prefix in ((DatabaseSettings, "HINOMI_DATABASE_"), (WebSettings, "HINOMI_WEB_")):
        for name in kind.model_fields:
            assert f"`{prefix}{name.upper()}`" in pages["settings.md"]
    assert str(docs.ROOT) not in pages["settings.md"]


def test_every_command_is_described(pages: dict[str, str]) -> None:
    for command in ("demo", "drill seek", "ingest parse", "db up", "work", "serve", "docs"):
        assert f"## hinomi {command}\n" in pages["cli.md"]


def test_every_module_stands_in_the_tree(pages: dict[str, str]) -> None:
    for package in docs.PACKAGES:
        assert f"## {package}\n" in pages["code.md"]
        for path in (docs.ROOT / package).glob("*.py"):
            assert path.name == "__init__.py" or f"`{path.name}`" in pages["code.md"]


def test_a_table_survives_a_bar() -> None:
    assert docs.table(("a",), [("x|y\nz",)]).splitlines()[-1] == "| x\\|y z |"


def test_a_stale_page_is_written_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docs, "FOLDER", tmp_path)
    monkeypatch.setattr(docs, "pages", lambda: {"one.md": "new\n"})
    assert CliRunner().invoke(docs.command, ["--check"]).exit_code == 1
    assert "one.md" in CliRunner().invoke(docs.command, []).output
    assert CliRunner().invoke(docs.command, ["--check"]).exit_code == 0

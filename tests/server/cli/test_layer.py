"""`hinomi layer` on a real database."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.clock import WORLD, Anchor, real
from core.clock_store import write_anchor
from core.db.session import Database
from core.errors import NotFoundError
from server.cli.layer import group


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    yield
    WORLD.set(None)


def call(*arguments: str) -> str:
    return CliRunner().invoke(group, list(arguments), catch_exceptions=False).output


def test_layers_are_listed_and_exported(
    clean_database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del clean_database
    monkeypatch.setenv("HINOMI_DATABASE_URL", database_url)
    lines = [line.split("\t") for line in call("list").splitlines()]
    assert ["rivers", "geojson"] in [line[:2] for line in lines]
    written = Path(call("export", "rivers", "--folder", str(tmp_path / "new")).strip())
    assert written.parent == tmp_path / "new"
    assert json.loads(written.read_bytes())["type"] == "FeatureCollection"
    with pytest.raises(NotFoundError):
        call("export", "nothing", "--folder", str(tmp_path))


def test_in_a_drill_the_clock_of_the_drill_counts(
    clean_database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HINOMI_DATABASE_URL", database_url)
    monkeypatch.setenv("HINOMI_DRILL_ACTIVE", "true")
    anchor = Anchor(real(), real() - timedelta(days=100), 60.0)
    with clean_database.transaction() as session:
        write_anchor(session, anchor, "嵐【訓練】")
    written = Path(call("export", "rivers", "--format", "csv", "--folder", str(tmp_path)).strip())
    assert WORLD.anchor == anchor
    assert "訓練" in written.name

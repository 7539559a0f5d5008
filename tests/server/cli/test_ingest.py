"""`hinomi ingest`: files without a database, sources with one."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from core.db.session import Database
from core.errors import NotFoundError
from server.cli.ingest import group
from tests.town import NOON, Answer, Town, gauge, open_town, outage, outages, rivers

Call = Callable[..., Result]


@pytest.fixture
def town() -> Iterator[Town]:
    with open_town() as made:
        yield made


@pytest.fixture
def call(clean_database: Database, town: Town, tmp_path: Path) -> Call:
    environment = {
        "HINOMI_DATABASE_URL": clean_database.url, "HINOMI_INGEST_FEEDS": town.address,
        "HINOMI_STORAGE_FOLDER": str(tmp_path / "storage"), "HINOMI_STORAGE_MIN_FREE_MB": "0",
    }  # fmt: skip
    return lambda *words: CliRunner().invoke(group, [str(w) for w in words], env=environment)


def parse(*words: Any) -> tuple[int, dict[str, Any]]:
    """Parse without any database at all."""
    environment = {"HINOMI_DATABASE_URL": "postgresql://nobody@/none?host=%2Fnonexistent"}
    done = CliRunner().invoke(group, ["parse", *map(str, words), "--json"], env=environment)
    return done.exit_code, json.loads(done.output)


def test_parse_prints_what_is_in_the_files(tmp_path: Path) -> None:
    good, mixed = tmp_path / "a-index.json", tmp_path / "b-index.json"
    good.write_bytes(rivers(gauge(1, 1.0), gauge(2, 2.0)))
    mixed.write_bytes(rivers(gauge(3, 3.0), gauge(4, 1.0, code="?")))
    code, found = parse("river_levels", good, mixed)
    assert code == 0
    assert found == {
        "source": "river_levels",
        "files": 2,
        "records": {"observation": 3, "station": 3},
        "rejected": {"no_code": 1},
        "first_error": found["first_error"],
    }
    assert found["first_error"].startswith("items[1]: ")


def test_one_unreadable_file_keeps_the_others_in_and_fails(tmp_path: Path) -> None:
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_bytes(outages(outage(1)))
    bad.write_bytes(b"")
    code, found = parse("power_hokuriku", bad, good, tmp_path / "missing.csv", tmp_path)
    assert code == 1
    assert (found["files"], found["records"]) == (4, {"outage": 1})
    assert found["first_error"].startswith("b.csv: ")


def test_parse_for_people(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(outages(outage(1), "broken\n"))
    done = CliRunner().invoke(group, ["parse", "power_hokuriku", str(path)])
    assert done.exit_code == 0
    assert "outage" in done.output
    assert "除外" in done.output


def test_parse_of_a_source_there_is_not(tmp_path: Path) -> None:
    done = CliRunner().invoke(group, ["parse", "weather", str(tmp_path)])
    assert isinstance(done.exception, NotFoundError)


@pytest.mark.parametrize(
    ("source", "path", "records"),
    [
        ("jma_amedas", "jma/jma-analysis/amedastable.json", {"station": 1_295}),
        ("road_network", "road-closures/kumamoto-earthquake-traffic-map/2608041600data.zip",
         {"road_link": 17_805}),
        ("road_restrictions", "road-closures/kumamoto-earthquake-traffic-map/2607311600data.zip",
         {"closure": 55}),
    ],
)  # fmt: skip
def test_parse_of_real_files(
    shared_data: Path, source: str, path: str, records: dict[str, int]
) -> None:
    code, found = parse(source, shared_data / path)
    assert code == 0
    assert found == {"source": source, "files": 1, "records": records, "rejected": {},
                     "first_error": None}  # fmt: skip


def test_run_fetches_once_and_status_says_how_it_went(
    call: Call, town: Town, clean_database: Database
) -> None:
    town.routes["/power_hokuriku/current.csv"] = Answer(outages(outage(1), outage(2)))
    done = call("run", "power_hokuriku")
    assert done.exit_code == 0, done.output
    assert "'outage': 2" in done.output
    with clean_database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM outage")) == 2
    failed = call("run", "road_restrictions")
    assert failed.exit_code == 1
    assert "失敗" in failed.output
    states = {row["source"]: row for row in json.loads(call("status", "--json").output)}
    assert states["power_hokuriku"]["state"] == "off", "run asks it although it is off"
    assert "road_restrictions" in call("status").output


def test_quarantine_is_listed_and_tried_again(call: Call, town: Town) -> None:
    bad = Answer(outages(outage(1), "2026/07/03 11:40,broken\n"))
    town.routes["/power_hokuriku/current.csv"] = bad
    assert call("run", "power_hokuriku").exit_code == 0
    listed = call("quarantine", "list", "--source", "power_hokuriku")
    assert "power_hokuriku" in listed.output
    assert call("quarantine", "list", "--source", "jma_xml").output == ""
    retried = call("quarantine", "retry", "power_hokuriku")
    assert retried.exit_code == 0, retried.output
    assert "解決 0 残り 1" in retried.output
    assert str(NOON.year) in listed.output or "×" in listed.output
    assert os.environ.get("HINOMI_INGEST_FEEDS") is None


def test_files_are_imported_as_if_they_had_been_received(
    call: Call, clean_database: Database, tmp_path: Path
) -> None:
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_bytes(outages(outage(1), outage(2), "broken\n"))
    bad.write_bytes(b"")
    done = call("import", "power_hokuriku", good, bad, tmp_path / "missing.csv")
    assert done.exit_code == 1
    assert "a.csv: outage 2 rejected 1" in done.output
    assert "失敗 b.csv: " in done.output
    assert "失敗 missing.csv: " in done.output
    with clean_database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM outage")) == 2
        actions = session.scalars(text("SELECT action FROM audit ORDER BY id")).all()
    assert actions == ["source.import", "source.import"]
    assert call("import", "power_hokuriku", good).exit_code == 0


def test_a_file_that_is_too_large_is_not_read_to_its_end(call: Call, tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(20_000_000_000)
    done = call("import", "power_hokuriku", huge)
    assert done.exit_code == 1
    assert "ファイルが大きすぎます（上限 8,000,000 バイト）" in done.output


def test_import_for_a_source_there_is_not(call: Call, tmp_path: Path) -> None:
    assert isinstance(call("import", "weather", tmp_path).exception, NotFoundError)

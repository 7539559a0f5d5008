"""What the live line reads, from a real database."""

import pytest
from sqlalchemy import text

from core.clock import world
from core.db.session import Database
from layers.catalog import load_catalog
from server.board import Board
from tests.e2e import wall_town


def board(database: Database) -> Board:
    return Board(database, load_catalog(), drill=False)


def test_small_layers_are_those_sent_as_differences(database: Database) -> None:
    small = board(database).small
    assert small >= {"rivers", "closures", "warnings"}
    assert not small & {"roads", "boundaries", "relief"}


def test_everything_is_read_from_one_county(clean_database: Database) -> None:
    with clean_database.transaction() as session:
        wall_town.settle(session)
    read = board(clean_database)
    assert read.versions()["rivers"] > 0
    rivers = read.collection("rivers")
    assert len(rivers["features"]) == 40
    told = read.summary()
    assert told["incident"]["title"] == "火見島 豪雨"
    assert told["rivers"]["total"] == 40
    assert told["rivers"]["silent"] == 4
    assert told["worker"]["state"] == "ok"
    assert {name: card["state"] for name, card in told["cards"].items()} == {
        "alerts": "ok", "shelters": "ok", "closures": "silent", "rivers": "ok",
        "outages": "late", "rain": "ok",
    }  # fmt: skip
    assert {source["source"]: source["state"] for source in told["sources"]}[
        "road_restrictions"
    ] == "silent"


def test_layers_at_hand_are_not_read_again(clean_database: Database) -> None:
    with clean_database.transaction() as session:
        wall_town.gauge(session, 1, 4.9, world())
    read = board(clean_database)
    held = {"version": 1, "features": []}
    assert read.summary({"rivers": held})["rivers"]["total"] == 0
    assert read.summary()["rivers"]["total"] == 1


def test_a_layer_is_read_again_only_when_something_it_shows_may_have_changed(
    clean_database: Database,
) -> None:
    with clean_database.transaction() as session:
        wall_town.settle(session)
    read = board(clean_database)
    first = read.collection("rivers")
    ask = text("UPDATE source_state SET last_attempt_at = now() WHERE source = 'river_levels'")
    with clean_database.transaction() as session:
        session.execute(ask)
    asked = read.collection("rivers")
    assert asked["version"] > first["version"]
    assert asked["features"] is first["features"]
    silence = text("UPDATE source_state SET last_success_at = NULL WHERE source = 'river_levels'")
    with clean_database.transaction() as session:
        session.execute(silence)
    silent = read.collection("rivers")
    assert silent["features"] is not first["features"]
    with clean_database.transaction() as session:
        wall_town.gauge(session, 99, 1.0, world())
    assert len(read.collection("rivers")["features"]) == 41


def test_a_layer_that_only_ages_is_read_again_after_some_seconds(
    clean_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clean_database.transaction() as session:
        wall_town.gauge(session, 1, 4.9, world())
    read = board(clean_database)
    first = read.collection("rivers")
    assert read.collection("rivers")["features"] is first["features"]
    monkeypatch.setattr("server.board.READ_AGAIN_S", 0.0)
    assert read.collection("rivers")["features"] is not first["features"]


def test_an_empty_database_has_no_incident_and_no_worker(clean_database: Database) -> None:
    told = board(clean_database).summary()
    assert told["incident"] is None
    assert told["worker"] == {"state": "never", "age_s": None}
    assert told["sources"] == []


def test_events_after_an_id_come_oldest_first(clean_database: Database) -> None:
    with clean_database.transaction() as session:
        for number in range(5):
            session.add(wall_town.event(number, world(), 1, f"第{number}報"))
    read = board(clean_database)
    newest = read.events(None, 2)
    assert [row["text_ja"] for row in newest] == ["第3報", "第4報"]
    assert [row["text_ja"] for row in read.events(newest[0]["id"], 10)] == ["第4報"]
    assert newest[0]["lon"] == 150.2


def test_world_time_of_no_drill(clean_database: Database) -> None:
    told = board(clean_database).world()
    assert told["title"] == ""
    assert told["drill"] is False
    assert told["speed"] == 1.0

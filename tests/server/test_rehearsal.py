"""A drill has a database, an archive and accounts of its own, made anew."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.auth.policy import Action, allowed
from core.auth.store import actor_of
from core.clock import WORLD
from core.clock_store import read_anchor
from core.db import cluster as private
from core.db.cluster import Cluster
from core.db.schema.accounts import Account
from core.db.schema.incident import Incident
from core.db.schema.system import SourceState
from core.db.session import Database
from core.settings import DatabaseSettings, DrillSettings
from server.rehearsal import (
    DEMO_PASSWORD,
    DrillRunsAlreadyError,
    Rehearsal,
    fresh_database,
    set_scene,
)

sys.path.insert(0, str(Path(__file__).parent))
from worlds import START, OneFileWorld


class RiverWorld(OneFileWorld):
    """Plays one source that exists."""

    sources = ("river_levels",)


@pytest.fixture
def rehearsal(tmp_path: Path, cluster: Cluster) -> Iterator[Rehearsal]:
    made = Rehearsal(f"ops-{tmp_path.name}", tmp_path, seed=1, scale=0.1)
    yield made
    WORLD.set(None)
    private.drop_database(cluster, made.database)


def test_names_are_safe_and_apart(tmp_path: Path) -> None:
    usual = DrillSettings.model_fields["folder"].default
    island = Rehearsal("island", usual, 1, 1)
    recording = Rehearsal("kumamoto-2026", usual, 1, 1)
    assert island.database == "hinomi_drill_island"
    assert recording.database == "hinomi_drill_kumamoto_2026"
    assert recording.relief is None
    assert recording.begin(OneFileWorld()) == START
    assert island.begin(OneFileWorld()) == START + timedelta(hours=8)
    elsewhere = Rehearsal("island", tmp_path, 1, 1)
    assert elsewhere.database.startswith("hinomi_drill_island_")
    assert elsewhere.generated is False


def test_the_scene_is_whole_and_made_anew(rehearsal: Rehearsal, cluster: Cluster) -> None:
    for _ in range(2):
        (rehearsal.storage / "old").mkdir(parents=True)
        url = fresh_database(cluster, rehearsal)
        assert not rehearsal.storage.exists()
        set_scene(url, rehearsal, RiverWorld())
    database = Database(url, DatabaseSettings())
    with database.transaction() as session:
        on = session.scalars(select(SourceState.source).where(SourceState.enabled)).all()
        found = read_anchor(session)
        incidents = session.scalars(select(Incident)).all()
        accounts = session.scalars(select(Account)).all()
        due = session.scalars(select(SourceState.next_due_at)).all()
    database.close()
    assert on == ["river_levels"]
    assert found is not None
    assert abs(found[0].world - START) < timedelta(minutes=1)
    assert [(incident.name, incident.is_drill) for incident in incidents] == [
        ("試験【訓練】", True)
    ]
    assert "operator" in {account.login for account in accounts}
    assert all(moment is None or moment < START + timedelta(minutes=1) for moment in due)
    prefecture = next(account for account in accounts if account.login == "prefecture")
    assert allowed(actor_of(prefecture), Action.SWITCH_SOURCE)
    assert DEMO_PASSWORD not in prefecture.password_hash


def test_the_same_drill_is_not_played_twice(rehearsal: Rehearsal) -> None:
    with rehearsal.held():
        with pytest.raises(DrillRunsAlreadyError, match="PID"), rehearsal.held():
            pytest.fail("held twice")
        other = Rehearsal("other", rehearsal.folder, 1, 1)
        with other.held():
            pass
    with rehearsal.held():
        pass

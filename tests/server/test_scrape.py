"""The numbers of the whole installation, read from the database when they are asked for."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from core import clock, metrics
from core.db.schema.system import QuarantineRow, SourceState
from core.db.session import Database
from core.settings import DatabaseSettings, Settings
from layers.service import open_layers
from server import scrape
from server.scrape import Scrape

NOWHERE = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"


def told(name: str, **labels: str) -> float | None:
    return metrics.SHARED.get_sample_value(name, labels)


def fill(database: Database) -> None:
    now = clock.world()
    common = {"title": "-", "title_en": "-", "short": "-", "credit": "", "interval_s": 60,
              "late_after_s": 120, "silent_after_s": 600, "enabled": True,
              "since": now}  # fmt: skip
    with database.transaction() as session:
        session.add(
            SourceState(
                source="rain", failures=2, totals={"station": 7, "observation": 90},
                last_success_at=now - timedelta(seconds=300),
                newest_observed_at=now - timedelta(seconds=400), **common,
            )
        )  # fmt: skip
        session.add(SourceState(source="rivers", **common))
        for number, state in enumerate(("open", "open", "resolved")):
            session.add(
                QuarantineRow(
                    source="rain", fingerprint=str(number), payload_name="p", reason="r",
                    message="m", locator="1", raw="{}", first_at=now, last_at=now, state=state,
                )
            )  # fmt: skip


def test_sources_layers_and_quarantine(clean_database: Database, settings_of: Any) -> None:
    fill(clean_database)
    settings: Settings = settings_of()
    text = Scrape(clean_database, open_layers(clean_database, settings)).read().decode()
    assert told("hinomi_database_up") == 1
    assert told("hinomi_source_state", source="rain", state="late") == 1
    assert told("hinomi_source_state", source="rain", state="ok") == 0
    assert told("hinomi_source_state", source="rivers", state="never") == 1
    assert 300 <= (told("hinomi_source_age_seconds", source="rain") or 0) < 320
    assert 400 <= (told("hinomi_source_lag_seconds", source="rain") or 0) < 420
    assert told("hinomi_source_failures", source="rain") == 2
    assert told("hinomi_ingest_records", source="rain", kind="observation") == 90
    assert told("hinomi_quarantine_rows", source="rain") == 2
    assert (told("hinomi_layer_version", layer="rain") or 0) > 0
    assert 'hinomi_quarantine_rows{source="rain"} 2.0' in text
    assert "hinomi_http_requests_total" in text


def test_what_never_was_has_no_number(clean_database: Database, settings_of: Any) -> None:
    fill(clean_database)
    Scrape(clean_database, open_layers(clean_database, settings_of())).read()
    assert told("hinomi_source_age_seconds", source="rivers") is None
    assert told("hinomi_source_lag_seconds", source="rivers") is None
    assert told("hinomi_quarantine_rows", source="rivers") is None


def test_nobody_makes_it_look_more_than_once_a_second(
    clean_database: Database, settings_of: Any, monkeypatch: Any
) -> None:
    fill(clean_database)
    reader = Scrape(clean_database, open_layers(clean_database, settings_of()))
    reader.read()
    with clean_database.transaction() as session:
        session.execute(update(SourceState).values(failures=5))
    monkeypatch.setattr(scrape, "ANSWER_KEPT_S", 60)
    reader.read()
    assert told("hinomi_source_failures", source="rain") == 2
    monkeypatch.setattr(scrape, "ANSWER_KEPT_S", 0)
    reader.read()
    assert told("hinomi_source_failures", source="rain") == 5


def test_without_a_database_nothing_old_is_told(clean_database: Database, settings_of: Any) -> None:
    fill(clean_database)
    Scrape(clean_database, open_layers(clean_database, settings_of())).read()
    gone = Database(NOWHERE, DatabaseSettings())
    text = Scrape(gone, open_layers(gone, settings_of())).read().decode()
    gone.close()
    assert told("hinomi_database_up") == 0
    assert 'source="rain"' not in text
    assert "hinomi_live_streams" in text

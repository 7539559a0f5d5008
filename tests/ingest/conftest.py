"""A town on loopback, a clock and a pipeline that asks there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.db.session import Database
from ingest.http import HostBudget, Outside
from ingest.pipeline import Pipeline
from ingest.records import Item
from ingest.source import Payload
from tests.ingest.sayings import SAID, Said
from tests.town import Clock, Town, open_pipeline, open_town, quick


@pytest.fixture
def town() -> Iterator[Town]:
    """Yield an outside world that says what `town.routes` holds."""
    with open_town() as made:
        yield made


@pytest.fixture(scope="session")
def shared_outside() -> Iterator[Outside]:
    """Yield connections for all tests: reading the certificates takes longer than most of them."""
    made = Outside(user_agent="Hinomi/test", requests_per_minute=100_000)
    yield made
    made.close()


@pytest.fixture
def outside(shared_outside: Outside) -> Outside:
    """Return the connections with a fresh budget."""
    shared_outside.budget = HostBudget(100_000)
    return shared_outside


@pytest.fixture
def clock() -> Clock:
    """Return world time, to be moved."""
    return Clock()


@pytest.fixture
def pipeline(
    clean_database: Database, town: Town, tmp_path: Path, clock: Clock, outside: Outside
) -> Iterator[Pipeline]:
    """Yield a pipeline on an empty database; its sources are registered."""
    with open_pipeline(
        clean_database, town, tmp_path / "archive", now=clock, outside=outside
    ) as made:
        yield made


@pytest.fixture(autouse=True)
def _no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once: how long the client waits is tested where it is written."""
    monkeypatch.setattr("ingest.http.random.uniform", lambda *_: 0.0)


@pytest.fixture
def take(pipeline: Pipeline, clock: Clock) -> Callable[..., dict[str, int]]:
    """Return how to take items in as if a source had said them."""
    real = quick("river_levels")
    source = Said(real.manifest, real.package)

    def take_in(*items: Item) -> dict[str, int]:
        name = f"payload {len(SAID)}"
        SAID[name] = items
        payload = Payload(name=name, content=name.encode(), fetched_at=clock())
        return pipeline.load(source, pipeline.archive.keep(source.name, payload))

    return take_in

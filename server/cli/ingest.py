"""`hinomi ingest`: parse files, import them, run sources, see states, retry quarantine."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import orjson

from core.auth.actor import SYSTEM
from core.clock import real, world
from core.db.session import Database
from core.errors import InvalidError
from core.settings import load_settings
from ingest import registry, service
from ingest.intake import Intake, take_in
from ingest.pipeline import Pipeline
from ingest.source import Payload, Source, UnreadableError


@click.group("ingest")
def group() -> None:
    """Bring the outside world into PostGIS."""


@dataclass(slots=True)
class Parsed:
    """What parsing some files came to."""

    source: str
    files: int = 0
    records: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    first_error: str | None = None
    unreadable: int = 0

    def add(self, intake: Intake) -> None:
        """Add one file's items."""
        self.files += 1
        self.records["station"] += len(intake.stations)
        self.records["observation"] += len(intake.observations)
        for label, records in intake.reported.items():
            self.records[label] += len(records)
        for item in intake.rejected:
            self.rejected[item.reason] += 1
            self.first_error = self.first_error or f"{item.locator}: {item.message}"

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {
            "source": self.source,
            "files": self.files,
            "records": {label: count for label, count in sorted(self.records.items()) if count},
            "rejected": dict(sorted(self.rejected.items())),
            "first_error": self.first_error,
        }


def parse_files(source: Source, files: Sequence[Path]) -> Parsed:
    """Parse files as the source's payloads; a file that cannot be read does not stop the others."""
    parsed = Parsed(source.name)
    for path in files:
        try:
            payload = Payload(name=path.name, content=path.read_bytes(), fetched_at=real())
            parsed.add(take_in(source, payload, drill=True))
        except (UnreadableError, OSError) as error:
            reason = error.message if isinstance(error, UnreadableError) else str(error.strerror)
            if not parsed.unreadable:
                # A file that cannot be read weighs more than a row of one that can.
                parsed.first_error = f"{path.name}: {reason}"
            parsed.files += 1
            parsed.unreadable += 1
    return parsed


@group.command()
@click.argument("source")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def parse(source: str, files: tuple[Path, ...], as_json: bool) -> None:
    """Parse FILES as payloads of SOURCE, without a database; exit 1 if one is unreadable."""
    parsed = parse_files(registry.source(source), files)
    found = parsed.as_json()
    if as_json:
        click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    else:
        click.echo(f"{source}: {parsed.files} ファイル")
        for label, count in found["records"].items():
            click.echo(f"  {label:<16} {count:>10,}")
        for reason, count in found["rejected"].items():
            click.echo(f"  除外 {reason:<20} {count:>5,}")
        if parsed.first_error:
            click.echo(f"  最初の誤り: {parsed.first_error}")
    raise SystemExit(1 if parsed.unreadable else 0)


@contextmanager
def _pipeline() -> Iterator[Pipeline]:
    """Yield a pipeline of this process; its connections are closed afterwards."""
    from server import databases, worker  # noqa: PLC0415 - keeps `parse` free of the database

    settings = load_settings()
    database = Database(databases.database_url(settings), settings.database)
    pipeline = worker.make_pipeline(settings, database)
    try:
        yield pipeline
    finally:
        pipeline.outside.close()
        database.close()


@group.command()
@click.argument("source")
def run(source: str) -> None:
    """Fetch SOURCE once, now, whatever its schedule."""
    with _pipeline() as pipeline:
        with pipeline.database.transaction() as session:
            service.register_sources(session)
        report = pipeline.run(registry.source(source))
    click.echo(f"{source}: {report.payloads} 件受信 {dict(report.counts)}")
    if report.error:
        click.echo(f"失敗: {report.error}", err=True)
        raise SystemExit(1)


@group.command("import")
@click.argument("source")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def import_(source: str, files: tuple[Path, ...]) -> None:
    """Take FILES in as payloads of SOURCE, through its archive and checks; exit 1 if one is not."""
    told = registry.source(source)
    failed = 0
    with _pipeline() as pipeline:
        with pipeline.database.transaction() as session:
            service.register_sources(session)
        for path in files:
            try:
                payload = Payload(name=path.name, content=_content(told, path), fetched_at=world())
                counts = service.import_file(pipeline, SYSTEM, source, payload)
            except (InvalidError, OSError) as error:
                reason = error.message if isinstance(error, InvalidError) else str(error.strerror)
                click.echo(f"失敗 {path.name}: {reason}", err=True)
                failed += 1
            else:
                words = " ".join(f"{label} {count:,}" for label, count in sorted(counts.items()))
                click.echo(f"{path.name}: {words or '記録なし'}")
    raise SystemExit(1 if failed else 0)


def _content(source: Source, path: Path) -> bytes:
    """Read a file, never more of it than the source allows."""
    most = source.manifest.max_payload_bytes
    with path.open("rb") as file:
        # One byte more lets the use case say that it is too large.
        return file.read(most + 1)


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Say how every source is doing."""
    from layers import freshness  # noqa: PLC0415
    from server import databases  # noqa: PLC0415

    settings = load_settings()
    database = Database(databases.database_url(settings), settings.database)
    with database.transaction() as session:
        service.register_sources(session)
        session.flush()
        rows = freshness.reports(session, world())
    database.close()
    if as_json:
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2, default=str))
        return
    for row in rows:
        click.echo(f"{row['state']:<8} {row['source']:<18} {row['title']}")


@group.group()
def quarantine() -> None:
    """Rejected rows: list them, try them again."""


@quarantine.command("list")
@click.option("--source", default=None)
@click.option("--limit", default=50, show_default=True)
def list_(source: str | None, limit: int) -> None:
    """List open rejected rows, newest first."""
    from server import databases  # noqa: PLC0415

    settings = load_settings()
    database = Database(databases.database_url(settings), settings.database)
    with database.transaction() as session:
        for row in service.quarantine_rows(session, SYSTEM, source=source, limit=limit):
            click.echo(f"{row.id:>6} {row.source} {row.reason} ×{row.times} {row.locator}")
            click.echo(f"       {row.message}")
    database.close()


@quarantine.command()
@click.argument("source")
@click.argument("ids", nargs=-1, type=int)
def retry(source: str, ids: tuple[int, ...]) -> None:
    """Parse the payloads of SOURCE's rejected rows again (all open rows, or the IDS given)."""
    with _pipeline() as pipeline:
        done = service.retry_quarantine(pipeline, SYSTEM, source=source, ids=list(ids) or None)
    click.echo(f"解決 {done.resolved} 残り {done.still_rejected}（受信記録 {done.payloads} 件）")
    for error in done.errors:
        click.echo(f"  {error}", err=True)

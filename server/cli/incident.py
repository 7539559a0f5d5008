"""`hinomi incident`: the disaster being worked on, the title of every screen."""

from typing import Any

import click
import orjson

from core.auth.actor import SYSTEM
from core.clock import tokyo, world
from core.db.schema.incident import Incident
from core.settings import load_settings
from ingest import service
from ingest.incidents import FIELDS, KINDS
from server.cli.account import opened
from server.cli.drill import japan_time

QUARTERS = (
    click.option("--headquarters-name", default=None, help="災害対策本部, 災害警戒本部 …"),
    click.option("--headquarters-level", default=None, help="第1配備 … as the town names it."),
    click.option("--headquarters-since", default=None, help="Japan time: 2026-07-03T14:00."),
)
TIMES = ("began_at", "headquarters_since", "ended_at")


@click.group("incident")
def group() -> None:
    """Open, edit, close and list the disasters being worked on."""


def _quarters(command: Any) -> Any:  # noqa: ANN401 - a command in the making
    for option in reversed(QUARTERS):
        command = option(command)
    return command


def _values(told: dict[str, Any]) -> dict[str, Any]:
    """Return what was said on the command line, times as Japan's."""
    values = {field: value for field, value in told.items() if value is not None}
    return {
        field: japan_time(value) if field in TIMES else value for field, value in values.items()
    }


@group.command("open")
@click.argument("name")
@click.option("--kind", default="other", show_default=True, type=click.Choice(KINDS))
@click.option("--began-at", default=None, help="Japan time: 2026-07-03T06:00 (now, if left out).")
@_quarters
def open_(**told: str | None) -> None:
    """Open the disaster NAME; it becomes the title of every screen at once."""
    values = {"began_at": world(), "is_drill": load_settings().drill.active, **_values(told)}
    with opened() as session:
        incident = service.open_incident(session, SYSTEM, values)
        click.echo(f"登録しました: {incident.id} {incident.name}")


@group.command()
@click.argument("incident_id", type=int)
@click.option("--name", default=None)
@click.option("--kind", default=None, type=click.Choice(KINDS))
@click.option("--began-at", default=None, help="Japan time: 2026-07-03T06:00.")
@click.option("--reopen", is_flag=True, help="Take back that it was closed.")
@_quarters
def edit(incident_id: int, reopen: bool, **told: str | None) -> None:
    """Change what is said of a disaster; what is not named stays, an empty text takes it away."""
    values = _values({field: value or None if field in TIMES else value
                      for field, value in told.items()})  # fmt: skip
    if told["headquarters_since"] == "":
        values["headquarters_since"] = None
    if reopen:
        values["ended_at"] = None
    with opened() as session:
        incident = service.edit_incident(session, SYSTEM, incident_id, values)
        click.echo(f"変更しました: {incident.id} {incident.name}")


@group.command()
@click.argument("incident_id", type=int)
@click.option("--at", default=None, help="Japan time at which it ended (now, if left out).")
def close(incident_id: int, at: str | None) -> None:
    """End the work on a disaster; all that was recorded stays."""
    with opened() as session:
        ended = japan_time(at) if at else None
        incident = service.close_incident(session, SYSTEM, incident_id, ended)
        click.echo(f"終えました: {incident.id} {incident.name}")


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_(as_json: bool) -> None:
    """List the disasters, those being worked on first."""
    with opened() as session:
        known = service.known_incidents(session, SYSTEM)
        if as_json:
            rows = [{field: getattr(row, field) for field in ("id", *FIELDS)} for row in known]
            click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
            return
        if not known:
            click.echo("災害の登録はありません（登録: hinomi incident open 災害名）")
        for row in known:
            click.echo(_line(row))


def _line(row: Incident) -> str:
    state = "対応中" if row.ended_at is None else f"終了 {tokyo(row.ended_at):%Y-%m-%d %H:%M}"
    quarters = " ".join(part for part in (row.headquarters_name, row.headquarters_level) if part)
    began = f"{tokyo(row.began_at):%Y-%m-%d %H:%M}"
    return "\t".join((str(row.id), state, row.kind, began, row.name, quarters)).rstrip()

"""`hinomi work`: the worker."""

import click

from core.settings import load_settings


@click.command("work")
def command() -> None:
    """Run one worker: schedules, ingestion and long jobs, until it is told to stop."""
    from server.worker import work  # noqa: PLC0415 - keeps `hinomi --help` quick

    work(load_settings())

"""The `hinomi` command: groups are loaded when they are called, errors are one sentence."""

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec

import click

from core.errors import HinomiError

COMMANDS: Mapping[str, str] = {
    "account": "People who sign in: create, list, disable, unlock, password, sessions, revoke.",
    "db": "The database: start, stop, migrate.",
    "demo": "Everything at once, on the drill island or a recording.",
    "device": "Wall displays: create, list, revoke.",
    "docs": "Write the generated pages of docs/.",
    "drill": "The simulated outside world.",
    "incident": "The disaster being worked on: open, edit, close, list.",
    "ingest": "The outside world into PostGIS.",
    "layer": "Layers: list, export.",
    "serve": "Run the web server.",
    "vendor": "Fetch the browser libraries that are kept in the tree.",
    "work": "Run one worker.",
}
"""Name and short help of each command; it lives in `server.cli.<name>` as `group` or `command`."""


class LazyGroup(click.Group):
    """A group whose members are imported only when called, so that one cannot break the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands that are installed."""
        del ctx
        return [name for name in COMMANDS if find_spec(f"server.cli.{name}") is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, None when there is no such name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"server.cli.{cmd_name}")
        command = getattr(module, "group", None) or getattr(module, "command", None)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup)
@click.version_option(package_name="hinomi")
def cli() -> None:
    """Hinomi (火の見): disaster operations for a prefecture or town."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command; what goes wrong on purpose is one sentence on standard error, exit 1."""
    try:
        cli.main(args=arguments, prog_name="hinomi")
    except HinomiError as error:
        click.echo(error.message, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

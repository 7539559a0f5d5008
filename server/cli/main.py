"""The `hinomi` command."""

import click


@click.group()
@click.version_option(package_name="hinomi")
def main() -> None:
    """Hinomi (火の見): disaster operations for a prefecture or town."""

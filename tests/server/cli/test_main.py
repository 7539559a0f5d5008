"""The command itself: lazy, whole, and one sentence when something is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from core.errors import ConflictError
from server.cli import main as command
from server.cli.main import COMMANDS, LazyGroup, cli, main

ROOT = Path(__file__).resolve().parents[3]


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from server.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'sqlalchemy', 'dash', 'fastapi', 'numpy', 'shapely', 'psycopg', 'pydantic'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert all(name in done.stdout for name in ("account", "device", "serve", "layer", "db"))


@pytest.mark.parametrize("name", LazyGroup().list_commands(click.Context(cli)))
def test_every_command_can_be_loaded(name: str) -> None:
    found = cli.get_command(click.Context(cli), name)
    assert isinstance(found, click.Command)
    assert COMMANDS[name]


def test_an_unknown_command_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["fly"])
    assert ended.value.code == 2
    assert "No such command 'fly'" in capsys.readouterr().err


def test_what_goes_wrong_on_purpose_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def broken() -> None:
        message = "そのログイン名はすでに使われています。"
        raise ConflictError(message)

    monkeypatch.setattr(cli, "get_command", lambda *_: broken)
    with pytest.raises(SystemExit) as ended:
        main(["broken"])
    assert ended.value.code == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "そのログイン名はすでに使われています。\n")


def test_a_wrong_setting_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "server.cli.main", "account", "list"],
        capture_output=True, text=True, check=False, cwd=ROOT,
        env={**os.environ, "HINOMI_WEB_PORT": "eighty"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "HINOMI_WEB_PORT" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_module_hides_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "COMMANDS", {**COMMANDS, "no_such_group": "x"})
    assert "no_such_group" not in cli.list_commands(click.Context(cli))
    assert cli.get_command(click.Context(cli), "no_such_group") is None

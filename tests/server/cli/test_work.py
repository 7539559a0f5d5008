"""`hinomi work` starts a worker with the settings of the environment."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from core.errors import InvalidError
from core.settings import Settings  # noqa: TC001
from server import worker
from server.cli.work import command


def test_the_worker_gets_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: list[Settings] = []
    monkeypatch.setattr(worker, "work", started.append)
    done = CliRunner().invoke(command, env={"HINOMI_STORAGE_FOLDER": str(tmp_path)})
    assert done.exit_code == 0
    assert [settings.storage.folder for settings in started] == [tmp_path]


def test_a_wrong_setting_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "work", pytest.fail)
    done = CliRunner().invoke(command, env={"HINOMI_DATABASE_POOL_SIZE": "0"})
    assert isinstance(done.exception, InvalidError)
    assert "HINOMI_DATABASE_POOL_SIZE" in done.exception.message


def test_it_takes_no_arguments() -> None:
    assert CliRunner().invoke(command, ["x"]).exit_code == 2

"""Settings come from the environment; a wrong one is a sentence that names it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.settings import SettingsError, load_settings


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("HINOMI_"):
            monkeypatch.delenv(name)


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.database.url is None
    assert settings.database.name == "hinomi"
    assert settings.ingest.feeds is None
    assert not settings.drill.active
    assert settings.storage.folder.name == "storage"


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HINOMI_STORAGE_FOLDER", str(tmp_path))
    monkeypatch.setenv("HINOMI_DRILL_ACTIVE", "1")
    monkeypatch.setenv("HINOMI_WEB_WALL_NETWORKS", '["192.0.2.0/24"]')
    settings = load_settings()
    assert settings.storage.folder == tmp_path
    assert settings.drill.active
    assert settings.web.wall_networks == ("192.0.2.0/24",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HINOMI_DATABASE_NAME", "Robert'); DROP TABLE x;--"),
        ("HINOMI_DATABASE_POOL_SIZE", "many"),
        ("HINOMI_STORAGE_MIN_FREE_MB", "-1"),
        ("HINOMI_WEB_PORT", "99999"),
        ("HINOMI_WEB_WALL_NETWORKS", "192.0.2.0/24"),
        ("HINOMI_WEB_TRUSTED_PROXIES", "[1,"),
        ("HINOMI_MAP_BASE", "mars"),
        ("HINOMI_INGEST_HOST_REQUESTS_PER_MINUTE", "0"),
        ("HINOMI_DRILL_SCALE", "100"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert name in caught.value.message
    assert "\n" not in caught.value.message


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        load_settings().web.port = 1

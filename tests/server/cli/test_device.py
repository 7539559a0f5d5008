"""`hinomi device` on a real database."""

import re

import pytest
from click.testing import CliRunner

from core.auth import store
from core.auth.store import UnknownDeviceError
from core.db.session import Database
from server.cli.device import group


def test_from_token_to_revocation(
    clean_database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HINOMI_DATABASE_URL", database_url)
    monkeypatch.setenv("HINOMI_WEB_PORT", "8123")

    def call(*arguments: str) -> str:
        return CliRunner().invoke(group, list(arguments), catch_exceptions=False).output

    address = call("create", "大会議室")
    found = re.fullmatch(r"http://127\.0\.0\.1:8123/wall\?device=(\S{43})\n", address)
    assert found is not None
    with clean_database.transaction() as session:
        assert store.find_device(session, found.group(1)) is not None
    line = call("list").strip().split("\t")
    assert (line[1], line[3]) == ("有効", "大会議室")
    assert found.group(1) not in call("list")
    call("revoke", line[0])
    assert "\t失効\t" in call("list")
    with clean_database.transaction() as session:
        assert store.find_device(session, found.group(1)) is None
    with pytest.raises(UnknownDeviceError):
        call("revoke", "4711")

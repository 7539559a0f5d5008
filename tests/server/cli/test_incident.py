"""`hinomi incident`: the title of every screen from the command line."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from core.db.schema.system import AuditRow
from core.db.session import Database
from core.errors import InvalidError, NotFoundError
from server.cli.incident import group

Call = Callable[..., Result]


@pytest.fixture
def call(clean_database: Database) -> Call:
    environment = {"HINOMI_DATABASE_URL": clean_database.url}
    return lambda *words: CliRunner().invoke(group, [str(w) for w in words], env=environment)


def test_open_edit_close_and_reopen(call: Call, clean_database: Database) -> None:
    done = call("open", "令和8年7月豪雨", "--kind", "heavy_rain", "--began-at", "2026-07-03T06:00",
                "--headquarters-name", "災害対策本部", "--headquarters-since",
                "2026-07-03T07:00")  # fmt: skip
    assert done.exit_code == 0, done.output
    number = done.output.split()[1]
    assert call("edit", number, "--headquarters-level", "第3配備").exit_code == 0
    (row,) = json.loads(call("list", "--json").output)
    assert (row["name"], row["headquarters_level"]) == ("令和8年7月豪雨", "第3配備")
    assert row["began_at"] == "2026-07-02T21:00:00+00:00"
    taken = call("edit", number, "--headquarters-name", "", "--headquarters-since", "")
    assert taken.exit_code == 0, taken.output
    (row,) = json.loads(call("list", "--json").output)
    assert (row["headquarters_name"], row["headquarters_since"]) == (None, None)
    assert call("close", number, "--at", "2026-07-05T12:00").exit_code == 0
    assert "終了 2026-07-05 12:00" in call("list").output
    assert isinstance(call("close", number).exception, InvalidError)
    assert call("edit", number, "--reopen").exit_code == 0
    assert "対応中" in call("list").output
    with clean_database.transaction() as session:
        actions = session.scalars(select(AuditRow.action).order_by(AuditRow.id)).all()
    assert actions == ["incident.open", "incident.edit", "incident.edit", "incident.close",
                       "incident.edit"]  # fmt: skip


def test_what_is_wrong_is_one_sentence(call: Call) -> None:
    assert "登録はありません" in call("list").output
    assert isinstance(call("open", "  ").exception, InvalidError)
    assert isinstance(call("close", "7").exception, NotFoundError)
    done = call("open", "豪雨", "--began-at", "きのう")
    assert done.exit_code == 2
    assert "時刻を読み取れません" in done.output

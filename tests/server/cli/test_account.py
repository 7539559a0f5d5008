"""`hinomi account` on a real database."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from core.auth import accounts, store
from core.auth.accounts import LoginTakenError, UnknownAccountError
from core.auth.secrets import WeakPasswordError
from core.auth.store import UnknownSessionError
from core.db.session import Database
from core.errors import InvalidError
from server.cli.account import group

PASSWORD = "kawa-ga-afureru"  # noqa: S105 - of the accounts of these tests

Call = Callable[..., Result]


@pytest.fixture
def call(
    clean_database: Database,
    cheap_hashes: None,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Call:
    """Return how to call the command; what it raises comes through."""
    del clean_database, cheap_hashes
    monkeypatch.setenv("HINOMI_DATABASE_URL", database_url)

    def run(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(group, list(arguments), input=stdin, catch_exceptions=False)

    return run


def create(call: Call, login: str = "suzuki", *more: str, stdin: str = f"{PASSWORD}\n") -> Result:
    options = ("--name", "鈴木 一郎", "--role", "operator", "--password-stdin", *more)
    return call("create", login, *options, stdin=stdin)


def test_from_creation_to_disabling(call: Call) -> None:
    assert create(call).output == "作成しました: suzuki（operator）\n"
    assert call("list").output == "suzuki\toperator\t-\t有効\t鈴木 一郎\n"
    assert call("disable", "suzuki").exit_code == 0
    assert "\t停止\t" in call("list").output
    assert call("unlock", "suzuki").exit_code == 0
    assert "\t有効\t" in call("list").output


def test_the_password_is_asked_twice_on_a_terminal(call: Call) -> None:
    arguments = ("create", "suzuki", "--name", "鈴木", "--role", "viewer")
    done = call(*arguments, stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0
    assert PASSWORD not in done.output


def test_a_password_may_not_stand_in_the_arguments(call: Call) -> None:
    done = call("create", "suzuki", "--name", "鈴木", "--role", "viewer", "--password", PASSWORD)
    assert done.exit_code == 2


def test_what_is_wrong_is_said(call: Call) -> None:
    with pytest.raises(WeakPasswordError):
        create(call, stdin="short\n")
    with pytest.raises(InvalidError):
        create(call, stdin="\n")
    create(call)
    with pytest.raises(LoginTakenError):
        create(call)
    with pytest.raises(UnknownAccountError):
        call("disable", "nobody")


def test_sessions_are_listed_and_ended(call: Call, clean_database: Database) -> None:
    create(call)
    create(call, "tanaka")
    with clean_database.transaction() as session:
        for login in ("suzuki", "suzuki", "tanaka"):
            actor = store.actor_of(accounts.find_account(session, login))
            store.open_session(session, actor, hours=1, address="192.0.2.7", agent="Firefox")
    lines = call("sessions", "suzuki").output.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("\t192.0.2.7\tFirefox")
    newest = lines[0].split("\t")[0]
    assert "1 件" in call("revoke", "suzuki", "--session", newest).output
    with pytest.raises(UnknownSessionError):
        call("revoke", "tanaka", "--session", newest)
    assert "1 件" in call("revoke", "suzuki").output
    assert call("sessions", "suzuki").output == ""
    assert len(call("sessions", "tanaka").output.splitlines()) == 1


def test_a_new_password_ends_the_sessions(call: Call, clean_database: Database) -> None:
    create(call)
    with clean_database.transaction() as session:
        actor = store.actor_of(accounts.find_account(session, "suzuki"))
        store.open_session(session, actor, hours=1, address=None, agent=None)
    done = call("password", "suzuki", "--password-stdin", stdin="yama-ga-kuzureru\n")
    assert "1 件" in done.output
    with clean_database.transaction() as session:
        attempt = accounts.reserve_try(session, "suzuki", tries=5, lockout=store.ABSOLUTE_LIFE)
    assert attempt.matches("yama-ga-kuzureru")

"""`hinomi account`: people who sign in, from the machine's own command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from core import clock
from core.auth import accounts, store
from core.auth.accounts import NewAccount
from core.auth.actor import SYSTEM, Role
from core.db.session import Database
from core.errors import InvalidError
from core.settings import load_settings
from server.databases import database_url

MAX_LINE = 4096


@click.group("account")
def group() -> None:
    """People who sign in: create, list, disable, unlock, password, sessions, revoke."""


@contextmanager
def opened() -> Iterator[Session]:
    """Yield a session on the database the settings name, in one transaction; then let go of it."""
    settings = load_settings()
    database = Database(database_url(settings), settings.database)
    try:
        with database.transaction() as session:
            yield session
    finally:
        database.close()


def read_password(from_stdin: bool) -> str:
    """Ask twice on a terminal, or read one line of standard input; never from the arguments.

    Raises
    ------
    InvalidError
        When nothing was given.
    """
    if from_stdin:
        password = sys.stdin.readline(MAX_LINE).rstrip("\r\n")
    else:
        password = click.prompt("パスワード", hide_input=True, confirmation_prompt=True)
    if not password:
        message = "パスワードが空です。"
        raise InvalidError(message)
    return str(password)


FROM_STDIN = click.option(
    "--password-stdin", is_flag=True, help="Read the password from one line of standard input."
)


@group.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name as shown.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--municipality", help="JIS code of five digits: may act there alone.")
@FROM_STDIN
def create(
    login: str, name: str, role: str, municipality: str | None, *, password_stdin: bool
) -> None:
    """Make an account."""
    wanted = NewAccount(login, name, Role(role), read_password(password_stdin), municipality)
    with opened() as session:
        account = accounts.create_account(session, SYSTEM, wanted)
        click.echo(f"作成しました: {account.login}（{account.role}）")


@group.command("list")
def list_() -> None:
    """List the accounts."""
    now = clock.real()
    with opened() as session:
        for account in accounts.list_accounts(session, SYSTEM):
            state = "有効"
            if account.disabled_at is not None:
                state = "停止"
            elif accounts.locked(account, now):
                state = "一時停止"
            scope = account.municipality_code or "-"
            click.echo(f"{account.login}\t{account.role}\t{scope}\t{state}\t{account.name}")


@group.command()
@click.argument("login")
def disable(login: str) -> None:
    """Disable an account and end its sessions."""
    with opened() as session:
        ended = accounts.disable_account(session, SYSTEM, login)
    click.echo(f"停止しました: {login}（サインイン {ended} 件を終了）")


@group.command()
@click.argument("login")
def unlock(login: str) -> None:
    """Let a locked or disabled account sign in again."""
    with opened() as session:
        accounts.unlock_account(session, SYSTEM, login)
    click.echo(f"再開しました: {login}")


@group.command()
@click.argument("login")
@FROM_STDIN
def password(login: str, *, password_stdin: bool) -> None:
    """Give an account a new password and end its sessions."""
    given = read_password(password_stdin)
    with opened() as session:
        ended = accounts.set_password(session, SYSTEM, login, given)
    click.echo(f"パスワードを変えました: {login}（サインイン {ended} 件を終了）")


@group.command()
@click.argument("login")
def sessions(login: str) -> None:
    """List the sessions of an account that stand."""
    with opened() as session:
        account = accounts.find_account(session, login)
        for row in store.sessions_of(session, account.id):
            seen = clock.tokyo(row.last_seen_at)
            click.echo(f"{row.id}\t{seen:%Y-%m-%d %H:%M}\t{row.address or '-'}\t{row.agent or '-'}")


@group.command()
@click.argument("login")
@click.option("--session", "session_id", type=int, help="This one alone (see `sessions`).")
def revoke(login: str, session_id: int | None) -> None:
    """End the sessions of an account."""
    with opened() as session:
        if session_id is None:
            ended = accounts.revoke_sessions(session, SYSTEM, login)
        else:
            owned = store.sessions_of(session, accounts.find_account(session, login).id)
            if session_id not in {row.id for row in owned}:
                raise store.UnknownSessionError
            store.revoke_session_by_id(session, SYSTEM, session_id)
            ended = 1
    click.echo(f"サインイン {ended} 件を終了しました: {login}")

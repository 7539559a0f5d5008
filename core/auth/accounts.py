"""Accounts and signing in; with `store`, the only writer of account, login_session and device.

Signing in takes three steps, so that no database connection waits while a password is hashed and
no number of tries at once gets past the lock: `reserve_try` counts the try as failed (committed
first), `Try.matches` does the costly work without a database, `settle_try` takes the count back
when it was right. Someone killed in between has one failed try more, never one less.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from core import audit, clock
from core.auth import secrets
from core.auth.actor import Actor, Role
from core.auth.policy import Action, require
from core.auth.store import MAX_NAME, actor_of, end_sessions, printable
from core.db.schema.accounts import Account
from core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
MUNICIPALITY = re.compile(r"\d{5}")


class UnknownAccountError(NotFoundError):
    """そのアカウントはありません。"""  # noqa: D400


class LoginTakenError(ConflictError):
    """そのログイン名はすでに使われています。"""  # noqa: D400


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is asked for when an account is made."""

    login: str
    name: str
    role: Role
    password: str
    municipality: str | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """A try to sign in, counted as failed until it is settled."""

    login: str
    account_id: int | None
    stored: str | None
    """Password hash to check; None: unknown or locked, and nothing can match."""

    def matches(self, password: str) -> bool:
        """Tell whether the password is right; costs the same whether the login exists or not."""
        return secrets.verify_password(self.stored, password)


def normal_login(text: str) -> str:
    """Return a login as it is stored: NFKC, lower case, no spaces around it."""
    return unicodedata.normalize("NFKC", text[:256]).strip().lower()


def reserve_try(session: Session, login: str, *, tries: int, lockout: timedelta) -> Try:
    """Count a try to sign in, before the password is looked at; the caller commits at once.

    The row's lock makes tries at the same moment count one after another. While locked, tries
    count no more, so nobody can keep an account locked for ever. A lock that has passed starts the
    count afresh.
    """
    name = normal_login(login)
    if not LOGIN.fullmatch(name):
        return Try(name, None, None)
    now = clock.real()
    expired = Account.locked_until.is_not(None) & (Account.locked_until <= now)
    count = case((expired, 1), else_=Account.failed_tries + 1)
    row = session.execute(
        update(Account)
        .where(
            Account.login == name,
            Account.locked_until.is_(None) | (Account.locked_until <= now),
        )
        .values(
            failed_tries=count,
            locked_until=case((count >= tries, now + lockout), else_=None),
        )
        .returning(Account.id, Account.password_hash)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return Try(name, None, None)
    return Try(name, row.id, row.password_hash)


def settle_try(
    session: Session, attempt: Try, *, right: bool, address: str | None = None
) -> Account | None:
    """Write down how a try ended; return the account when the password was right.

    The caller must look at `disabled_at`: a disabled account is returned so that its owner can be
    told, and keeps its count.
    """
    account = (
        session.get(Account, attempt.account_id, populate_existing=True)
        if attempt.account_id is not None
        else None
    )
    if account is None or not right:
        detail = {"login": printable(attempt.login, MAX_NAME)}
        audit.record(
            session,
            actor="anonymous",
            action="sign_in_failed",
            subject=f"account:{attempt.account_id or 'unknown'}",
            detail=detail,
            address=address,
        )
        return None
    if account.disabled_at is None:
        account.failed_tries, account.locked_until = 0, None
        session.flush()
    action = "sign_in" if account.disabled_at is None else "sign_in_disabled"
    label = actor_of(account).label
    audit.record(
        session, actor=label, action=action, subject=f"account:{account.id}", address=address
    )
    return account


def renew_hash(session: Session, account: Account, password: str) -> None:
    """Hash a password again when the costs have changed since; the caller has just checked it."""
    if secrets.needs_rehash(account.password_hash):
        account.password_hash = secrets.hash_password(password)
        session.flush()


def create_account(session: Session, actor: Actor, wanted: NewAccount) -> Account:
    """Make an account.

    Raises
    ------
    NotAllowedError, InvalidError, WeakPasswordError, LoginTakenError
    """
    require(actor, Action.MANAGE_ACCOUNTS, wanted.municipality)
    _refuse_higher(actor, wanted.role)
    login, name = normal_login(wanted.login), printable(wanted.name, MAX_NAME)
    _check(login, name, wanted)
    secrets.check_password_rules(wanted.password, login)
    if session.scalar(select(Account.id).where(Account.login == login)) is not None:
        raise LoginTakenError
    account = Account(
        login=login,
        name=name,
        password_hash=secrets.hash_password(wanted.password),
        role=wanted.role.value,
        municipality_code=wanted.municipality,
        failed_tries=0,
        created_at=clock.real(),
    )
    session.add(account)
    session.flush()
    detail = {"login": login, "role": wanted.role.value, "municipality": wanted.municipality}
    _note(session, actor, "create_account", account, detail)
    return account


def list_accounts(session: Session, actor: Actor) -> Sequence[Account]:
    """Return the accounts the actor may manage, by login.

    Raises
    ------
    NotAllowedError
    """
    require(actor, Action.MANAGE_ACCOUNTS, actor.municipality)
    query = select(Account).order_by(Account.login)
    if actor.municipality is not None:
        query = query.where(Account.municipality_code == actor.municipality)
    return session.scalars(query).all()


def find_account(session: Session, login: str) -> Account:
    """Return the account of a login.

    Raises
    ------
    UnknownAccountError
    """
    account = session.scalar(select(Account).where(Account.login == normal_login(login)))
    if account is None:
        raise UnknownAccountError
    return account


def disable_account(session: Session, actor: Actor, login: str) -> int:
    """Disable an account and end its sessions; return how many ended.

    Raises
    ------
    NotAllowedError, UnknownAccountError
    """
    account = _manageable(session, actor, login)
    account.disabled_at = account.disabled_at or clock.real()
    session.flush()
    ended = end_sessions(session, account.id)
    _note(session, actor, "disable_account", account, {"sessions": ended})
    return ended


def unlock_account(session: Session, actor: Actor, login: str) -> None:
    """Forget the failed tries of an account and let it sign in again, disabled ones too.

    Raises
    ------
    NotAllowedError, UnknownAccountError
    """
    account = _manageable(session, actor, login)
    account.failed_tries, account.locked_until, account.disabled_at = 0, None, None
    session.flush()
    _note(session, actor, "unlock_account", account)


def set_password(session: Session, actor: Actor, login: str, password: str) -> int:
    """Give an account a new password, lift its lock and end its sessions; return how many ended.

    Raises
    ------
    NotAllowedError, UnknownAccountError, WeakPasswordError
    """
    account = _manageable(session, actor, login)
    secrets.check_password_rules(password, account.login)
    account.password_hash = secrets.hash_password(password)
    account.failed_tries, account.locked_until = 0, None
    session.flush()
    ended = end_sessions(session, account.id)
    _note(session, actor, "set_password", account, {"sessions": ended})
    return ended


def revoke_sessions(session: Session, actor: Actor, login: str) -> int:
    """End every session of an account; return how many ended.

    Raises
    ------
    NotAllowedError, UnknownAccountError
    """
    account = _manageable(session, actor, login)
    ended = end_sessions(session, account.id)
    _note(session, actor, "revoke_sessions", account, {"sessions": ended})
    return ended


def locked(account: Account, now: datetime) -> bool:
    """Tell whether an account is locked at a real time."""
    return account.locked_until is not None and account.locked_until > now


def _manageable(session: Session, actor: Actor, login: str) -> Account:
    account = find_account(session, login)
    require(actor, Action.MANAGE_ACCOUNTS, account.municipality_code)
    _refuse_higher(actor, Role(account.role))
    return account


def _refuse_higher(actor: Actor, role: Role) -> None:
    if role is Role.PREFECTURE_ADMIN and actor.role is not Role.PREFECTURE_ADMIN:
        message = "県管理者のアカウントは県管理者だけが扱えます。"
        raise NotAllowedError(message)


def _check(login: str, name: str | None, wanted: NewAccount) -> None:
    problem = None
    if not LOGIN.fullmatch(login):
        problem = "ログイン名は英小文字・数字・ . _ - の2～63文字にしてください。"
    elif not name:
        problem = "氏名を入れてください。"
    elif wanted.municipality is not None and not MUNICIPALITY.fullmatch(wanted.municipality):
        problem = "市区町村コードは5桁の数字です。"
    elif wanted.role is Role.MUNICIPAL_ADMIN and wanted.municipality is None:
        problem = "市町村管理者には担当市町村のコードが必要です。"
    elif wanted.role is Role.PREFECTURE_ADMIN and wanted.municipality is not None:
        problem = "県管理者に担当市町村は付けられません。"
    if problem is not None:
        raise InvalidError(problem)


def _note(
    session: Session,
    actor: Actor,
    action: str,
    account: Account,
    detail: Mapping[str, object] | None = None,
) -> None:
    subject = f"account:{account.id}"
    audit.record(session, actor=actor.label, action=action, subject=subject, detail=detail)

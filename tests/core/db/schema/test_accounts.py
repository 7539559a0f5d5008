"""Accounts, sessions and devices; no token and no password stands in them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db.base import Base
from core.db.schema.accounts import Account, Device, LoginSession

NOW = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)


@pytest.fixture
def account(session: Session) -> Account:
    row = Account(login="suzuki", name="鈴木", password_hash="h", role="operator", created_at=NOW)  # noqa: S106
    session.add(row)
    session.flush()
    return row


def test_a_login_is_taken_once(session: Session, account: Account) -> None:
    session.refresh(account)
    assert account.failed_tries == 0
    session.add(Account(login="suzuki", name="x", password_hash="h", role="viewer", created_at=NOW))  # noqa: S106
    with pytest.raises(IntegrityError, match="uq_account_login"):
        session.flush()


def test_a_session_belongs_to_an_account(session: Session, account: Account) -> None:
    values = {"csrf": "c", "created_at": NOW, "expires_at": NOW, "last_seen_at": NOW}
    session.add(LoginSession(token_hash="t", account_id=account.id, **values))  # noqa: S106
    session.flush()
    for token, owner, reason in (("t", account.id, "uq_login"), ("u", account.id + 1, "fk_login")):
        with pytest.raises(IntegrityError, match=reason), session.begin_nested():  # noqa: PT012
            session.add(LoginSession(token_hash=token, account_id=owner, **values))
            session.flush()


def test_a_device_token_is_one_of_its_kind(session: Session) -> None:
    for _ in range(2):
        session.add(Device(name="本部", token_hash="t", created_at=NOW, created_by="suzuki"))  # noqa: S106
    with pytest.raises(IntegrityError, match="uq_device_token_hash"):
        session.flush()


def test_only_hashes_are_stored() -> None:
    names = {
        column.name
        for table in ("account", "login_session", "device")
        for column in Base.metadata.tables[table].columns
    }
    assert not names & {"password", "token", "secret"}

"""Accounts, signing in, and a lock that many tries at once do not get past."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.auth import accounts, secrets, store
from core.auth.accounts import LoginTakenError, NewAccount, Try, UnknownAccountError
from core.auth.actor import SYSTEM, Actor, Role
from core.auth.secrets import WeakPasswordError
from core.db.schema.accounts import Account
from core.db.schema.system import AuditRow
from core.db.session import Database
from core.errors import InvalidError, NotAllowedError

PASSWORD = "kawa-ga-afureru"  # noqa: S105 - of an account of this test
LOCKOUT = timedelta(minutes=15)
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_HASHER", CHEAP)


def wanted(
    login: str = "suzuki", role: Role = Role.OPERATOR, place: str | None = None
) -> NewAccount:
    return NewAccount(login, "鈴木 一郎", role, PASSWORD, place)


def sign_in(session: Session, login: str, password: str) -> Account | None:
    attempt = accounts.reserve_try(session, login, tries=3, lockout=LOCKOUT)
    return accounts.settle_try(session, attempt, right=attempt.matches(password), address="::1")


def test_the_right_password_signs_in_and_clears_the_count(session: Session) -> None:
    accounts.create_account(session, SYSTEM, wanted())
    assert sign_in(session, "suzuki", "wrong") is None
    assert sign_in(session, "suzuki", "wrong") is None
    found = sign_in(session, " ＳＵＺＵＫＩ ", PASSWORD)
    assert found is not None
    assert (found.login, found.failed_tries, found.locked_until) == ("suzuki", 0, None)


def test_after_so_many_failures_even_the_right_password_is_refused(session: Session) -> None:
    account = accounts.create_account(session, SYSTEM, wanted())
    for _ in range(3):
        assert sign_in(session, "suzuki", "wrong") is None
    session.refresh(account)
    assert accounts.locked(account, clock.real())
    until = account.locked_until
    for _ in range(5):
        assert sign_in(session, "suzuki", PASSWORD) is None
    session.refresh(account)
    assert account.locked_until == until, "tries while locked must not lengthen the lock"


def test_a_lock_that_has_passed_starts_the_count_afresh(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 7, 3, tzinfo=UTC)
    monkeypatch.setattr(clock, "real", lambda: now)
    account = accounts.create_account(session, SYSTEM, wanted())
    for _ in range(3):
        sign_in(session, "suzuki", "wrong")
    monkeypatch.setattr(clock, "real", lambda: now + LOCKOUT)
    assert sign_in(session, "suzuki", "wrong") is None
    session.refresh(account)
    assert (account.failed_tries, account.locked_until) == (1, None)
    assert sign_in(session, "suzuki", PASSWORD) is not None


@pytest.mark.parametrize("login", ["nobody", "", "' OR 1=1 --", "\x00", "x" * 10_000, "鈴木"])
def test_unknown_logins_do_the_same_work(
    session: Session, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []

    def verify(stored: str | None, password: str) -> bool:
        assert password == PASSWORD
        asked.append(stored)
        return False

    monkeypatch.setattr(secrets, "verify_password", verify)
    assert sign_in(session, login, PASSWORD) is None
    assert asked == [None]
    row = session.scalars(select(AuditRow)).one()
    assert (row.action, row.subject) == ("sign_in_failed", "account:unknown")


def test_no_number_of_tries_at_once_gets_past_the_lock(clean_database: Database) -> None:
    with clean_database.transaction() as session:
        accounts.create_account(session, SYSTEM, wanted())

    def reserve(_: int) -> Try:
        with clean_database.transaction() as session:
            return accounts.reserve_try(session, "suzuki", tries=5, lockout=LOCKOUT)

    with ThreadPoolExecutor(8) as pool:
        tries = list(pool.map(reserve, range(40)))
    assert sum(attempt.stored is not None for attempt in tries) == 5
    assert sum(attempt.matches(PASSWORD) for attempt in tries) == 5
    with clean_database.transaction() as session:
        account = accounts.find_account(session, "suzuki")
        assert (account.failed_tries, accounts.locked(account, clock.real())) == (5, True)


def test_a_try_killed_before_it_was_settled_counts_as_failed(clean_database: Database) -> None:
    with clean_database.transaction() as session:
        accounts.create_account(session, SYSTEM, wanted())
    with clean_database.transaction() as session:
        accounts.reserve_try(session, "suzuki", tries=5, lockout=LOCKOUT)
    with clean_database.transaction() as session:
        assert accounts.find_account(session, "suzuki").failed_tries == 1


def test_a_disabled_account_is_told_to_its_owner_alone(session: Session) -> None:
    account = accounts.create_account(session, SYSTEM, wanted())
    made = store.open_session(session, store.actor_of(account), hours=1, address=None, agent=None)
    assert accounts.disable_account(session, SYSTEM, "suzuki") == 1
    assert store.find_session(session, made.token, hours=1) is None
    assert sign_in(session, "suzuki", "wrong") is None
    found = sign_in(session, "suzuki", PASSWORD)
    assert found is not None
    assert found.disabled_at is not None
    assert found.failed_tries == 2, "a right password of a disabled account clears nothing"
    accounts.unlock_account(session, SYSTEM, "suzuki")
    again = sign_in(session, "suzuki", PASSWORD)
    assert again is not None
    assert again.disabled_at is None


def test_a_session_of_an_account_disabled_by_hand_no_longer_stands(session: Session) -> None:
    account = accounts.create_account(session, SYSTEM, wanted())
    made = store.open_session(session, store.actor_of(account), hours=1, address=None, agent=None)
    account.disabled_at = clock.real()
    session.flush()
    assert store.find_session(session, made.token, hours=1) is None


def test_a_new_password_ends_sessions_and_lifts_the_lock(session: Session) -> None:
    account = accounts.create_account(session, SYSTEM, wanted())
    store.open_session(session, store.actor_of(account), hours=1, address=None, agent=None)
    for _ in range(3):
        sign_in(session, "suzuki", "wrong")
    assert accounts.set_password(session, SYSTEM, "suzuki", "yama-ga-kuzureru") == 1
    assert sign_in(session, "suzuki", PASSWORD) is None
    assert sign_in(session, "suzuki", "yama-ga-kuzureru") is not None
    with pytest.raises(WeakPasswordError):
        accounts.set_password(session, SYSTEM, "suzuki", "short")


def test_revoking_ends_every_session(session: Session) -> None:
    account = accounts.create_account(session, SYSTEM, wanted())
    for _ in range(3):
        store.open_session(session, store.actor_of(account), hours=1, address=None, agent=None)
    assert accounts.revoke_sessions(session, SYSTEM, "suzuki") == 3
    assert accounts.revoke_sessions(session, SYSTEM, "suzuki") == 0


def test_a_hash_of_other_costs_is_renewed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = accounts.create_account(session, SYSTEM, wanted())
    old = account.password_hash
    accounts.renew_hash(session, account, PASSWORD)
    assert account.password_hash == old
    monkeypatch.setattr(
        secrets, "_HASHER", PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    )
    accounts.renew_hash(session, account, PASSWORD)
    assert account.password_hash != old
    assert secrets.verify_password(account.password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        (NewAccount("-x", "名", Role.VIEWER, PASSWORD), "ログイン名"),
        (NewAccount("鈴木", "名", Role.VIEWER, PASSWORD), "ログイン名"),
        (NewAccount("suzuki", " ", Role.VIEWER, PASSWORD), "氏名"),
        (NewAccount("suzuki", "名", Role.VIEWER, PASSWORD, "4310"), "5桁"),
        (NewAccount("suzuki", "名", Role.MUNICIPAL_ADMIN, PASSWORD), "担当市町村のコード"),
        (NewAccount("suzuki", "名", Role.PREFECTURE_ADMIN, PASSWORD, "43100"), "県管理者"),
    ],
)
def test_what_an_account_needs(session: Session, account: NewAccount, reason: str) -> None:
    with pytest.raises(InvalidError, match=reason):
        accounts.create_account(session, SYSTEM, account)


def test_a_login_is_taken_once_however_it_is_written(session: Session) -> None:
    accounts.create_account(session, SYSTEM, wanted("Suzuki"))
    with pytest.raises(LoginTakenError):
        accounts.create_account(session, SYSTEM, wanted("ＳＵＺＵＫＩ"))


def test_a_municipal_admin_manages_its_own_people_alone(session: Session) -> None:
    admin = Actor(1, "admin", "管", Role.MUNICIPAL_ADMIN, "43100")
    accounts.create_account(session, SYSTEM, wanted("elsewhere", place="43202"))
    accounts.create_account(session, SYSTEM, wanted("boss", Role.PREFECTURE_ADMIN))
    accounts.create_account(session, admin, wanted("mine", place="43100"))
    assert [row.login for row in accounts.list_accounts(session, admin)] == ["mine"]
    assert len(accounts.list_accounts(session, SYSTEM)) == 3
    for deed in (
        lambda: accounts.disable_account(session, admin, "elsewhere"),
        lambda: accounts.set_password(session, admin, "boss", "yama-ga-kuzureru"),
        lambda: accounts.create_account(session, admin, wanted("new", place="43202")),
        lambda: accounts.create_account(session, admin, wanted("new")),
        lambda: accounts.create_account(session, admin, wanted("new", Role.PREFECTURE_ADMIN)),
        lambda: accounts.list_accounts(session, Actor(2, "v", "見", Role.VIEWER)),
    ):
        with pytest.raises(NotAllowedError):
            deed()
    with pytest.raises(UnknownAccountError):
        accounts.disable_account(session, SYSTEM, "nobody")


def test_every_deed_is_in_the_audit_without_any_secret(session: Session) -> None:
    accounts.create_account(session, SYSTEM, wanted())
    sign_in(session, "suzuki", PASSWORD)
    sign_in(session, "suzuki", "my-other-password")
    accounts.set_password(session, SYSTEM, "suzuki", "yama-ga-kuzureru")
    accounts.unlock_account(session, SYSTEM, "suzuki")
    accounts.revoke_sessions(session, SYSTEM, "suzuki")
    accounts.disable_account(session, SYSTEM, "suzuki")
    rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    assert [row.action for row in rows] == [
        "create_account", "sign_in", "sign_in_failed", "set_password", "unlock_account",
        "revoke_sessions", "disable_account",
    ]  # fmt: skip
    told = " ".join(f"{row.actor} {row.subject} {row.detail}" for row in rows)
    assert not any(word in told for word in (PASSWORD, "my-other", "yama-ga", "argon2"))

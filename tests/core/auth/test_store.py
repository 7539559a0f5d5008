"""Sessions and device tokens on a real database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import clock
from core.auth import accounts, store
from core.auth.accounts import NewAccount
from core.auth.actor import SYSTEM, Actor, ActorKind, Role
from core.auth.secrets import new_token, token_hash
from core.auth.store import UnknownDeviceError, UnknownSessionError
from core.db.schema.accounts import Device, LoginSession
from core.db.schema.system import AuditRow
from core.errors import InvalidError, NotAllowedError

NOON = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)


class Time:
    """Real time that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Return the time it is."""
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    moved = Time()
    monkeypatch.setattr(clock, "real", moved)
    return moved


@pytest.fixture
def suzuki(session: Session, time: Time) -> Actor:
    del time
    wanted = NewAccount("suzuki", "鈴木", Role.OPERATOR, "kawa-ga-afureru", "43100")
    return store.actor_of(accounts.create_account(session, SYSTEM, wanted))


def opened(session: Session, actor: Actor) -> store.NewSession:
    return store.open_session(session, actor, hours=12, address="192.0.2.7", agent="Firefox")


def test_a_session_is_found_by_its_token_and_nothing_else(session: Session, suzuki: Actor) -> None:
    made = opened(session, suzuki)
    found = store.find_session(session, made.token, hours=12)
    assert found is not None
    assert (found.actor, found.csrf) == (suzuki, made.csrf)
    assert found.actor.municipality == "43100"
    for wrong in (new_token(), made.csrf, token_hash(made.token), "", "' OR 1=1 --", "\x00" * 43):
        assert store.find_session(session, wrong, hours=12) is None


def test_the_token_itself_is_nowhere_in_the_database(session: Session, suzuki: Actor) -> None:
    made = opened(session, suzuki)
    token = store.create_device(session, SYSTEM, "大会議室")
    session.flush()
    for table in ("login_session", "device", "audit", "account"):
        dump = session.execute(text(f"SELECT {table}::text FROM {table}")).scalars().all()  # noqa: S608
        assert dump
        assert not any(made.token in row or token in row for row in dump)


def test_use_moves_the_idle_end_but_not_past_three_days(
    session: Session, suzuki: Actor, time: Time
) -> None:
    token = opened(session, suzuki).token
    for hours in range(10, 72, 10):
        time.now = NOON + timedelta(hours=hours)
        found = store.find_session(session, token, hours=12)
        assert found is not None
        assert found.expires_at == min(time.now + timedelta(hours=12), NOON + timedelta(hours=72))
    time.now = NOON + timedelta(hours=72)
    assert store.find_session(session, token, hours=12) is None


def test_an_idle_session_ends(session: Session, suzuki: Actor, time: Time) -> None:
    token = opened(session, suzuki).token
    time.now = NOON + timedelta(hours=12)
    assert store.find_session(session, token, hours=12) is None


def test_last_seen_is_written_at_most_once_a_minute(
    session: Session, suzuki: Actor, time: Time
) -> None:
    token = opened(session, suzuki).token
    row = session.scalars(select(LoginSession)).one()
    for seconds, seen in ((59, 0), (60, 60), (119, 60), (120, 120)):
        time.now = NOON + timedelta(seconds=seconds)
        store.find_session(session, token, hours=12)
        session.refresh(row)
        assert row.last_seen_at == NOON + timedelta(seconds=seen)


def test_signing_out_ends_the_session_once(session: Session, suzuki: Actor) -> None:
    token = opened(session, suzuki).token
    store.revoke_session(session, suzuki, token, "192.0.2.7")
    store.revoke_session(session, suzuki, token, "192.0.2.7")
    assert store.find_session(session, token, hours=12) is None
    noted = session.scalars(select(AuditRow).where(AuditRow.action == "sign_out")).all()
    assert [(row.actor, row.address) for row in noted] == [("account:suzuki", "192.0.2.7")]


def test_sessions_of_an_account_newest_first(session: Session, suzuki: Actor, time: Time) -> None:
    first = opened(session, suzuki)
    time.now += timedelta(minutes=5)
    opened(session, suzuki)
    rows = store.sessions_of(session, suzuki.id)
    assert [row.created_at for row in rows] == [NOON + timedelta(minutes=5), NOON]
    store.revoke_session(session, suzuki, first.token)
    assert len(store.sessions_of(session, suzuki.id)) == 1


def test_a_session_is_revoked_by_those_who_may(session: Session, suzuki: Actor) -> None:
    token = opened(session, suzuki).token
    row = session.scalars(select(LoginSession)).one()
    elsewhere = Actor(9, "b", "別", Role.MUNICIPAL_ADMIN, "43202")
    with pytest.raises(NotAllowedError):
        store.revoke_session_by_id(session, elsewhere, row.id)
    assert store.find_session(session, token, hours=12) is not None
    store.revoke_session_by_id(session, Actor(8, "a", "地", Role.MUNICIPAL_ADMIN, "43100"), row.id)
    assert store.find_session(session, token, hours=12) is None
    with pytest.raises(UnknownSessionError):
        store.revoke_session_by_id(session, SYSTEM, row.id + 1)


def test_what_browsers_send_is_kept_short_and_printable(session: Session, suzuki: Actor) -> None:
    store.open_session(
        session, suzuki, hours=1, address="x" * 500, agent="A\x00\x1b[2J\n" + "b" * 5000
    )
    row = session.scalars(select(LoginSession)).one()
    assert row.address is not None
    assert row.agent is not None
    assert (len(row.address), len(row.agent)) == (64, 200)
    assert row.agent.startswith("A[2Jbbb")


def test_a_device_shows_until_revoked(session: Session, time: Time) -> None:
    token = store.create_device(session, SYSTEM, " 大会議室\x07の壁 ")
    actor = store.find_device(session, token)
    assert actor is not None
    assert (actor.name, actor.kind, actor.role) == ("大会議室の壁", ActorKind.DEVICE, Role.VIEWER)
    [device] = store.list_devices(session)
    assert (device.last_seen_at, device.created_by) == (time.now, "system:hinomi")
    store.revoke_device(session, SYSTEM, device.id)
    assert store.find_device(session, token) is None
    actions = session.scalars(select(AuditRow.action).order_by(AuditRow.id)).all()
    assert actions[-2:] == ["create_device", "revoke_device"]


def test_a_session_token_is_no_device_token(session: Session, suzuki: Actor) -> None:
    made, device = opened(session, suzuki), store.create_device(session, SYSTEM, "壁")
    assert store.find_device(session, made.token) is None
    assert store.find_session(session, device, hours=12) is None


def test_who_may_not_manage_devices_leaves_none(session: Session, suzuki: Actor) -> None:
    with pytest.raises(NotAllowedError, match="表示端末の管理"):
        store.create_device(session, suzuki, "壁")
    with pytest.raises(InvalidError):
        store.create_device(session, SYSTEM, " \x00 ")
    assert session.scalars(select(Device)).all() == []
    with pytest.raises(UnknownDeviceError):
        store.revoke_device(session, SYSTEM, 12345)

"""Sessions of signed-in browsers and tokens of wall displays; with `accounts`, the only writer.

All times are real time. Nothing here commits: the edge does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import audit, clock
from core.auth.actor import Actor, ActorKind, Role
from core.auth.policy import Action, require
from core.auth.secrets import new_token, plausible_token, token_hash
from core.db.schema.accounts import Account, Device, LoginSession
from core.errors import InvalidError, NotFoundError

ABSOLUTE_LIFE = timedelta(hours=72)
"""A session ends then, however busy; within it each use moves the idle end."""
TOUCH_EVERY = timedelta(minutes=1)
"""`last_seen_at` is not written more often."""
MAX_ADDRESS = 64
MAX_AGENT = 200
MAX_NAME = 80


class UnknownDeviceError(NotFoundError):
    """その表示端末はありません。"""  # noqa: D400


class UnknownSessionError(NotFoundError):
    """そのサインインはありません。"""  # noqa: D400


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just opened; the only time its token is known in clear."""

    token: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that stands."""

    id: int
    actor: Actor
    csrf: str
    expires_at: datetime


def open_session(
    session: Session, actor: Actor, *, hours: int, address: str | None, agent: str | None
) -> NewSession:
    """Open a session for an account that has proved itself; always a new token (no fixation)."""
    now = clock.real()
    opened = NewSession(new_token(), new_token(), now + timedelta(hours=hours))
    session.add(
        LoginSession(
            token_hash=token_hash(opened.token),
            account_id=actor.id,
            csrf=opened.csrf,
            created_at=now,
            expires_at=opened.expires_at,
            last_seen_at=now,
            address=printable(address, MAX_ADDRESS),
            agent=printable(agent, MAX_AGENT),
        )
    )
    session.flush()
    return opened


def find_session(session: Session, token: str, *, hours: int) -> LiveSession | None:
    """Return the session of a token if it stands, and move its idle end; None otherwise."""
    if not plausible_token(token):
        return None
    now = clock.real()
    found = session.execute(
        select(LoginSession, Account)
        .join(Account, Account.id == LoginSession.account_id)
        .where(
            LoginSession.token_hash == token_hash(token),
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    row, account = found
    expires_at = row.expires_at
    if now - row.last_seen_at >= TOUCH_EVERY:
        expires_at = min(now + timedelta(hours=hours), row.created_at + ABSOLUTE_LIFE)
        session.execute(
            update(LoginSession)
            .where(LoginSession.id == row.id)
            .values(last_seen_at=now, expires_at=expires_at)
        )
    return LiveSession(row.id, actor_of(account), row.csrf, expires_at)


def revoke_session(session: Session, actor: Actor, token: str, address: str | None = None) -> None:
    """End the session of a token (signing out); one that has ended already stays so."""
    ended = session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == token_hash(token), LoginSession.revoked_at.is_(None))
        .values(revoked_at=clock.real())
        .returning(LoginSession.id)
    ).scalar_one_or_none()
    if ended is not None:
        subject = f"login_session:{ended}"
        audit.record(
            session, actor=actor.label, action="sign_out", subject=subject, address=address
        )


def revoke_session_by_id(session: Session, actor: Actor, session_id: int) -> None:
    """End one session of somebody else.

    Raises
    ------
    NotAllowedError, UnknownSessionError
    """
    found = session.execute(
        select(LoginSession, Account)
        .join(Account, Account.id == LoginSession.account_id)
        .where(LoginSession.id == session_id)
    ).one_or_none()
    if found is None:
        raise UnknownSessionError
    row, account = found
    require(actor, Action.MANAGE_ACCOUNTS, account.municipality_code)
    row.revoked_at = row.revoked_at or clock.real()
    session.flush()
    audit.record(
        session, actor=actor.label, action="revoke_session", subject=f"login_session:{session_id}"
    )


def sessions_of(session: Session, account_id: int) -> Sequence[LoginSession]:
    """Return the sessions of an account that stand, newest first."""
    return session.scalars(
        select(LoginSession)
        .where(
            LoginSession.account_id == account_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > clock.real(),
        )
        .order_by(LoginSession.created_at.desc())
    ).all()


def end_sessions(session: Session, account_id: int) -> int:
    """End every session of an account; return how many stood."""
    ended = session.scalars(
        update(LoginSession)
        .where(LoginSession.account_id == account_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=clock.real())
        .returning(LoginSession.id)
    ).all()
    return len(ended)


def create_device(session: Session, actor: Actor, name: str) -> str:
    """Register a wall display and return its token, which is shown once and never again.

    Raises
    ------
    NotAllowedError, InvalidError
    """
    require(actor, Action.MANAGE_DEVICES)
    label = printable(name, MAX_NAME)
    if not label:
        message = "表示端末の名前を入れてください。"
        raise InvalidError(message)
    token = new_token()
    device = Device(
        name=label,
        token_hash=token_hash(token),
        created_at=clock.real(),
        created_by=actor.label,
    )
    session.add(device)
    session.flush()
    audit.record(
        session,
        actor=actor.label,
        action="create_device",
        subject=f"device:{device.id}",
        detail={"name": label},
    )
    return token


def find_device(session: Session, token: str) -> Actor | None:
    """Return the wall display that holds a token, None when it was revoked or never was."""
    if not plausible_token(token):
        return None
    device = session.scalar(
        select(Device).where(Device.token_hash == token_hash(token), Device.revoked_at.is_(None))
    )
    if device is None:
        return None
    now = clock.real()
    if device.last_seen_at is None or now - device.last_seen_at >= TOUCH_EVERY:
        session.execute(update(Device).where(Device.id == device.id).values(last_seen_at=now))
    return Actor(device.id, f"device-{device.id}", device.name, Role.VIEWER, None, ActorKind.DEVICE)


def list_devices(session: Session) -> Sequence[Device]:
    """Return every wall display, oldest first, the revoked ones too."""
    return session.scalars(select(Device).order_by(Device.id)).all()


def revoke_device(session: Session, actor: Actor, device_id: int) -> None:
    """Take a wall display's token back.

    Raises
    ------
    NotAllowedError, UnknownDeviceError
    """
    require(actor, Action.MANAGE_DEVICES)
    device = session.get(Device, device_id)
    if device is None:
        raise UnknownDeviceError
    device.revoked_at = device.revoked_at or clock.real()
    session.flush()
    audit.record(session, actor=actor.label, action="revoke_device", subject=f"device:{device_id}")


def actor_of(account: Account) -> Actor:
    """Return the actor an account row stands for."""
    return Actor(
        account.id, account.login, account.name, Role(account.role), account.municipality_code
    )


def printable(text: str | None, limit: int) -> str | None:
    """Return a text from outside without control characters, cut to `limit` characters."""
    if text is None:
        return None
    return "".join(c for c in text[: limit * 2] if c.isprintable()).strip()[:limit]

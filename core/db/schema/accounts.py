"""Who may do what: accounts, sessions, devices. Writer of all: core.auth.store."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Moment


class Account(Base):
    """A person or service that signs in. Writer: core.auth.store."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    municipality_code: Mapped[str | None]
    """Scope: JIS code of five digits; None: the whole installation."""
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    failed_tries: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)


class LoginSession(Base):
    """A signed-in browser; the token itself is never stored. Writer: core.auth.store."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    address: Mapped[str | None]
    agent: Mapped[str | None]


class Device(Base):
    """A wall display that shows without anybody signed in. Writer: core.auth.store."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str]
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    last_seen_at: Mapped[datetime | None] = mapped_column(Moment)

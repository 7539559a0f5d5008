"""How Hinomi itself is doing: payloads, quarantine, source states, versions, audit, heartbeats."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, Big, Moment


class PayloadRow(Base):
    """A payload in the archive. Writer: ingest."""

    __tablename__ = "payload"
    __table_args__ = (Index(None, "source", "fetched_at"),)

    id: Mapped[int] = mapped_column(Big, Identity(), primary_key=True)
    source: Mapped[str]
    name: Mapped[str]
    url: Mapped[str | None]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(Big)
    archived: Mapped[bool]
    """False: the disk was full, only this row is kept."""
    fetched_at: Mapped[datetime] = mapped_column(Moment)
    """World time."""
    parsed_at: Mapped[datetime | None] = mapped_column(Moment)
    counts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    error: Mapped[str | None]


class QuarantineRow(Base):
    """A rejected row, kept with its reason until it is retried or dismissed. Writer: ingest."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("source", "fingerprint"),)

    id: Mapped[int] = mapped_column(Big, Identity(), primary_key=True)
    source: Mapped[str]
    fingerprint: Mapped[str]
    """Hash of reason and raw row: the same bad row again only counts up."""
    payload_id: Mapped[int | None] = mapped_column(Big)
    payload_name: Mapped[str]
    reason: Mapped[str]
    message: Mapped[str]
    locator: Mapped[str]
    raw: Mapped[str]
    times: Mapped[int] = mapped_column(server_default="1")
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(server_default="open", index=True)
    """open, resolved, dismissed."""


class SourceState(Base):
    """What a source is (from its manifest) and how it is doing. Writer: ingest."""

    __tablename__ = "source_state"

    source: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    title_en: Mapped[str]
    short: Mapped[str]
    """For the wall's status row: 雨量, 水位 …"""
    credit: Mapped[str]
    interval_s: Mapped[int]
    late_after_s: Mapped[int]
    silent_after_s: Mapped[int]
    station_silent_after_s: Mapped[int | None]
    enabled: Mapped[bool]
    since: Mapped[datetime] = mapped_column(Moment)
    """World time it was switched on or off."""
    next_due_at: Mapped[datetime | None] = mapped_column(Moment)
    last_attempt_at: Mapped[datetime | None] = mapped_column(Moment)
    last_success_at: Mapped[datetime | None] = mapped_column(Moment)
    last_change_at: Mapped[datetime | None] = mapped_column(Moment)
    """World time new content came (a success without change does not move it)."""
    newest_observed_at: Mapped[datetime | None] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(server_default="0")
    """In a row."""
    last_error: Mapped[str | None]
    counts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Of the last payload, by kind."""
    totals: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    memory: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """What the client remembers, and the validators of conditional requests."""


class TableVersion(Base):
    """Version of a table's content, bumped in the writing transaction. Writer: triggers."""

    __tablename__ = "table_version"
    __table_args__ = {"postgresql_with": {"fillfactor": 20}}  # noqa: RUF012

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Big)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class AuditRow(Base):
    """Who did what, in the same transaction as the deed. Writer: core.audit."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Big, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    """Real time."""
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    address: Mapped[str | None]


class Heartbeat(Base):
    """A process saying that it lives; real time. Writer: core.events."""

    __tablename__ = "heartbeat"

    process: Mapped[str] = mapped_column(primary_key=True)
    """worker:<host>:<pid> …"""
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))


class WorldClockRow(Base):
    """The one anchor of the world clock in a drill. Writer: core.clock (through server)."""

    __tablename__ = "world_clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    real: Mapped[datetime] = mapped_column(Moment)
    world: Mapped[datetime] = mapped_column(Moment)
    speed: Mapped[float]
    title: Mapped[str]
    """What is played."""

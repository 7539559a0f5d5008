"""The disasters worked on: what may be said of one, and its rows.

A hand of `ingest.repository`, which alone writes through it; nothing here commits.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.schema.incident import Incident
from core.errors import InvalidError, NotFoundError

KINDS = ("heavy_rain", "flood", "wind", "landslide", "earthquake", "tsunami", "volcano", "other")
MOST_NAME = 80
MOST_HEADQUARTERS = 40
AHEAD = timedelta(days=7)
"""A headquarters is set up before the typhoon is there; later than so is a slip of the finger."""
EARLIEST_YEAR = 1900
FIELDS = (
    "name", "kind", "began_at", "headquarters_name", "headquarters_level", "headquarters_since",
    "ended_at",
)  # fmt: skip
"""What people may say of one."""


def standing() -> Any:  # noqa: ANN401 - a statement of SQLAlchemy
    """Return the statement that finds disasters being worked on, the newest first."""
    statement = select(Incident).where(Incident.ended_at.is_(None))
    return statement.order_by(Incident.began_at.desc(), Incident.id.desc())


def newest(session: Session, limit: int) -> Sequence[Incident]:
    """Return disasters, those being worked on first, then the newest."""
    statement = select(Incident).order_by(
        Incident.ended_at.is_not(None), Incident.began_at.desc(), Incident.id.desc()
    )
    return session.scalars(statement.limit(limit)).all()


def checked(values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what is said of a disaster in the form it is kept in.

    Raises
    ------
    InvalidError
        With the sentence that says what is wrong.
    """
    kept = dict(values)
    kept["name"] = _text(kept.get("name"), MOST_NAME, "災害名")
    if kept["name"] is None:
        raise InvalidError("災害名を入れてください")  # noqa: EM101 - one sentence
    if kept.get("kind") not in KINDS:
        message = f"種別は {'・'.join(KINDS)} のどれかです"
        raise InvalidError(message)
    _moment(kept.get("began_at"), now, "発生日時")
    for field, title in (("headquarters_name", "本部の名称"), ("headquarters_level", "配備体制")):
        kept[field] = _text(kept.get(field), MOST_HEADQUARTERS, title)
    if kept.get("headquarters_since") is not None:
        _moment(kept["headquarters_since"], now, "本部の設置日時")
    if kept.get("ended_at") is not None and kept["ended_at"] < kept["began_at"]:
        message = "終わった日時が発生より前です"
        raise InvalidError(message)
    return kept


def _text(value: object, most: int, title: str) -> str | None:
    text = " ".join(str(value or "").split())
    if len(text) > most:
        message = f"{title}は{most}文字までです"
        raise InvalidError(message)
    if not text.isprintable():
        message = f"{title}に使えない文字があります"
        raise InvalidError(message)
    return text or None


def _moment(value: object, now: datetime, title: str) -> None:
    if not isinstance(value, datetime) or value.tzinfo is None:
        message = f"{title}を入れてください"
        raise InvalidError(message)
    if value.year < EARLIEST_YEAR or value > now + AHEAD:
        message = f"{title}を確かめてください（{AHEAD.days}日より先にはできません）"
        raise InvalidError(message)


def add(session: Session, values: Mapping[str, Any]) -> Incident:
    """Add a disaster to work on."""
    incident = Incident(**values)
    session.add(incident)
    session.flush()
    return incident


def locked(session: Session, incident_id: int) -> Incident:
    """Return a disaster, locked until the transaction ends.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    statement = select(Incident).where(Incident.id == incident_id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        message = f"災害 {incident_id} は登録されていません"
        raise NotFoundError(message)
    return row


def change(session: Session, incident: Incident, values: Mapping[str, Any]) -> dict[str, Any]:
    """Write what differs; return it as `{field: [before, after]}` for the audit."""
    changed: dict[str, Any] = {}
    for field in FIELDS:
        before, after = getattr(incident, field), values.get(field)
        if before != after:
            setattr(incident, field, after)
            changed[field] = [_plain(before), _plain(after)]
    session.flush()
    return changed


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value

"""Who did what, written in the same transaction as the deed."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.clock import real
from core.db.schema.system import AuditRow


def record(
    session: Session,
    *,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
    address: str | None = None,
) -> None:
    """Add one line to the audit; it is kept if and only if the deed is."""
    session.add(
        AuditRow(
            at=real(),
            actor=actor,
            action=action,
            subject=subject,
            detail=dict(detail or {}),
            address=address,
        )
    )

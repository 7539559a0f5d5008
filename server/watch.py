"""Sources that fall silent, fail or come back: lines of the event log, once each."""

from datetime import datetime

from sqlalchemy.orm import Session

from ingest import repository
from ingest.happenings import Happening
from layers.freshness import SourceCondition, SourceStatus, statuses

_TROUBLE = {
    SourceCondition.SILENT: ("途絶", "is silent"),
    SourceCondition.FAILING: ("受信失敗が続いています", "keeps failing"),
}
_SILENT_FOR_NOW = frozenset({SourceCondition.LATE})


class SourceWatch:
    """Remembers how each source was, and tells when that changes.

    Every worker watches; the event log keeps one line, since all give it the same identity.
    """

    def __init__(self) -> None:
        self._known: dict[str, SourceCondition] = {}

    def look(self, session: Session, now: datetime) -> list[Happening]:
        """Write lines for sources whose condition changed; return them."""
        found = [
            line
            for status in statuses(session).values()
            if (line := self._change(status, now)) is not None
        ]
        repository.add_happenings(session, found)
        return found

    def _change(self, status: SourceStatus, now: datetime) -> Happening | None:
        condition = status.condition(now)
        before = self._known.get(status.source, SourceCondition.NEVER)
        # Late is on its way somewhere; it is shown on every screen but is no news.
        if condition in _SILENT_FOR_NOW:
            return None
        self._known[status.source] = condition
        if condition is before:
            return None
        if condition in _TROUBLE:
            ja, en = _TROUBLE[condition]
            return _line(status, now, 2, (f"{status.title} {ja}", f"{status.title_en} {en}"))
        if condition is SourceCondition.OK and before in _TROUBLE:
            text = (f"{status.title} 受信再開", f"{status.title_en} is back")
            return _line(status, now, 0, text)
        return None


def _line(status: SourceStatus, now: datetime, severity: int, text: tuple[str, str]) -> Happening:
    since = status.last_success_at.isoformat() if status.last_success_at else "never"
    return Happening(
        at=now,
        kind="source",
        severity=severity,
        text_ja=text[0],
        text_en=text[1],
        layer=None,
        feature=None,
        dedup=f"source:{status.source}:{severity}:{since}",
    )

"""A world small enough to know every byte of: one source, one file that changes every minute."""

from datetime import UTC, datetime, timedelta

from drill.answer import JSON, DrillIncident, FeedAnswer, found, not_found

START = datetime(2026, 7, 3, 3, 0, tzinfo=UTC)


class OneFileWorld:
    """Publishes `now.json` under the source `clockwork`; 4,000 bytes, new every world minute."""

    title = "試験【訓練】"
    start = START
    end = START + timedelta(hours=6)
    bounds = (140.0, 30.0, 141.0, 31.0)
    sources = ("clockwork", "other")
    incident = DrillIncident(name="試験【訓練】", kind="other", started_at=START)

    def answer(self, source: str, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return the file of this minute."""
        if path != "now.json":
            return not_found(path)
        minute = at.replace(second=0, microsecond=0)
        text = f'{{"at":"{minute.isoformat()}","base":"{base}","source":"{source}"}}'
        return found(text.ljust(4000).encode(), JSON, minute, "今.json")

"""Atom feeds of the telegrams and the telegrams themselves (reference/D-formats.md D3)."""

from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from drill.answer import XML, FeedAnswer, found, not_found
from drill.feeds.floods import flood_xml
from drill.feeds.telegrams import Telegram, telegrams_of
from drill.feeds.weather_xml import weather_xml
from drill.island.build import Island
from drill.island.timeline import floor_time

SHORT, LONG = timedelta(hours=2), timedelta(days=7)
"""How far back the feeds reach; the real short one at least ten minutes, the long some days."""
PUBLISHED_AFTER = timedelta(minutes=1)
OFFICE_NAME = "火見地方気象台（訓練）"


class WarningFeed:
    """Answers `feed/extra.xml`, `feed/extra_l.xml` and `data/<name>.xml`."""

    def __init__(self, island: Island) -> None:
        self._island = island
        self._telegrams = telegrams_of(island)
        self._by_name = {telegram.name: telegram for telegram in self._telegrams}

    def answer(self, path: str, at: datetime, base: str) -> FeedAnswer:
        """Return a feed or a telegram already sent at a world time."""
        reach = {"feed/extra.xml": SHORT, "feed/extra_l.xml": LONG}.get(path)
        if reach is not None:
            return self._feed(path, at, reach, base)
        telegram = self._by_name.get(path.removeprefix("data/"))
        if telegram is None or path != f"data/{telegram.name}" or not _sent(telegram, at):
            return not_found(path)
        make = weather_xml if telegram.kind else flood_xml
        return found(make(self._island, telegram).encode(), XML, telegram.issued_at)

    def _feed(self, path: str, at: datetime, reach: timedelta, base: str) -> FeedAnswer:
        listed = [t for t in self._telegrams if _sent(t, at) and t.issued_at >= at - reach]
        updated = listed[-1].issued_at if listed else floor_time(at - reach)
        entries = "".join(_entry(telegram, base) for telegram in reversed(listed))
        long = path.endswith("_l.xml")
        content = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja">\n'
            f"<title>{'長期' if long else '高頻度'}（随時）【訓練】</title>\n"
            "<subtitle>火見県（架空）の訓練用電文</subtitle>\n"
            f"<updated>{updated.isoformat()}</updated>\n"
            f"<id>{escape(base)}/{path}</id>\n"
            f'<link rel="self" href={quoteattr(f"{base}/{path}")}/>\n'
            f"{entries}</feed>\n"
        )
        return found(content.encode(), XML, updated)


def _sent(telegram: Telegram, at: datetime) -> bool:
    return telegram.issued_at + PUBLISHED_AFTER <= at


def _entry(telegram: Telegram, base: str) -> str:
    href = f"{base}/data/{telegram.name}"
    at = f"{telegram.issued_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return (
        f"<entry>\n<title>{escape(telegram.title)}</title>\n<id>{escape(href)}</id>\n"
        f"<updated>{at}</updated>\n<author><name>{OFFICE_NAME}</name></author>\n"
        f'<link type="application/xml" href={quoteattr(href)}/>\n'
        f'<content type="text">【訓練】{escape(telegram.title)}</content>\n</entry>\n'
    )

"""Times and ages as words, always in Japan time."""

from datetime import datetime, timedelta

from dash import html

from core.clock import tokyo
from dashboard.components.tree import attributes
from dashboard.i18n import Words

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def parse_moment(text: str | None) -> datetime | None:
    """Return the aware moment of an ISO text, None for None or empty."""
    return datetime.fromisoformat(text) if text else None


def clock_text(moment: datetime, now: datetime) -> str:
    """Return `14:05`, with the date in front when it is not today in Japan."""
    local, today = tokyo(moment), tokyo(now)
    text = f"{local:%H:%M}"
    return text if local.date() == today.date() else f"{local.month}/{local.day} {text}"


def span_text(word: Words, age: timedelta) -> str:
    """Return a length of time: `40秒`, `3分`, `2時間10分`, `3日` (as `assets/map/age.js` does)."""
    seconds = max(0, int(age.total_seconds()))
    if seconds < _MINUTE:
        return word("span_seconds", n=seconds)
    if seconds < _HOUR:
        return word("span_minutes", n=seconds // _MINUTE)
    if seconds >= _DAY:
        return word("span_days", d=seconds // _DAY)
    hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
    if minutes:
        return word("span_hours_minutes", h=hours, m=minutes)
    return word("span_hours", h=hours)


def age_text(word: Words, age: timedelta, state: str) -> str:
    """Return `3分前`, or `途絶 2時間10分` for what has fallen silent."""
    key = {"silent": "silent_for", "failing": "failing_for"}.get(state, "ago")
    return word(key, span=span_text(word, age))


def age_badge(word: Words, moment: datetime | None, state: str, now: datetime) -> html.Span:
    """Return the age of a thing with the sign of its state; the browser keeps it current."""
    if moment is None or state == "never":
        return html.Span(word("never"), className="age age-never")
    text = age_text(word, now - moment, state)
    return html.Span(
        text,
        className=f"age age-{state}",
        title=f"{tokyo(moment):%Y-%m-%d %H:%M:%S} JST",
        **attributes(data_at=moment.isoformat(), data_state=state),
    )


def interval_text(word: Words, seconds: int) -> str:
    """Return an interval as people say it: `10分`, `1時間`."""
    for size, key in ((_DAY, "interval_d"), (_HOUR, "interval_h"), (_MINUTE, "interval_min")):
        if seconds >= size and seconds % size == 0:
            return word(key, n=seconds // size)
    return word("interval_s", n=seconds)

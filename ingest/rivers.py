"""River levels that crossed a threshold, found in the batch before it becomes the latest."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from ingest.happenings import Happening
from ingest.observations import driver

# Threshold names by alert level, highest first: reference/C-levels-colours-tiles.md C2.
LEVELS = (("flood", 5), ("danger", 4), ("evacuation", 3), ("caution", 2), ("standby", 1))
_WORDS = {
    5: ("氾濫開始水位", "flood level"),
    4: ("氾濫危険水位", "danger level"),
    3: ("避難判断水位", "evacuation level"),
    2: ("氾濫注意水位", "caution level"),
    1: ("水防団待機水位", "standby level"),
}
# A gauge that was silent for so long tells no story of rising or falling.
FRESH = timedelta(hours=3)

_QUERY = """
SELECT station.key, station.name, station.thresholds, fresh.value, fresh.observed_at,
       known.value AS old_value, known.observed_at AS old_at
FROM incoming_observation AS fresh
JOIN series ON series.id = fresh.series_id AND series.element = 'water_level'
JOIN station ON station.id = series.station_id AND station.thresholds <> '{}'
LEFT JOIN latest AS known ON known.series_id = fresh.series_id
WHERE fresh.value <> 'NaN' AND (known.observed_at IS NULL OR fresh.observed_at > known.observed_at)
ORDER BY station.key, fresh.observed_at
"""


def level_of(value: float | None, thresholds: Mapping[str, float]) -> int:
    """Return the alert level (0 to 5) of a water level in metres against its thresholds."""
    if value is None:
        return 0
    for name, level in LEVELS:
        threshold = thresholds.get(name)
        if threshold is not None and value >= threshold:
            return level
    return 0


def crossings(session: Session, source: str, now: datetime) -> list[Happening]:
    """Return event lines for gauges whose level changed; staged but not yet latest."""
    with driver(session).cursor(row_factory=psycopg.rows.dict_row) as cursor:
        rows = cursor.execute(_QUERY).fetchall()
    found: list[Happening] = []
    for row in rows:
        if now - row["observed_at"] > FRESH:
            continue
        level = level_of(row["value"], row["thresholds"])
        known = row["old_at"] is not None and now - row["old_at"] <= FRESH
        before = level_of(row["old_value"], row["thresholds"]) if known else 0
        if level != before and max(level, before) >= 2:  # noqa: PLR2004 - below caution: no news
            found.append(_line(source, row, level, before))
    return found


def _line(source: str, row: Mapping[str, Any], level: int, before: int) -> Happening:
    rising = level > before
    ja, en = _WORDS[level if rising else before]
    verb_ja, verb_en = ("を超過", "exceeded") if rising else ("を下回る", "no longer exceeded")
    return Happening(
        at=row["observed_at"],
        kind="river",
        severity=min(3, level - 1) if rising else 1,
        text_ja=f"{row['name']} {ja}{verb_ja} {row['value']:.2f}m",
        text_en=f"{row['name']}: {en} {verb_en}, {row['value']:.2f} m",
        layer="rivers",
        feature=f"{source}:{row['key']}",
        dedup=f"river:{source}:{row['key']}:{level}:{row['observed_at'].isoformat()}",
    )

"""What one station measured over the last hours, for its chart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.errors import InvalidError, NotFoundError
from layers import wire
from layers.freshness import Freshness, statuses

MAX_HOURS = 72
UNITS: Mapping[str, str] = {
    "precipitation_10m": "mm", "precipitation_1h": "mm", "precipitation_3h": "mm",
    "precipitation_24h": "mm", "water_level": "m", "temperature": "℃", "humidity": "%",
    "wind_speed": "m/s", "gust": "m/s", "pressure": "hPa", "snow_depth": "cm",
}  # fmt: skip
"""Elements a chart shows, and their units."""


class UnknownStationError(NotFoundError):
    """その観測所はありません。"""  # noqa: D400


class BadHoursError(InvalidError):
    """期間は 1〜72 時間で指定してください。"""  # noqa: D400


@dataclass(frozen=True, slots=True)
class StationSeries:
    """A station and its values, oldest first."""

    station: dict[str, Any]
    """id, name, kind, source, river, thresholds (metres by name), observed_at, state."""
    start: datetime
    end: datetime
    elements: dict[str, dict[str, Any]]
    """element → {unit, at: [UTC], value: [number or None]}; None is 欠測, not zero."""

    def wire(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "station": self.station,
            "from": wire.moment(self.start),
            "to": wire.moment(self.end),
            "elements": self.elements,
        }


_STATION = text(
    "SELECT st.id, st.name, st.kind, st.source, st.attributes ->> 'river' AS river,"
    " st.thresholds, max(l.observed_at) AS observed_at"
    " FROM station AS st"
    " LEFT JOIN series AS se ON se.station_id = st.id"
    " LEFT JOIN latest AS l ON l.series_id = se.id"
    " WHERE st.id = :station GROUP BY st.id"
)
_VALUES = text(
    "SELECT se.element, array_agg(o.observed_at ORDER BY o.observed_at) AS at,"
    " array_agg(CASE WHEN o.quality < 2 THEN o.value END ORDER BY o.observed_at) AS value"
    " FROM series AS se JOIN observation AS o ON o.series_id = se.id"
    " WHERE se.station_id = :station AND se.element = ANY(:elements)"
    " AND o.observed_at > :start AND o.observed_at <= :end"
    " GROUP BY se.element"
)


def station_series(
    session: Session, station_id: int, now: datetime, hours: int = 24
) -> StationSeries:
    """Return what a station measured in the `hours` before world time `now`.

    Raises
    ------
    UnknownStationError, BadHoursError
        For a station that does not exist and for hours outside 1 to 72.
    """
    if not 1 <= hours <= MAX_HOURS:
        raise BadHoursError
    row = session.execute(_STATION, {"station": station_id}).mappings().one_or_none()
    if row is None:
        raise UnknownStationError
    start = now - timedelta(hours=hours)
    values = session.execute(
        _VALUES,
        {"station": station_id, "elements": list(UNITS), "start": start, "end": now},
    ).mappings()
    status = statuses(session).get(row["source"])
    state = Freshness.SILENT if status is None else status.station(row["observed_at"], now)
    return StationSeries(
        station={name: wire.plain(value) for name, value in row.items()} | {"state": state.value},
        start=start,
        end=now,
        elements={
            told["element"]: {
                "unit": UNITS[told["element"]],
                "at": [wire.moment(moment) for moment in told["at"]],
                "value": told["value"],
            }
            for told in values
        },
    )

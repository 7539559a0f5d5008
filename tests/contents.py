"""What stands in the database, row by row, without ids and times of receipt."""

from typing import Any

from sqlalchemy import text

from core.db.session import Database

QUERIES = {
    "observation": "SELECT station.source, station.key, element, observed_at, value, quality"
    " FROM observation JOIN series ON series.id = series_id JOIN station ON station.id = station_id"
    " ORDER BY 1, 2, 3, 4",
    "latest": "SELECT station.source, station.key, element, observed_at, value, quality,"
    " previous_value, previous_at FROM latest JOIN series ON series.id = series_id"
    " JOIN station ON station.id = station_id ORDER BY 1, 2, 3",
    "station": "SELECT source, key, name, geom::text, thresholds FROM station ORDER BY 1, 2",
    "outage": "SELECT source, key, area_name, households, qualifier, restored, observed_at"
    " FROM outage ORDER BY 1, 2",
    "restriction": "SELECT source, key, kind, lifted, observed_at FROM restriction ORDER BY 1, 2",
    "quarantine": "SELECT source, reason, raw, state FROM quarantine ORDER BY 1, 2, 3",
    "event": "SELECT kind, text_ja, dedup FROM event ORDER BY 3",
}


def rows(database: Database, table: str) -> list[tuple[Any, ...]]:
    """Return the rows of one table."""
    with database.transaction() as session:
        return [tuple(row) for row in session.execute(text(QUERIES[table]))]


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all tables."""
    return {table: rows(database, table) for table in QUERIES}

"""The event log's rows: each line finds the feature it speaks of, and where that lies.

A hand of `ingest.repository`, which alone calls it; nothing here commits.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from ingest.happenings import Happening

# `feature` of a happening is a natural reference (source:key, or a municipality); screens know
# features by the layers' ids: row ids of stations and restrictions, codes of municipalities.
_INSERT = text("""
INSERT INTO event (at, kind, severity, text_ja, text_en, layer, feature, geom, dedup)
SELECT line.at, line.kind, line.severity, line.text_ja, line.text_en, line.layer,
       coalesce(restriction.id::text, station.id::text, boundary.key),
       coalesce(ST_PointOnSurface(restriction.geom), station.geom, report.geom,
                ST_PointOnSurface(boundary.geom)),
       line.dedup
FROM unnest(
    CAST(:at AS timestamptz[]), CAST(:kind AS text[]), CAST(:severity AS smallint[]),
    CAST(:text_ja AS text[]), CAST(:text_en AS text[]), CAST(:layer AS text[]),
    CAST(:feature AS text[]), CAST(:dedup AS text[])
) AS line (at, kind, severity, text_ja, text_en, layer, feature, dedup)
LEFT JOIN restriction ON line.layer = 'closures'
    AND restriction.source || ':' || restriction.key = line.feature
LEFT JOIN station ON line.layer = 'rivers'
    AND station.source || ':' || station.key = line.feature
LEFT JOIN shelter_report AS report ON line.layer = 'shelters'
    AND report.source || ':' || report.key = line.feature
LEFT JOIN LATERAL (
    SELECT key, geom FROM boundary
    WHERE line.layer IN ('warnings', 'outages') AND line.feature IN (key, name) LIMIT 1
) AS boundary ON true
ORDER BY line.at, line.severity, line.dedup
ON CONFLICT (dedup) DO NOTHING
""")
_COLUMNS = ("at", "kind", "severity", "text_ja", "text_en", "layer", "feature", "dedup")


def write(session: Session, found: Sequence[Happening]) -> None:
    """Add lines; the same happening again is ignored."""
    lines = list({line.dedup: line for line in found}.values())
    if lines:
        columns = {name: [getattr(line, name) for line in lines] for name in _COLUMNS}
        session.execute(_INSERT, columns)

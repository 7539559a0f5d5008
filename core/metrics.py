"""Prometheus metrics: every name this installation counts under stands here.

Counters are of one process; Prometheus adds the copies up. The worker has no door of its own: what
it does is read from the database, where it writes it down. Labels hold closed sets alone (route
templates, source names, states), never anything a client chose.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
"""Media type of `exposition`."""

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

HTTP_REQUESTS = Counter(
    "hinomi_http_requests_total",
    "Requests answered",
    ("method", "route", "status"),
    registry=REGISTRY,
)
HTTP_SECONDS = Histogram(
    "hinomi_http_request_seconds",
    "Time from request to the first byte of the answer",
    ("method", "route"),
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
LIVE_STREAMS = Gauge("hinomi_live_streams", "Open server-sent event streams", registry=REGISTRY)
LOGINS = Counter(
    "hinomi_logins_total",
    "Tries to sign in by outcome: ok, failed, locked, disabled, limited, busy",
    ("outcome",),
    registry=REGISTRY,
)
SHARED = CollectorRegistry()
"""What is true of the whole installation: read from the database at each scrape, by any copy."""

DATABASE_UP = Gauge(
    "hinomi_database_up", "1 when the database answered this scrape", registry=SHARED
)
LAYER_VERSION = Gauge(
    "hinomi_layer_version", "Version of each layer: grows with every change of what it shows",
    ("layer",), registry=SHARED,
)  # fmt: skip
SOURCE_STATE = Gauge(
    "hinomi_source_state", "1 for the state a source is in: ok, late, silent, failing, off, never",
    ("source", "state"), registry=SHARED,
)  # fmt: skip
SOURCE_AGE = Gauge(
    "hinomi_source_age_seconds", "World seconds since a source was last received",
    ("source",), registry=SHARED,
)  # fmt: skip
SOURCE_LAG = Gauge(
    "hinomi_source_lag_seconds", "World seconds since the newest observation of a source",
    ("source",), registry=SHARED,
)  # fmt: skip
SOURCE_FAILURES = Gauge(
    "hinomi_source_failures", "Failures of a source in a row", ("source",), registry=SHARED
)
INGEST_RECORDS = Gauge(
    "hinomi_ingest_records", "Records committed since the source was registered, by kind",
    ("source", "kind"), registry=SHARED,
)  # fmt: skip
QUARANTINE_ROWS = Gauge(
    "hinomi_quarantine_rows", "Rejected rows nobody has settled yet", ("source",), registry=SHARED
)


def exposition() -> bytes:
    """Return every metric in the Prometheus text format: this process's own, then shared ones."""
    return generate_latest(REGISTRY) + generate_latest(SHARED)

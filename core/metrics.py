"""Prometheus metrics: every name this installation counts under stands here.

Counters are of one process; Prometheus adds the copies up. Labels hold closed sets alone (route
templates, source names, reasons), never anything a client chose.
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
LAYER_VERSION = Gauge(
    "hinomi_layer_version", "Version of each layer as this process knows it", ("layer",),
    registry=REGISTRY,
)  # fmt: skip
TILES = Counter(
    "hinomi_tiles_total", "Tiles served by where they came from: cache, database, raster",
    ("layer", "origin"), registry=REGISTRY,
)  # fmt: skip
INGEST_RUNS = Counter(
    "hinomi_ingest_runs_total", "Runs of a source by outcome: ok, unchanged, failed",
    ("source", "outcome"), registry=REGISTRY,
)  # fmt: skip
INGEST_SECONDS = Histogram(
    "hinomi_ingest_run_seconds", "Time of one run of a source", ("source",),
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300), registry=REGISTRY,
)  # fmt: skip
INGEST_BYTES = Counter(
    "hinomi_ingest_bytes_total", "Bytes of payload received", ("source",), registry=REGISTRY
)
INGEST_RECORDS = Counter(
    "hinomi_ingest_records_total", "Records committed, by kind",
    ("source", "kind"), registry=REGISTRY,
)  # fmt: skip
INGEST_REJECTED = Counter(
    "hinomi_ingest_rejected_total", "Rows sent to quarantine, by reason",
    ("source", "reason"), registry=REGISTRY,
)  # fmt: skip
SOURCE_LAG = Gauge(
    "hinomi_source_lag_seconds",
    "World seconds between the newest observation of a source and its arrival", ("source",),
    registry=REGISTRY,
)  # fmt: skip


def exposition() -> bytes:
    """Return every metric of this process in the Prometheus text format."""
    return generate_latest(REGISTRY)

"""The names others build dashboards on."""

from core import metrics

NAMES = {
    "hinomi_http_requests", "hinomi_http_request_seconds", "hinomi_live_streams",
    "hinomi_logins", "hinomi_layer_version", "hinomi_tiles", "hinomi_ingest_runs",
    "hinomi_ingest_run_seconds", "hinomi_ingest_bytes", "hinomi_ingest_records",
    "hinomi_ingest_rejected", "hinomi_source_lag_seconds",
}  # fmt: skip


def test_the_names_stay() -> None:
    families = {family.name for family in metrics.REGISTRY.collect()}
    assert families >= NAMES


def test_what_was_counted_is_told() -> None:
    before = metrics.REGISTRY.get_sample_value(
        "hinomi_ingest_rejected_total", {"source": "a", "reason": "b"}
    )
    metrics.INGEST_REJECTED.labels("a", "b").inc(2)
    after = metrics.REGISTRY.get_sample_value(
        "hinomi_ingest_rejected_total", {"source": "a", "reason": "b"}
    )
    assert (before or 0) + 2 == after
    assert b'hinomi_ingest_rejected_total{reason="b",source="a"}' in metrics.exposition()


def test_no_label_takes_what_a_client_chose() -> None:
    labels = {name for family in NAMES for name in labels_of(family)}
    assert labels <= {
        "method", "route", "status", "outcome", "layer", "origin", "source", "kind", "reason",
    }  # fmt: skip


def labels_of(family: str) -> tuple[str, ...]:
    wanted = {family, f"{family}_total"}
    for value in vars(metrics).values():
        if getattr(value, "_name", None) in wanted:
            return tuple(value._labelnames)  # noqa: SLF001 - nothing public tells it
    message = f"{family} is not in core.metrics"
    raise AssertionError(message)

"""The names others build dashboards on."""

from core import metrics

NAMES = {
    "hinomi_http_requests", "hinomi_http_request_seconds", "hinomi_live_streams",
    "hinomi_logins", "hinomi_database_up", "hinomi_layer_version", "hinomi_source_state",
    "hinomi_source_age_seconds", "hinomi_source_lag_seconds", "hinomi_source_failures",
    "hinomi_ingest_records", "hinomi_quarantine_rows",
}  # fmt: skip


def test_the_names_stay() -> None:
    registries = (metrics.REGISTRY, metrics.SHARED)
    families = {family.name for registry in registries for family in registry.collect()}
    assert {name for name in families if name.startswith("hinomi_")} == NAMES


def test_what_was_counted_is_told() -> None:
    before = metrics.REGISTRY.get_sample_value("hinomi_logins_total", {"outcome": "failed"})
    metrics.LOGINS.labels("failed").inc(2)
    after = metrics.REGISTRY.get_sample_value("hinomi_logins_total", {"outcome": "failed"})
    assert (before or 0) + 2 == after
    told = metrics.exposition()
    assert b'hinomi_logins_total{outcome="failed"}' in told
    assert b"hinomi_database_up" in told


def test_no_label_takes_what_a_client_chose() -> None:
    labels = {name for family in NAMES for name in labels_of(family)}
    assert labels <= {
        "method", "route", "status", "outcome", "layer", "source", "state", "kind",
    }  # fmt: skip


def labels_of(family: str) -> tuple[str, ...]:
    wanted = {family, f"{family}_total"}
    for value in vars(metrics).values():
        if getattr(value, "_name", None) in wanted:
            return tuple(value._labelnames)  # noqa: SLF001 - nothing public tells it
    message = f"{family} is not in core.metrics"
    raise AssertionError(message)

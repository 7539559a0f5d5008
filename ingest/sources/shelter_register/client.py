"""Fetch the published files in turn; one that is not published is left out."""

from collections.abc import Iterator

from ingest.source import Fetcher, Manifest, Payload, fetch_paths


def fetch(http: Fetcher, manifest: Manifest) -> Iterator[Payload]:
    """Yield what each path says now.

    Raises
    ------
    SourceFailedError
        When none of the paths is published, or a fetch fails.
    """
    yield from fetch_paths(http, manifest.paths)

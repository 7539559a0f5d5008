"""Fetch the list of the areas without power now."""

from collections.abc import Iterator

from ingest.source import Fetcher, Manifest, Payload, fetch_paths


def fetch(http: Fetcher, manifest: Manifest) -> Iterator[Payload]:
    """Yield the current list when it has changed.

    Raises
    ------
    SourceFailedError
        When it is not published or the fetch fails.
    """
    return fetch_paths(http, manifest.paths)

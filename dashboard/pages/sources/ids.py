"""Ids of the sources page."""

from enum import StrEnum


class SourcesId(StrEnum):
    """Everything on the page that a callback or a browser script names."""

    ROOT = "sources-root"
    TABLE = "sources-table"
    SUMMARY = "sources-summary"
    ASKED = "sources-asked"
    """Store: what a button asks for, `{do, source, on, ids, n}`; written by the browser script."""
    OPEN = "sources-open"
    """Store: the source whose refused rows are shown, None for none."""
    DONE = "sources-done"
    """Store: counts deeds, so that the page is read again after each."""
    QUESTION = "sources-question"
    QUARANTINE = "sources-quarantine"
    AGED = "sources-aged"
    """Store: written whenever the browser scripts have counted up the ages of a new table."""
    TICK = "sources-tick"
    EXPORT = "sources-export"
    FILE = "sources-file"
    IMPORTED = "sources-imported"
    """Store: what became of dropped files, `[{source, name, counts | error}]`."""
    IMPORT_RESULT = "sources-import-result"

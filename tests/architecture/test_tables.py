"""Each table names its one writer."""

import inspect
import re
import sys

import core.db.schema  # noqa: F401
from core.db.base import Base


def test_every_table_names_its_writer() -> None:
    kinds = [mapper.class_ for mapper in Base.registry.mappers]
    # A module whose tables share a writer says it once, for all.
    silent = [
        kind.__name__
        for kind in kinds
        if not re.search(r"Writers?: ", inspect.getdoc(kind) or "")
        and "Writer of all: " not in (sys.modules[kind.__module__].__doc__ or "")
    ]
    assert not silent
    assert len(kinds) > 10

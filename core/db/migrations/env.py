"""Runs migrations; the address comes from `core.db.migrate`, never from an ini file."""

from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import NullPool, create_engine

import core.db.schema  # noqa: F401
from core.db.base import Base

# Made by procrastinate's own schema or by PostGIS; not ours to compare.
FOREIGN = ("procrastinate_", "spatial_ref_sys", "observation_")


def include_object(item: Any, name: Any, kind: str, reflected: Any, compare_to: Any) -> bool:  # noqa: ANN401
    """Leave out tables that are not described by our metadata on purpose."""
    if kind == "table" and name.startswith(FOREIGN):
        return False
    return bool(alembic_helpers.include_object(item, name, kind, reflected, compare_to))


engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()

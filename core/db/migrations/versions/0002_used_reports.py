"""which version of a report was used for its shelter."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shelter_link", sa.Column("used", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("shelter_link", "used")

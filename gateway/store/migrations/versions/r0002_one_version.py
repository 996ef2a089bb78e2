"""The table of this version number goes: Alembic keeps its own."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Runs on a database of 0001."""
    op.drop_table("schema_version")


def downgrade() -> None:
    """Back to 0001."""
    table = op.create_table("schema_version", sa.Column("version", sa.Integer, primary_key=True))
    op.bulk_insert(table, [{"version": 1}])

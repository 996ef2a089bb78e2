"""What the gateway knows of itself; the audit log by what it is about."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"

metadata = sa.MetaData()

vitals = sa.Table(
    "vitals",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)


def upgrade() -> None:
    """Runs on a database of 0006."""
    metadata.create_all(op.get_bind())
    op.create_index("audit_of_subject", "audit", ["subject", "id"])


def downgrade() -> None:
    """Back to 0006."""
    op.drop_index("audit_of_subject", "audit")
    metadata.drop_all(op.get_bind())

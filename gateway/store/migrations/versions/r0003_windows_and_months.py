"""Reasons of a fault, messages, windows, months, and the journal's lines that are no record."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"

metadata = sa.MetaData()
RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Millis = sa.BigInteger

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("asset", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("at_ms", Millis, nullable=False),
    sa.Column("fault", sa.String, index=True),
)

windows = sa.Table(
    "windows",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("target", sa.String, nullable=False),
    sa.Column("from_ms", Millis, nullable=False),
    sa.Column("to_ms", Millis),
    sa.Column("known_ms", Millis, nullable=False),
    sa.Column("by", sa.String),
    sa.UniqueConstraint("kind", "target", "from_ms"),
)

months = sa.Table(
    "months",
    metadata,
    sa.Column("month", sa.String, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("frozen_ms", Millis, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("diff", sa.LargeBinary),
)

month_marks = sa.Table(
    "month_marks",
    metadata,
    sa.Column("month", sa.String, primary_key=True),
    sa.Column("from_ms", Millis, nullable=False),
    sa.Column("to_ms", Millis, nullable=False),
    sa.Column("changed", sa.BigInteger, nullable=False),
    sa.Column("frozen", sa.BigInteger, nullable=False),
)

happenings = sa.Table(
    "happenings",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("at_ms", Millis, nullable=False),
    sa.Column("line", sa.LargeBinary, nullable=False),
)


def _recreate() -> Literal["always", "never"]:
    # SQLite writes an added column behind the key; copied, the table reads as one made afresh.
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def upgrade() -> None:
    """Runs on a database of 0002."""
    metadata.create_all(op.get_bind())
    with op.batch_alter_table("faults", recreate=_recreate()) as faults:
        faults.add_column(sa.Column("facts", sa.LargeBinary))


def downgrade() -> None:
    """Back to 0002."""
    with op.batch_alter_table("faults", recreate=_recreate()) as faults:
        faults.drop_column("facts")
    metadata.drop_all(op.get_bind())

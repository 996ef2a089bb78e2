"""Which rollups of the telemetry are to be computed; numbers of parked lines that are never used again."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"

metadata = sa.MetaData()
Millis = sa.BigInteger

rollup_marks = sa.Table(
    "rollup_marks",
    metadata,
    sa.Column("measurement", sa.String, primary_key=True),
    sa.Column("level", sa.String, primary_key=True),
    sa.Column("from_ms", Millis, primary_key=True, autoincrement=False),
    sa.Column("touched", sa.BigInteger, nullable=False),
    sa.Column("at_ms", Millis, nullable=False),
)


def _recreate() -> Literal["always", "never"]:
    # Only a copy gets SQLite's AUTOINCREMENT; PostgreSQL never uses a number again anyway.
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def upgrade() -> None:
    """Runs on a database of 0004."""
    metadata.create_all(op.get_bind())
    op.create_index("ix_telemetry_lines_points", "telemetry_lines", ["points"])
    with op.batch_alter_table("parked_lines", recreate=_recreate(), table_kwargs={"sqlite_autoincrement": True}):
        pass


def downgrade() -> None:
    """Back to 0004."""
    with op.batch_alter_table("parked_lines", recreate=_recreate(), table_kwargs={"sqlite_autoincrement": False}):
        pass
    op.drop_index("ix_telemetry_lines_points", "telemetry_lines")
    metadata.drop_all(op.get_bind())

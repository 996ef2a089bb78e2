"""Commands to nodes; how far cameras' clocks were off."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0008", "0007"

metadata = sa.MetaData()

commands = sa.Table(
    "commands",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("node", sa.String, nullable=False),
    sa.Column("device", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("arguments", sa.Text, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("added_ms", sa.BigInteger, nullable=False),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("boot", sa.String),
    sa.Column("mono_ms", sa.BigInteger),
    sa.Column("ttl_s", sa.Integer),
    sa.Column("sent_ms", sa.BigInteger),
    sa.Column("ended_ms", sa.BigInteger),
)
_open = commands.c.state.in_(("waiting", "sent"))
sa.Index("open_commands", commands.c.number, sqlite_where=_open, postgresql_where=_open)
sa.Index("commands_of_device", commands.c.device, commands.c.number)

camera_clocks = sa.Table(
    "camera_clocks",
    metadata,
    sa.Column("device", sa.String, primary_key=True),
    sa.Column("at_ms", sa.BigInteger, primary_key=True),
    sa.Column("error_ms", sa.Integer, nullable=False),
)


evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("node", sa.String, nullable=False),
    sa.Column("device", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("before", sa.String),
    sa.Column("after", sa.String, nullable=False),
)
sa.Index("evidence_of_device", evidence.c.device, evidence.c.at_ms)
sa.Index("evidence_once", evidence.c.node, evidence.c.device, evidence.c.code, evidence.c.after, unique=True)

pictures = sa.Table(
    "pictures",
    metadata,
    sa.Column("node", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)


def upgrade() -> None:
    """Runs on a database of 0007."""
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Back to 0007."""
    metadata.drop_all(op.get_bind())

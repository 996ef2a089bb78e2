"""The outbox, who is on duty, work orders with their photos, links that were used up, and the audit log."""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"

metadata = sa.MetaData()
RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Millis = sa.BigInteger

photos = sa.Table(
    "photos",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("fault", sa.String, nullable=False, index=True),
    sa.Column("at_ms", Millis, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("type", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("message", sa.BigInteger),
    sa.Column("fault", sa.String, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("severity", sa.Integer, nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("recipient", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("post", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("bundle", sa.String, nullable=False),
    sa.Column("unless_taken", sa.Boolean, nullable=False),
    sa.Column("made_ms", Millis, nullable=False),
    sa.Column("due_ms", Millis, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("next_ms", Millis, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("unsure", sa.Integer, nullable=False),
    sa.Column("lease", sa.String),
    sa.Column("into", sa.BigInteger, index=True),
    sa.Column("sent_ms", Millis),
    sa.Column("confirmed", sa.Boolean, nullable=False),
    sa.Column("reference", sa.String),
    sa.Column("reason", sa.Text),
    sa.Column("told_ms", Millis),
    sa.UniqueConstraint("message", "step", "recipient", "channel"),
)
_unsent = outbox.c.state.in_(("waiting", "sending"))
sa.Index("unsent_letters", outbox.c.channel, outbox.c.next_ms, sqlite_where=_unsent, postgresql_where=_unsent)
_counted = outbox.c.state == "sent"
sa.Index("sent_letters", outbox.c.recipient, outbox.c.sent_ms, sqlite_where=_counted, postgresql_where=_counted)

ladders = sa.Table(
    "ladders",
    metadata,
    sa.Column("fault", sa.String, primary_key=True),
    sa.Column("message", sa.BigInteger, nullable=False),
    sa.Column("severity", sa.Integer, nullable=False),
    sa.Column("told_ms", Millis, nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("next_ms", Millis, index=True),
)

rosters = sa.Table(
    "rosters",
    metadata,
    sa.Column("version", RowId, primary_key=True),
    sa.Column("loaded_ms", Millis, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

marks = sa.Table(
    "marks", metadata, sa.Column("name", sa.String, primary_key=True), sa.Column("at_ms", Millis, nullable=False)
)

used_links = sa.Table(
    "used_links",
    metadata,
    sa.Column("token_hash", sa.String, primary_key=True),
    sa.Column("fault", sa.String, nullable=False),
    sa.Column("used_ms", Millis, nullable=False),
    sa.Column("expires_ms", Millis, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("at_ms", Millis, nullable=False),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("place", sa.String, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
)


def _recreate() -> Literal["always", "never"]:
    # SQLite writes an added column behind the key; copied, the table reads as one made afresh.
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def upgrade() -> None:
    """Runs on a database of 0003. What is over, or a part of another, is closed; what was taken is in hand;
    all else waits for somebody."""
    metadata.create_all(op.get_bind())
    op.create_index("messages_of_asset", "messages", ["asset", "id"])
    with op.batch_alter_table("fault_moves", recreate=_recreate()) as moves:
        moves.add_column(sa.Column("place", sa.String))
        moves.add_column(sa.Column("photo", sa.BigInteger))
        moves.add_column(sa.Column("target", sa.String))
    with op.batch_alter_table("faults", recreate=_recreate()) as faults:
        faults.add_column(sa.Column("order_state", sa.String))
        faults.add_column(sa.Column("department", sa.String))
        faults.add_column(sa.Column("until_ms", Millis))
    op.execute(
        "UPDATE faults SET order_state = CASE WHEN closed_ms IS NOT NULL OR root <> '' THEN 'closed' "
        "WHEN acknowledged_by IS NOT NULL THEN 'acked' ELSE 'open' END"
    )
    with op.batch_alter_table("faults", recreate=_recreate()) as faults:
        faults.alter_column("order_state", existing_type=sa.String, nullable=False)
    where = sa.text("order_state != 'closed'")
    op.create_index("live_orders", "faults", ["order_state"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Back to 0003."""
    op.drop_index("live_orders", "faults")
    op.drop_index("messages_of_asset", "messages")
    with op.batch_alter_table("faults", recreate=_recreate()) as faults:
        for name in ("until_ms", "department", "order_state"):
            faults.drop_column(name)
    with op.batch_alter_table("fault_moves", recreate=_recreate()) as moves:
        moves.drop_column("target")
        moves.drop_column("photo")
        moves.drop_column("place")
    metadata.drop_all(op.get_bind())

"""The tables. Times are integer milliseconds since the Unix epoch (UTC), names end in ``_ms``; JSON is stored as bytes.

The same definitions serve SQLite and PostgreSQL: plain types, partial indexes by both dialects' keywords.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

# Every revision of the tables, oldest first; one file each in migrations/versions. This module is always the newest.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
NEWEST = REVISIONS[-1]

metadata = MetaData()
# SQLite counts rows by itself in INTEGER PRIMARY KEY only; PostgreSQL wants eight bytes.
RowId = BigInteger().with_variant(Integer, "sqlite")
Millis = BigInteger

# Which card (stream) of a node is current; `version` makes every commit conditional on what was read.
nodes = Table(
    "nodes",
    metadata,
    Column("node", String, primary_key=True),
    Column("current", String),
    Column("version", Integer, nullable=False),
)

streams = Table(
    "streams",
    metadata,
    Column("node", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("done", BigInteger, nullable=False),
    Column("done_boot", String),
    Column("top", BigInteger, nullable=False),
)

lost_ranges = Table(
    "lost_ranges",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("node", String, nullable=False, index=True),
    Column("stream", String, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("found_ms", Millis, nullable=False),
)

# One row per applied record and deliberately no unique index: a record applied twice must show.
journal = Table(
    "journal",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("node", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("received_ms", Millis, nullable=False),
    Column("event_ms", Millis, nullable=False),
    Column("unsure", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# What the fault engine remembers of a node, and what ingest knows of its clocks and telemetry series.
watches = Table(
    "watches",
    metadata,
    Column("node", String, primary_key=True),
    Column("watch", LargeBinary, nullable=False),
    Column("memory", LargeBinary, nullable=False),
)

live = Table(
    "live",
    metadata,
    Column("device", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("junction", String, nullable=False),
    Column("node", String, nullable=False),
    Column("state", String, nullable=False),
    Column("word", String),
    Column("since_ms", Millis),
    Column("seen_ms", Millis),
    Column("codes", Text, nullable=False),
    Column("metrics", LargeBinary, nullable=False),
    Column("stream", String),
    Column("n", BigInteger),
)

intervals = Table(
    "intervals",
    metadata,
    Column("device", String, primary_key=True),
    Column("from_ms", Millis, primary_key=True),
    Column("to_ms", Millis),
    Column("state", String, nullable=False),
    Column("code", String),
    Column("cause", String),
)

# `closed_ms` is the end of the condition, for a latched fault its release; `root` is '' without a cause, so that the
# index below holds. `facts`: why it is one, as JSON. `order_state`: where its work order stands, `department`: whose it
# is now if not the one that routing says, `until_ms`: when a suspended one goes on.
faults = Table(
    "faults",
    metadata,
    Column("id", String, primary_key=True),
    Column("asset", String, nullable=False),
    Column("asset_kind", String, nullable=False),
    Column("junction", String, nullable=False),
    Column("code", String, nullable=False),
    Column("root", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("opened_ms", Millis, nullable=False),
    Column("learnt_ms", Millis, nullable=False),
    Column("cleared_ms", Millis),
    Column("closed_ms", Millis),
    Column("latched", Boolean, nullable=False),
    Column("acknowledged_by", String),
    Column("acknowledged_ms", Millis),
    Column("measured_dead", Boolean, nullable=False),
    Column("reopened", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("facts", LargeBinary),
    Column("order_state", String, nullable=False),
    Column("department", String),
    Column("until_ms", Millis),
)
_open = faults.c.closed_ms.is_(None)
Index(
    "one_open_fault",
    faults.c.asset,
    faults.c.code,
    faults.c.root,
    unique=True,
    sqlite_where=_open,
    postgresql_where=_open,
)
Index("faults_of_asset", faults.c.asset, faults.c.code, faults.c.closed_ms)
Index("faults_by_time", faults.c.opened_ms, faults.c.id)
_live_order = faults.c.order_state != "closed"
Index("live_orders", faults.c.order_state, sqlite_where=_live_order, postgresql_where=_live_order)

fault_numbers = Table(
    "fault_numbers",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

fault_moves = Table(
    "fault_moves",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("fault", String, nullable=False, index=True),
    Column("at_ms", Millis, nullable=False),
    Column("move", String, nullable=False),
    Column("by", String),
    Column("comment", Text),
    Column("place", String),
    Column("photo", BigInteger),
    Column("target", String),
)

# What people were told. `fault`: the number it speaks of, null where there is none (weather, flapping).
messages = Table(
    "messages",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", String, nullable=False),
    Column("asset", String, nullable=False),
    Column("code", String, nullable=False),
    Column("at_ms", Millis, nullable=False),
    Column("fault", String, index=True),
)
Index("messages_of_asset", messages.c.asset, messages.c.id)

# One letter to one recipient by one channel. `message`: what it speaks of (null: a summary or digest that others have
# joined); `into`: the row whose letter holds its words. `unsure`: attempts of which nobody knows whether they got out.
outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("message", BigInteger),
    Column("fault", String, index=True),
    Column("kind", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("recipient", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("post", String, nullable=False),
    Column("role", String, nullable=False),
    Column("bundle", String, nullable=False),
    Column("unless_taken", Boolean, nullable=False),
    Column("made_ms", Millis, nullable=False),
    Column("due_ms", Millis, nullable=False),
    Column("state", String, nullable=False),
    Column("next_ms", Millis, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("unsure", Integer, nullable=False),
    Column("lease", String),
    Column("into", BigInteger, index=True),
    Column("sent_ms", Millis),
    Column("confirmed", Boolean, nullable=False),
    Column("reference", String),
    Column("reason", Text),
    Column("told_ms", Millis),
    UniqueConstraint("message", "step", "recipient", "channel"),
)
_unsent = outbox.c.state.in_(("waiting", "sending"))
Index("unsent_letters", outbox.c.channel, outbox.c.next_ms, sqlite_where=_unsent, postgresql_where=_unsent)
_counted = outbox.c.state == "sent"
Index("sent_letters", outbox.c.recipient, outbox.c.sent_ms, sqlite_where=_counted, postgresql_where=_counted)

# A fault that people were told of, and when the next step up is due; `next_ms` null = none.
ladders = Table(
    "ladders",
    metadata,
    Column("fault", String, primary_key=True),
    Column("message", BigInteger, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("told_ms", Millis, nullable=False),
    Column("step", Integer, nullable=False),
    Column("next_ms", Millis, index=True),
)

# Who is on duty and how they are reached, as it was loaded; the newest counts. The only place of names and numbers.
rosters = Table(
    "rosters",
    metadata,
    Column("version", RowId, primary_key=True),
    Column("loaded_ms", Millis, nullable=False),
    Column("by", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# When something that is done once a period was done last, such as the digest.
marks = Table("marks", metadata, Column("name", String, primary_key=True), Column("at_ms", Millis, nullable=False))

# Links that were used up, until they end anyway.
used_links = Table(
    "used_links",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("fault", String, nullable=False),
    Column("used_ms", Millis, nullable=False),
    Column("expires_ms", Millis, nullable=False),
)

# Time that counts otherwise: planned maintenance, out of service, weather. `target`: a device, node or site; `to_ms`
# null = open; `known_ms`: when it reached the gateway, which is its approval.
windows = Table(
    "windows",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", String, nullable=False),
    Column("target", String, nullable=False),
    Column("from_ms", Millis, nullable=False),
    Column("to_ms", Millis),
    Column("known_ms", Millis, nullable=False),
    Column("by", String),
    UniqueConstraint("kind", "target", "from_ms"),
)

# Months as they were frozen, revision 1 and every later one, with what it changed.
months = Table(
    "months",
    metadata,
    Column("month", String, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("frozen_ms", Millis, nullable=False),
    Column("hash", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("diff", LargeBinary),
)

# Whether a frozen month may be another by now: `changed` counts what was written into its time, `frozen` is that count
# as its newest revision saw it (-1: there is none yet).
month_marks = Table(
    "month_marks",
    metadata,
    Column("month", String, primary_key=True),
    Column("from_ms", Millis, nullable=False),
    Column("to_ms", Millis, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("frozen", BigInteger, nullable=False),
)

# Lines of the journal that are no record: links, the gateway's own starts and stops, mains, people. As replay reads.
happenings = Table(
    "happenings",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at_ms", Millis, nullable=False),
    Column("line", LargeBinary, nullable=False),
)

inputs = Table(
    "inputs",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("by", String, nullable=False),
    Column("expected_version", Integer),
    Column("added_ms", Millis, nullable=False),
    Column("status", String, nullable=False),
    Column("reason", Text),
)
_waiting = inputs.c.status == "waiting"
Index("waiting_inputs", inputs.c.id, sqlite_where=_waiting, postgresql_where=_waiting)

# AUTOINCREMENT: a number is never used again, since browsers ask "what came after 41".
changes = Table(
    "changes",
    metadata,
    Column("seq", RowId, primary_key=True),
    Column("type", String, nullable=False),
    Column("id", String, nullable=False),
    Column("node", String),
    Column("stream", String),
    Column("n", BigInteger),
    Column("at_ms", Millis, nullable=False),
    sqlite_autoincrement=True,
)

counters = Table(
    "counters",
    metadata,
    Column("reason", String, primary_key=True),
    Column("node", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("last_ms", Millis, nullable=False),
    Column("sample", Text, nullable=False),
)

# What the gateway last knew of itself and its machine, one row a subject, as JSON; written over each minute.
vitals = Table(
    "vitals",
    metadata,
    Column("name", String, primary_key=True),
    Column("at_ms", Millis, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# Which revision a database has. The table is Alembic's own, so it is none of the tables above.
revision = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))

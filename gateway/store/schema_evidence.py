"""The tables of evidence, a part of ``schema``: photos, what people did, and how far cameras' clocks were off."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from gateway.store.schema import Millis, RowId, metadata

# Pictures that people took of what they did; their number stands in the move.
photos = Table(
    "photos",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("fault", String, nullable=False, index=True),
    Column("at_ms", Millis, nullable=False),
    Column("by", String, nullable=False),
    Column("type", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# What nodes showed of a finding of a camera: the pictures' SHA-256, which its record named; they come later, or never.
evidence = Table(
    "evidence",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("node", String, nullable=False),
    Column("device", String, nullable=False),
    Column("code", String, nullable=False),
    Column("at_ms", Millis, nullable=False),
    Column("before", String),
    Column("after", String, nullable=False),
)
Index("evidence_of_device", evidence.c.device, evidence.c.at_ms)
Index("evidence_once", evidence.c.node, evidence.c.device, evidence.c.code, evidence.c.after, unique=True)

pictures = Table(
    "pictures",
    metadata,
    Column("node", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("at_ms", Millis, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)

# What people did, append only: `hash` covers the row and the hash before it.
audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at_ms", Millis, nullable=False),
    Column("who", String, nullable=False),
    Column("role", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("place", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", String, nullable=False),
)
Index("audit_of_subject", audit.c.subject, audit.c.id)

# Each time that another error was measured; `error_ms` above 0: the camera's clock was fast.
camera_clocks = Table(
    "camera_clocks",
    metadata,
    Column("device", String, primary_key=True),
    Column("at_ms", Millis, primary_key=True),
    Column("error_ms", Integer, nullable=False),
)

"""The tables of telemetry on its way, a part of ``schema``: the queue, what was refused, and what is to be computed."""

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from gateway.store.schema import Millis, RowId, metadata

# One row per batch: `lines` is line protocol, one point a line. Queued in the transaction of its records, deleted once
# the other side has it. The index adds the points up without a look at the lines, which may be gigabytes.
telemetry_lines = Table(
    "telemetry_lines",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("points", Integer, nullable=False, index=True),
    Column("lines", Text, nullable=False),
)

# AUTOINCREMENT: people name lines by their number, so it must not come to mean another one.
parked_lines = Table(
    "parked_lines",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("line", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("parked_ms", Millis, nullable=False),
    sqlite_autoincrement=True,
)

# Windows whose figures are to be computed (again): `level` 5m or 1d. `touched` counts what was written into them, so
# that what comes while they are being computed is not forgotten; `at_ms`: when the last of it came.
rollup_marks = Table(
    "rollup_marks",
    metadata,
    Column("measurement", String, primary_key=True),
    Column("level", String, primary_key=True),
    Column("from_ms", Millis, primary_key=True, autoincrement=False),
    Column("touched", BigInteger, nullable=False),
    Column("at_ms", Millis, nullable=False),
)

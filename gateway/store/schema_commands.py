"""The table of commands to nodes, a part of ``schema``."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from gateway.store.schema import Millis, RowId, metadata

# `id` is what is drawn for the node, `number` what people see. `boot`, `mono_ms` and `ttl_s` are bound when it is first
# sent, once and for ever: said again it is the same command to the last byte.
commands = Table(
    "commands",
    metadata,
    Column("number", RowId, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("node", String, nullable=False),
    Column("device", String, nullable=False),
    Column("name", String, nullable=False),
    Column("arguments", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("role", String, nullable=False),
    Column("added_ms", Millis, nullable=False),
    Column("expires_ms", Millis, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", Text),
    Column("boot", String),
    Column("mono_ms", Millis),
    Column("ttl_s", Integer),
    Column("sent_ms", Millis),
    Column("ended_ms", Millis),
)
_open = commands.c.state.in_(("waiting", "sent"))
Index("open_commands", commands.c.number, sqlite_where=_open, postgresql_where=_open)
Index("commands_of_device", commands.c.device, commands.c.number)

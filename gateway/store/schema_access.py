"""The tables of who may sign in, a part of ``schema``. Tokens and passwords are kept as hashes only: a stolen database
signs nobody in."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from gateway.store.schema import Millis, RowId, metadata

# `areas`: ids of grids and junctions with a space between, `*` = the whole village, nothing = nothing.
accounts = Table(
    "accounts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("added_ms", Millis, nullable=False),
    Column("display", String, nullable=False),
    Column("areas", Text, nullable=False),
    Column("person", String),
    Column("password", String),
    Column("ended_ms", Millis),
)

# One-time links. `account`: whose password it sets; NULL = it makes a new account.
invites = Table(
    "invites",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("expires_ms", Millis, nullable=False),
    Column("redeemed_ms", Millis),
    Column("kind", String, nullable=False),
    Column("areas", Text, nullable=False),
    Column("account", BigInteger),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("account", BigInteger, nullable=False, index=True),
    Column("added_ms", Millis, nullable=False),
    Column("expires_ms", Millis, nullable=False),
    Column("seen_ms", Millis, nullable=False),
    Column("agent", String, nullable=False),
)

# Of programs; each belongs to the account that made it and ends with it.
tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("account", BigInteger, nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("areas", Text, nullable=False),
    Column("added_ms", Millis, nullable=False),
    Column("expires_ms", Millis),
    Column("seen_ms", Millis),
)

"""What the gateway last knew of itself and its machine, kept so that its pages can show it."""

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, select, text

from gateway.faults.village.own import Vitals
from gateway.store.schema import vitals
from gateway.store.sql import upsert

_MACHINE = "machine"


class Archive(Struct, frozen=True):
    """The newest archive of the backups: its name, and its size in bytes; ``number``: how many there are."""

    name: str
    size: int
    number: int


class Attempt(Struct, frozen=True):
    """How the newest backup went that was tried; ``reason`` "" = well."""

    at_ms: int
    reason: str


class Machine(Struct, frozen=True, omit_defaults=True):
    """The gateway's process at ``vitals.at_ms``; None: it cannot be told. ``link_ms``: since when the broker has been
    as it is. ``telemetry``: what the time-series store is, ``telemetry_away_ms``: since when it takes nothing, 0 = it
    does. ``doubt``: why its own clock is not believed. ``archive`` None with ``backups``: there is none yet.
    """

    vitals: Vitals
    started_ms: int
    software: str
    python: str
    broker: str
    tls: bool
    database: str
    telemetry: str = ""
    link_ms: int | None = None
    telemetry_away_ms: int | None = None
    doubt: str = ""
    backups: bool = False
    archive: Archive | None = None
    attempt: Attempt | None = None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Machine).decode


def keep(db: Connection, machine: Machine) -> None:
    """In the place of what was known before."""
    upsert(db, vitals, [(_MACHINE, machine.vitals.at_ms, _encode(machine))])


def read(db: Connection) -> Machine | None:
    """None: the gateway has not told it yet, or another version of it did."""
    found = db.execute(select(vitals.c.body).where(vitals.c.name == _MACHINE)).scalar()
    try:
        return None if found is None else _decode(found)
    except msgspec.DecodeError:
        return None


_PAGES = text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
_RELATIONS = text(
    "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c "
    "WHERE c.relkind = 'r' AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))"
)


def size(db: Connection) -> int:
    """Bytes that the village's tables and indexes take."""
    return int(db.execute(_RELATIONS if db.dialect.name == "postgresql" else _PAGES).scalar_one())


def version(db: Connection) -> str:
    """What the database is, for people."""
    if db.dialect.name == "postgresql":
        return f"PostgreSQL {db.execute(text('SHOW server_version')).scalar_one()}"
    return f"SQLite {db.execute(select(func.sqlite_version())).scalar_one()}"

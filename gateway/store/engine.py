"""Opening a database: durable settings on every connection, tables made if missing, a version that must fit."""

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from gateway.store import schema
from gateway.store.sql import NotThere, StoreError
from gateway.store.store import Store

# An acknowledged record must survive a power cut: FULL syncs the write-ahead log at each commit.
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000")


def open_store(url: str, *, create: bool = True) -> Store:
    """The store at ``url`` (``sqlite:////path/file.db`` or ``postgresql+psycopg://…``).

    With ``create`` missing tables are made; without it nothing is, and :class:`NotThere` is raised where there are
    none. Raises :class:`StoreError` when it cannot be reached or has another version's tables.
    """
    try:
        parsed = make_url(url)
        if not create:
            _file_is_there(parsed)
        # Parameters by position, so that rows reach the driver as they are.
        style = {} if parsed.get_backend_name() == "sqlite" else {"paramstyle": "format"}
        engine = create_engine(parsed, **style)
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)
        with engine.execution_options(vsm_write=create).begin() as db:
            _check(db, create)
    except (ArgumentError, SQLAlchemyError, ImportError) as error:
        raise StoreError(f"database {_shown(url)}: {_first_line(error)}") from error
    return Store(engine)


def _file_is_there(url: URL) -> None:
    """SQLite makes a missing file by opening it, so that is looked at before."""
    name = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or name == ":memory:" or Path(name).exists():
        return
    folder = Path(name).absolute().parent
    if not folder.is_dir():
        raise StoreError(f"database {name}: the folder {folder} is missing; make it, for the user of the gateway")
    if not os.access(folder, os.W_OK):
        raise StoreError(f"database {name}: the folder {folder} cannot be written by this user; chown it")
    raise NotThere(f"database {name} is not there yet; start the gateway first")


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: object) -> None:
        # The driver's own idea of when a transaction begins is switched off: `begin` below says it.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(db: Connection) -> None:
        # A writer takes the lock at once: a reader that turns writer half-way would be refused instead of waiting.
        writes = db.get_execution_options().get("vsm_write")
        db.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check(db: Connection, create: bool) -> None:
    if create:
        schema.metadata.create_all(db)
    elif not inspect(db).has_table("schema_version"):
        raise NotThere("the database has no tables yet; start the gateway first")
    found = db.execute(select(schema.schema_version.c.version)).scalar()
    if found is None and create:
        db.execute(schema.schema_version.insert(), {"version": schema.VERSION})
    elif found != schema.VERSION:
        raise StoreError(f"the database has version {found} of the tables, this software needs {schema.VERSION}")


def _shown(url: str) -> str:
    """``url`` without a password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(not a database URL)"


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]

"""Opening a database: durable settings on every connection, tables made if missing, a revision that must fit."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from gateway.store import postgresql
from gateway.store.revisions import check
from gateway.store.sql import NotThere, StoreError, reading, writing
from gateway.store.store import Store

# An acknowledged record must survive a power cut: FULL syncs the write-ahead log at each commit.
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000")


def open_store(url: str, *, create: bool = True) -> Store:
    """The store at ``url`` (``sqlite:////path/file.db`` or ``postgresql+psycopg://…``).

    With ``create`` an empty database gets its tables; without it nothing is made, and :class:`NotThere` is raised where
    there are none. Raises :class:`StoreError` when it cannot be reached or its tables are of another revision.
    """
    with errors_of(url):
        if not create:
            _file_is_there(_parsed(url))
        engine = connect(url)
        try:
            with (writing(engine) if create else reading(engine)).begin() as db:
                check(db, create)
        except BaseException:
            engine.dispose()
            raise
    return Store(engine)


def _file_is_there(url: URL) -> None:
    """SQLite makes a missing file by opening it, so that is looked at before."""
    name = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or name == ":memory:" or Path(name).exists():
        return
    folder = Path(name).absolute().parent
    if not folder.is_dir():
        raise StoreError(f"the folder {folder} is missing; make it, for the user of the gateway")
    if not os.access(folder, os.W_OK):
        raise StoreError(f"the folder {folder} cannot be written by this user; chown it")
    raise NotThere("is not there yet; start the gateway first")


def connect(url: str) -> Engine:
    """An engine whose connections are durable; ``vsm_write`` among its execution options takes the lock at once."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        return postgresql.prepared(parsed)
    engine = create_engine(parsed)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


@contextmanager
def errors_of(url: str) -> Iterator[None]:
    """Whatever goes wrong at ``url`` leaves as :class:`StoreError` that names it."""
    try:
        yield
    except StoreError as error:
        raise type(error)(f"database {_shown(url)}: {error}") from error
    except (ArgumentError, SQLAlchemyError, ImportError) as error:
        raise StoreError(f"database {_shown(url)}: {_first_line(error)}") from error


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


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):  # its words may hold a part of the password
        raise StoreError("it cannot be read; in a name or password @ : / are written %40 %3A %2F") from None


def _shown(url: str) -> str:
    """``url`` without a password, which may also stand in its query."""
    try:
        return _parsed(url).difference_update_query(postgresql.SECRET).render_as_string(hide_password=True)
    except StoreError:
        return "(not a database URL)"


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]

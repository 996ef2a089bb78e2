"""Small helpers all rooms share: upserts in either dialect, and the errors that leave this package."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Literal

from sqlalchemy import Connection, Dialect, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.dml import Insert


class StoreError(Exception):
    """The database refused (full, locked, unreachable, damaged); nothing of the transaction is stored and it may be
    tried again."""


class NotThere(StoreError):
    """A database that was to be opened, not made, has no tables yet."""


class Conflict(StoreError):
    """Another worker, or a restored backup, moved what this transaction was built on: drop what is in RAM and read
    again."""


def reading(engine: Engine) -> Engine:
    """``engine`` for transactions that see one moment and change nothing."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def writing(engine: Engine) -> Engine:
    """``engine`` for transactions that take their turn as the database's one writer at their beginning."""
    return engine.execution_options(vsm_write=True)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction; the driver's errors leave it as :class:`StoreError`."""
    try:
        with engine.begin() as db:
            yield db
    except SQLAlchemyError as error:
        raise StoreError(str(error).partition("\n")[0]) from error


Rows = Sequence[tuple[object, ...]]


@cache
def _columns(table: Table) -> tuple[str, ...]:
    """The columns a row is given for: all but a number that the database draws."""
    drawn = table.autoincrement_column
    return tuple(column.name for column in table.columns if column is not drawn)


Doubles = Literal["refuse", "replace", "leave"]


@cache
def _statement(dialect: Dialect, table: Table, doubles: Doubles) -> str:
    """INSERT in the driver's own words, its parameters in the order of :func:`_columns`."""
    names = _columns(table)
    made = postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)
    statement: Insert = table.insert()
    if doubles == "leave":
        statement = made.on_conflict_do_nothing()
    elif doubles == "replace":
        keys = [column.name for column in table.primary_key]
        values = {name: made.excluded[name] for name in names if name not in keys}
        statement = made.on_conflict_do_update(index_elements=keys, set_=values)
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert tuple(compiled.positiontup or ()) == names  # noqa: S101  # or values would land in wrong columns
    return str(compiled)


def insert(db: Connection, table: Table, rows: Rows) -> None:
    """Insert ``rows``, each a value for every column in the table's order but for a number the database draws.

    It goes to the driver as it is: per reading this is the dearest part of the gateway, and binding by name doubles it.
    """
    if rows:
        db.exec_driver_sql(_statement(db.dialect, table, "refuse"), list(rows))


def upsert(db: Connection, table: Table, rows: Rows) -> None:
    """The same; a row with the primary key of one that is there overwrites it."""
    if rows:
        db.exec_driver_sql(_statement(db.dialect, table, "replace"), list(rows))


def insert_new(db: Connection, table: Table, rows: Rows) -> None:
    """The same; a row that some unique key has already is left as it is."""
    if rows:
        db.exec_driver_sql(_statement(db.dialect, table, "leave"), list(rows))

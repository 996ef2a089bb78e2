"""What the store holds, read with the database's own library and plain SQL, not with the store's code."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from sqlalchemy.engine import make_url

from demo.chaos.books import Content, Key, content
from demo.chaos.postgres import connected

SQLITE = "sqlite:///"
_JOURNAL = "SELECT node, stream, n, body FROM journal ORDER BY id"
_RANGES = 'SELECT node, stream, "first", "last" FROM lost_ranges ORDER BY id'
_MARKS = "SELECT node, stream, max(n) FROM journal GROUP BY node, stream"


class Away(Exception):
    """The database does not answer, or has no tables."""


class Range(NamedTuple):
    """Records that a node says it no longer has, first to last."""

    node: str
    stream: str
    first: int
    last: int


def rows(database: str) -> Iterator[tuple[Key, Content]]:
    """Every record in the order in which the gateway has applied it."""
    for node, stream, n, body in _ask(database, _JOURNAL):
        record = json.loads(bytes(body))
        yield Key(node, stream, n), content(record["boot"], record)


def lost_ranges(database: str) -> list[Range]:
    """Every reported loss."""
    return [Range(*row) for row in _ask(database, _RANGES)]


def marks(database: str) -> dict[tuple[str, str], int]:
    """The highest n of each (node, stream)."""
    return {(node, stream): n for node, stream, n in _ask(database, _MARKS)}


def holds_anything(database: str) -> bool:
    """Whether there are records in it."""
    try:
        return bool(_ask(database, "SELECT 1 FROM journal LIMIT 1"))
    except Away:
        return False


def _ask(database: str, query: str) -> list[Any]:
    try:
        if not database.startswith(SQLITE):
            with connected(database) as db:
                return db.execute(query.encode()).fetchall()
        path = Path(database.removeprefix(SQLITE))
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as file:
            return file.execute(query).fetchall()
    except (psycopg.Error, sqlite3.Error) as error:
        named = make_url(database).set(query={}).render_as_string()  # without a password, wherever it stands
        raise Away(f"{named}: {error}") from error

"""A database as a stranger sees and changes it: by its own driver, without the product."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy.engine import make_url


class Stranger:
    """Whoever else has the database at ``url``."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._lite = self._url.get_backend_name() == "sqlite"

    def does(self, statement: str, *values: object) -> int:
        """One statement with ``?`` for values; how many rows it changed."""
        with self._cursor() as cursor:
            return int(cursor.execute(self._said(statement), values).rowcount)

    def asks(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self._cursor() as cursor:
            return [tuple(row) for row in cursor.execute(self._said(query), values).fetchall()]

    def holds(self, *but: str) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables except those named."""
        lite = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1"
        server = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        names = [name for (name,) in self.asks(lite if self._lite else server) if name not in but]
        return {name: sorted(self.asks(f'SELECT * FROM "{name}"'), key=repr) for name in names}  # noqa: S608  # its own

    def _said(self, statement: str) -> str:
        return statement if self._lite else statement.replace("%", "%%").replace("?", "%s")

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        if self._lite:
            db: Any = sqlite3.connect(str(self._url.database))
        else:
            db = psycopg.connect(self._url.set(drivername="postgresql").render_as_string(hide_password=False))
        try:
            with db:
                yield db.cursor()
        finally:
            db.close()

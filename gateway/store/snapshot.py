"""Whole SQLite files: copied while they are in use, looked at before they take another's place."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from gateway.store import postgresql
from gateway.store.engine import errors_of
from gateway.store.revisions import newer, revision_of
from gateway.store.schema import REVISIONS
from gateway.store.sql import StoreError

_WAIT_S = 30


def sqlite_file(url: str) -> Path | None:
    """The file behind ``url``; None if it is no SQLite file."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))


def dump_command(url: str) -> str:
    """The command that keeps what is behind ``url``, which is no SQLite file. Raises :class:`StoreError`."""
    with errors_of(url):
        return postgresql.dump_command(make_url(url))


def snapshot(source: Path, target: Path) -> None:
    """The state of one moment of ``source``, which may be written to meanwhile, in the new file ``target`` (0600).

    Raises :class:`StoreError`: it cannot be read, or is damaged.
    """
    target.touch(mode=0o600, exist_ok=False)
    with _opened(source) as db:
        db.execute("VACUUM INTO ?", (str(target),))
    check(target)


def check(file: Path) -> None:
    """Raises :class:`StoreError` if ``file`` is no sound SQLite database."""
    with _opened(file) as db:
        said = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise StoreError(f"{file}: is damaged: {said}")


def file_revision(file: Path) -> str:
    """The revision of a store's tables. Raises :class:`StoreError` if it is none, or a newer program's."""
    url = f"sqlite:///{file}"
    with errors_of(url):
        engine = create_engine(url)  # not the store's own: looking changes nothing
        try:
            with engine.connect() as db:
                found = revision_of(db)
        finally:
            engine.dispose()
        if found is None:
            raise StoreError("is no store of a gateway")
        if found not in REVISIONS:
            raise StoreError(newer(found))
    return found


def in_use(file: Path) -> bool:
    """Whether another process or connection has ``file`` open: only the last one can leave the write-ahead log."""
    if not file.exists():
        return False
    try:
        with closing(sqlite3.connect(file, timeout=1)) as db:
            return bool(db.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete")
    except sqlite3.DatabaseError as error:  # a damaged one is nobody's
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True, timeout=_WAIT_S)) as db:
            yield db
    except sqlite3.Error as error:
        raise StoreError(f"{file}: {error}") from error

"""A PostgreSQL of the operating system beside the harness, on files of its own."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from demo.chaos.place import DATABASE, Missing, program
from demo.workplace import HOST, free_port

USER = "vsm"
SCHEMA = "chaos"
# Whoever asks may be the one who is to let a stopped server go on: it must not wait for that.
CONNECT_S = 2
_LONGEST = "SET statement_timeout = '30s'"
_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


def cut(database: str) -> None:
    """End all connections of others to ``database`` (a SQLAlchemy URL); nothing happens while it is away."""
    with suppress(psycopg.OperationalError), connected(database) as db:
        db.execute(_CUT, [db.info.backend_pid])


def connected(database: str) -> "psycopg.Connection[Any]":
    """A connection to ``database`` that waits for nobody for long. Raises psycopg.OperationalError."""
    plain = database.replace("postgresql+psycopg:", "postgresql:", 1)  # the name of SQLAlchemy's driver is not libpq's
    db = psycopg.connect(plain, autocommit=True, connect_timeout=CONNECT_S)
    db.execute(_LONGEST)
    return db


class Postgres:
    """One server below ``folder``. Raises :class:`Missing`."""

    def __init__(self, folder: Path, path: str) -> None:
        folder.mkdir()
        self._port = free_port()
        tools = _tools(path)
        user = _not_root(folder)
        made = [*user, str(tools / "initdb"), f"--username={USER}", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        subprocess.run([*made, "-D", f"{folder}/data"], check=True, capture_output=True)
        settings = (f"listen_addresses={HOST}", f"unix_socket_directories={folder}")
        options = [part for one in settings for part in ("-c", one)]
        follow = [*user, "--pdeathsig", "KILL"] if user else []  # a change of user forgets what was set before it
        self.argv = [*follow, str(tools / "postgres"), "-D", f"{folder}/data", "-p", str(self._port), *options]

    @property
    def database(self) -> str:
        """What settings call it."""
        return f"postgresql+psycopg://{USER}@{HOST}:{self._port}/{DATABASE}?options=-csearch_path%3D{SCHEMA}"

    def ready(self) -> bool:
        """Whether it answers, and has the database."""
        with suppress(psycopg.OperationalError):
            login = f"host={HOST} port={self._port} user={USER} dbname=postgres connect_timeout={CONNECT_S}"
            with psycopg.connect(login, autocommit=True) as db, suppress(psycopg.errors.DuplicateDatabase):
                db.execute("CREATE DATABASE vsm")
            return True
        return False


def _tools(path: str) -> Path:
    """Where the server's programs are, which Debian keeps out of everybody's path."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[4]))
    return packaged[-1].parent if packaged else Path(program("initdb", path)).parent


def _not_root(folder: Path) -> list[str]:
    """How a program is started that refuses to be root; ``folder`` becomes its user's, who may pass through to it."""
    if os.geteuid():
        return []
    with suppress(LookupError):
        shutil.chown(folder, "postgres", "postgres")
        folder.parent.chmod(0o711)
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    raise Missing("there is no user postgres; on Debian: apt install postgresql")

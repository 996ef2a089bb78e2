"""Real servers for tests: processes with a port, each on files of its own; they can be killed and started again."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import psycopg

from gateway.telemetry.influx import Influx

PASSWORD = "test-only"
DATABASE = "vsm"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(check: Callable[[], object], within_s: float = 15.0) -> None:
    """Wait until ``check`` is true; the test fails if it never is."""
    until = time.monotonic() + within_s
    while not check():
        assert time.monotonic() < until, f"not within {within_s} s"
        time.sleep(0.05)


class Server:
    """A process with a port; it can be killed and started again on the same files."""

    def __init__(self, command: list[str], port: int, folder: Path) -> None:
        self.command, self.port, self.folder = command, port, folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        wait_for(self.answers, 60)

    def answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def running(server: Server) -> Iterator[None]:
    try:
        server.start()
        yield
    finally:
        server.kill()


class InfluxServer(Server, ABC):
    """An InfluxDB with a login and a database (bucket) ``vsm``; each generation says how."""

    generation = ""
    # What a lacking database and a wrong login are answered with, and what to do is said to be.
    create_words = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """The gateway's settings ``telemetry``."""

    @abstractmethod
    def headers(self) -> dict[str, str]:
        """What a stranger's client sends to log in."""

    @abstractmethod
    def create(self, database: str) -> None:
        """Make a database (bucket) that is not there yet."""

    @abstractmethod
    def drop(self, database: str) -> None:
        """Delete one with all that is in it."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether it answers to that login, and has the database."""

    def opened(self, **other: Any) -> Influx:
        """The product's own client; ``other`` settings replace those that fit."""
        settings = self.settings() | other
        basic = "username" in settings
        login = f"{settings['username']}:{settings['password']}" if basic else settings["token"]
        return Influx(settings["url"], settings["bucket"], org=settings.get("org", ""), login=login, basic=basic)

    def ask(self, query: str, database: str = DATABASE) -> Any:
        """The answer to a query of InfluxQL, as any client gets it."""
        text = urlencode({"db": database, "q": query, "epoch": "ms"})
        return self._send(f"/query?{text}")

    def _send(self, path: str, data: bytes | None = None, method: str | None = None) -> Any:
        with urlopen(Request(f"{self.url}{path}", data, self.headers(), method=method), timeout=30) as answer:  # noqa: S310  # our own server
            return json.loads(answer.read() or b"null")


CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  {data}
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  auth-enabled = true
  log-enabled = false
  {http}
"""


class Influx1(InfluxServer):
    """InfluxDB 1.x of the operating system, with authentication on."""

    generation = "1."
    create_words = "influx -execute 'CREATE DATABASE"

    # More settings of its sections [data] and [http].
    data, http = "", ""

    @classmethod
    def on(cls, program: Path, folder: Path) -> "Influx1":
        config, port = folder / "influxdb.conf", free_port()
        more = {"data": cls.data, "http": cls.http}
        config.write_text(CONFIG.format(folder=folder, port=port, rpc=free_port(), **more))
        return cls([str(program), "-config", str(config)], port, folder)

    def settings(self) -> dict[str, Any]:
        return {"url": self.url, "bucket": DATABASE, "username": "vsm", "password": PASSWORD}

    def headers(self) -> dict[str, str]:
        return {"Authorization": "Basic " + b64encode(f"vsm:{PASSWORD}".encode()).decode()}

    def say(self, statement: str, database: str = DATABASE) -> None:
        login = urlencode({"u": "vsm", "p": PASSWORD, "db": database})
        with urlopen(f"{self.url}/query?{login}", urlencode({"q": statement}).encode(), timeout=30) as answer:  # noqa: S310  # our own server
            answer.read()  # who does not wait for it interrupts the statement

    def create(self, database: str) -> None:
        self.say(f"CREATE DATABASE {database}")

    def drop(self, database: str) -> None:
        self.say(f"DROP DATABASE {database}")

    def ready(self) -> bool:
        with suppress(URLError, OSError):
            self.say(f"CREATE USER vsm WITH PASSWORD '{PASSWORD}' WITH ALL PRIVILEGES")
            self.say(f"CREATE DATABASE {DATABASE}")
            return True
        return False


class Influx2(InfluxServer):
    """InfluxDB 2.x as scripts/get-influxdb2 builds it."""

    generation = "v2."
    create_words = "influx bucket create --org v-01"

    @classmethod
    def on(cls, program: Path, folder: Path) -> "Influx2":
        port = free_port()
        places = [f"--{name}-path={folder}/{name}" for name in ("bolt", "sqlite", "engine")]
        listen = f"--http-bind-address=127.0.0.1:{port}"
        return cls([str(program), listen, *places, "--reporting-disabled"], port, folder)

    def settings(self) -> dict[str, Any]:
        return {"url": self.url, "bucket": DATABASE, "org": "v-01", "token": PASSWORD}

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {PASSWORD}"}

    def create(self, database: str) -> None:
        org = self._send("/api/v2/orgs?org=v-01")["orgs"][0]["id"]
        self._send("/api/v2/buckets", json.dumps({"orgID": org, "name": database, "retentionRules": []}).encode())

    def drop(self, database: str) -> None:
        bucket = self._send(f"/api/v2/buckets?name={database}")["buckets"][0]["id"]
        self._send(f"/api/v2/buckets/{bucket}", method="DELETE")

    def ready(self) -> bool:
        asked = {"username": "vsm", "password": PASSWORD, "org": "v-01", "bucket": DATABASE, "token": PASSWORD}
        with suppress(URLError, OSError):
            self._send("/api/v2/setup", json.dumps(asked).encode())
            return True
        return False


def influxd2_is_built(root: Path) -> bool:
    """Whether scripts/get-influxdb2 has nothing to do, so that a test with 2.x takes seconds, not minutes."""
    script = (root / "scripts" / "get-influxdb2").read_text(encoding="utf-8")
    version = next(line.partition("=")[2] for line in script.splitlines() if line.startswith("version="))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return os.access(cache / "vsm" / f"influxd-{version}", os.X_OK)


@contextmanager
def influx(kind: type[Influx1 | Influx2], program: Path, folder: Path) -> Iterator[InfluxServer]:
    """A running one, set up."""
    folder.mkdir()
    server = kind.on(program, folder)
    with running(server):
        wait_for(server.ready, 60)
        yield server


class Postgres(Server):
    """A PostgreSQL of the operating system with a database ``vsm``; what is in it survives ``kill``."""

    @classmethod
    def on(cls, initdb: Path, folder: Path) -> "Postgres":
        """A new one in ``folder``, which is its own user's from now on."""
        user = _not_root(folder)
        made = [*user, str(initdb), "--username=vsm", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run([*made, "-D", f"{folder}/data"], check=True, capture_output=True)
        port = free_port()
        # A killed process loses nothing that it gave to the kernel; pulling the plug is another test's business.
        settings = (
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={folder}",
            "fsync=off",
            "max_connections=200",
        )
        options = [part for one in settings for part in ("-c", one)]
        server = [str(initdb.with_name("postgres")), "-D", f"{folder}/data", "-p", str(port)]
        return cls([*user, *server, *options], port, folder)

    def url(self, schema: str = "public", port: int | None = None) -> str:
        """What settings call ``database``; ``port``: of something that lies between."""
        server = f"vsm:{PASSWORD}@127.0.0.1:{port or self.port}/vsm"
        return f"postgresql+psycopg://{server}?options=-csearch_path%3D{schema}"

    def emptied(self, schema: str) -> str:
        """The URL of ``schema`` with its tables, if they were made, as good as new: making them takes longer."""
        self.ask(EMPTY.format(schema))
        return self.url(schema)

    def start(self) -> None:
        """Start it, again while what a killed one left behind is in the way."""

        def up() -> bool:
            if self.process is None or self.process.poll() is not None:
                with (self.folder / "server.log").open("ab") as log:
                    self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
            return self.answers()

        wait_for(up, 60)
        if not self.ask("SELECT 1 FROM pg_database WHERE datname = 'vsm'", "postgres"):
            self.ask("CREATE DATABASE vsm", "postgres")

    def kill(self) -> None:
        """All of its processes: one that serves a connection outlives the first by a while."""
        pid = self.process.pid if self.process else 0
        children: list[str] = []
        with suppress(FileNotFoundError):
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        super().kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        wait_for(lambda: all(map(_is_over, children)))

    def answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            return bool(self.ask("SELECT 1", "postgres"))
        return False

    def ask(self, statement: str, database: str = "vsm") -> list[tuple[Any, ...]]:
        """The rows of one statement, as any client gets them."""
        login = {"host": "127.0.0.1", "port": self.port, "user": "vsm", "dbname": database, "connect_timeout": 5}
        with psycopg.connect(**login, autocommit=True) as db:  # type: ignore[arg-type]  # mixed values
            found = db.execute(statement.encode())
            return found.fetchall() if found.description else []


EMPTY = """
DO $$ DECLARE one text; BEGIN
FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = '{0}' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM "{0}".%I', one);
END LOOP;
FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = '{0}' LOOP
    PERFORM setval(format('"{0}".%I', one), 1, false);
END LOOP;
END $$"""


def _is_over(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def _not_root(folder: Path) -> list[str]:
    """How a program is started that refuses to be root; ``folder`` becomes its user's."""
    if os.geteuid():
        return []
    with suppress(LookupError):
        shutil.chown(folder, "postgres", "postgres")
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    shutil.chown(folder, "nobody", "nogroup")
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


@contextmanager
def postgresql(initdb: Path) -> Iterator[Postgres]:
    """A running one. Its folder is beside pytest's, where only root may look."""
    with tempfile.TemporaryDirectory(prefix="vsm-postgres-") as folder:
        server = Postgres.on(initdb, Path(folder))
        with running(server):
            yield server

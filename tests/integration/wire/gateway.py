"""Gateways of the product, loop, ingest and store, on a database that can be copied, put back, and made to fail."""

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from contracts.inventory import Village
from contracts.messages import Ack, StateMessage, encode
from contracts.topics import GATEWAY, Topic
from gateway.faults import Rules
from gateway.ingest import Ingest
from gateway.intake import Heard, Link, Message
from gateway.service import Service
from gateway.store import Batch, Store, StoreError, open_store
from tests.integration.wire.channel import Broker, Flying
from tests.integration.wire.node import VILLAGE, WALL_MS

CAMERA = {"kind": "camera", "driver": "opencv", "id": "cam-01", "source": "usb:0"}
NAME = {"zh": "村", "en": "Village"}
JUNCTION = {"id": "j-01", "name": NAME, "lat": 30.5, "lon": 120.5, "nodes": [{"id": "n-01", "devices": [CAMERA]}]}
HOME = Village.model_validate(
    {"id": VILLAGE, "name": NAME, "grids": [{"id": "g-01", "name": NAME, "junctions": [JUNCTION]}]}
)
RULES = Rules()


class Row(NamedTuple):
    """A row of the journal, read without the product."""

    stream: str
    n: int
    body: bytes


class Failing(Store):
    """A real store whose next commits fail: before anything is written, or after all of it is."""

    fail: list[str]

    def record(self, batch: Batch) -> None:
        when = self.fail.pop() if self.fail else None
        if when == "before":
            raise StoreError("database or disk is full")
        super().record(batch)
        if when == "after":
            raise StoreError("connection lost")


@dataclass
class Database:
    """A store in memory or in a file, and the questions that tests ask of it in SQL of their own."""

    url: str = "sqlite:///:memory:"

    def __post_init__(self) -> None:
        self.store = open_store(self.url)
        self.store.__class__ = Failing
        assert isinstance(self.store, Failing)
        self.failures: list[str] = []
        self.store.fail = self.failures
        self.backups: list[sqlite3.Connection] = []

    def ask(self, query: str, *values: object) -> Sequence[Any]:
        with self.store._read.connect() as db:
            return db.exec_driver_sql(query, values).fetchall()

    @contextmanager
    def _raw(self) -> Iterator[sqlite3.Connection]:
        with closing(self.store._read.raw_connection()) as connection:
            driver = connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            yield driver

    def copy(self) -> sqlite3.Connection:
        """A backup, which closes with the database."""
        backup = sqlite3.connect(":memory:")
        self.backups.append(backup)
        with self._raw() as raw:
            raw.backup(backup)
        return backup

    def put_back(self, backup: sqlite3.Connection) -> None:
        """As it was."""
        with self._raw() as raw:
            backup.backup(raw)

    def close(self) -> None:
        self.store.close()
        for backup in self.backups:
            backup.close()

    def journal(self, stream: str | None = None) -> list[Row]:
        rows = [Row(*row) for row in self.ask("select stream, n, body from journal order by id")]
        return [row for row in rows if stream in (None, row.stream)]

    def lost(self) -> list[tuple[str, int, int]]:
        return [tuple(row) for row in self.ask("select stream, first, last from lost_ranges order by id")]

    def cards(self) -> dict[str, tuple[int, str | None, int]]:
        return {row[0]: tuple(row[1:]) for row in self.ask("select stream, done, done_boot, top from streams")}

    def current(self) -> str | None:
        rows = self.ask("select current from nodes where node <> ?", GATEWAY)
        return rows[0][0] if rows else None

    def shown(self) -> tuple[str, int] | None:
        """The record that the live view of the camera stands at."""
        rows = self.ask("select stream, n from live where device = 'cam-01' and n is not null")
        return tuple(rows[0]) if rows else None

    def faults(self) -> list[str]:
        """Those of cards and identity that were ever opened; nobody takes them, so none is closed."""
        codes = ("card_damaged_or_cloned", "duplicate_node_identity", "node_storage_replaced")
        rows = self.ask("select code, id from faults where code in (?, ?, ?) order by code, id", *codes)
        return [code for code, _ in rows]


class Impatient(queue.SimpleQueue[Heard]):
    """A queue that never waits: time passes by hand here."""

    def get(self, block: bool = True, timeout: float | None = None) -> Heard:  # noqa: ARG002  # its base class's signature
        return super().get(block=False)


class Hurried(threading.Event):
    """Somebody who stops for nothing."""

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002  # its base class's signature
        return self.is_set()


@dataclass
class Worker:
    """One gateway process: the loop of the product, which hears what is let through. ``mute``: its acks never leave."""

    database: Database
    broker: Broker
    boot: str
    now_s: Callable[[], float]
    heard: Impatient = field(default_factory=Impatient)
    acked: list[Ack] = field(default_factory=list)
    mute: bool = False

    def __post_init__(self) -> None:
        store = self.database.store
        self.service = Service(lambda: Ingest(HOME, RULES, store, self.now_ms()), store, self, self, (1, 500))
        self.service.stop = Hurried()
        self.say("ready")
        self.connect()

    def now_ms(self) -> int:
        return WALL_MS + int(self.now_s() * 1000)

    def mono_s(self) -> float:
        return self.now_s()

    def say(self, state: Any) -> None:
        word = encode(StateMessage(state, self.boot, self.now_ms()))
        self.broker.publish(str(Topic(VILLAGE, GATEWAY, "state")), word, retain=True)

    def connect(self) -> None:
        """It hears its broker, and first what that keeps."""
        self.heard.put(Link(True, self.now_ms()))
        for topic, payload in self.broker.retained.items():
            if f"/{GATEWAY}/" not in topic:
                self.hear(topic, payload, retained=True)

    def disconnect(self) -> None:
        """Its broker is gone."""
        self.heard.put(Link(False, self.now_ms()))

    def hear(self, topic: str, payload: bytes, *, retained: bool = False) -> None:
        self.heard.put(Message(topic, payload, self.now_ms(), retained))

    def acknowledge(self, acks: list[tuple[str, Ack]]) -> None:
        """Send acks, none of which may say more than is committed."""
        for node, ack in acks:
            done, boot, _ = self.database.cards().get(ack.stream, (0, None, 0))
            assert ack.n <= done, f"ack {ack.n} of {ack.stream} before its commit, {done} is committed"
            assert ack.n < done or ack.boot == boot
            self.acked.append(ack)
            if not self.mute:
                self.broker.send(Flying(str(Topic(VILLAGE, node, "ack")), encode(ack), down=True))

    def step(self) -> None:
        """One turn of the loop: take what came, commit, acknowledge."""
        self.service.once()

    def judge_only(self) -> None:
        """Take what came and commit nothing: it is killed before."""
        self.service._collect()

"""A node of the product, its spool and line, on a card that can be cut from its power, copied, and made to lie."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from contracts.messages import BirthDevice, Reading
from contracts.settings import BrokerSettings
from edge import records, segments
from edge.clock import Clock
from edge.spool import Record, Spool
from edge.uplink import Identity, Line, Uplink
from tests.integration.wire.channel import Broker

VILLAGE, NODE, CAMERA = "v-01", "n-01", "cam-01"
TOPIC = f"vsm/v1/{VILLAGE}/{NODE}"
WALL_MS = 1_790_000_000_000
CAP = 24 * 1024
# So that a few dozen records are more than the cap: a reading with some measurements, of about 400 bytes.
PADDING = {f"m{number:02d}": 0.5 for number in range(30)}

Key = tuple[str, int, str]
# What is found, after a power cut, of a batch that was being written.
Remains = Literal["nothing", "half", "all"]


@dataclass
class Card:
    """A folder that holds a spool. ``images``: the files as they were durable, at each moment since it was put in."""

    folder: Path
    images: list[dict[str, bytes]] = field(default_factory=list)

    def synced(self) -> None:
        """What the card holds now survives a power cut."""
        self.images = [*self.images[-8:], self._read()]

    def _read(self) -> dict[str, bytes]:
        files = (path for path in self.folder.rglob("*") if path.is_file() and path.name != "lock")
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}

    def back(self, syncs: int = 0) -> None:
        """Hold again only what was durable: ``syncs`` > 0 is a card that lied about so many of them.

        A file that was deleted since comes back on a card that lied alone.
        """
        there = self._read()
        self.images = self.images[: max(1, len(self.images) - syncs)]
        if not syncs:
            self.images[-1] = {name: self.images[-1][name] for name in there if name in self.images[-1]}
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        for name, content in self.images[-1].items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_bytes(content)

    def forget(self, file: Path, remains: Remains) -> None:
        """The power goes while the tail of ``file`` is not durable yet."""
        content = file.read_bytes()
        old = self.images[-1].get(str(file.relative_to(self.folder)), b"").rstrip(b"\0")
        new = content.rstrip(b"\0")
        end = {"nothing": len(old), "half": (len(old) + len(new)) // 2, "all": len(new)}[remains]
        file.write_bytes(content[:end].ljust(len(content), b"\0"))
        self.synced()

    def copy(self, folder: Path) -> "Card":
        """The same content on another card."""
        shutil.copytree(self.folder, folder)
        return Card(folder)


@dataclass
class Ledger:
    """What spools took, written outside of them: the serial number of each record's content. ``maybe``: those of a
    batch during which the power went, before the spool had said yes.
    """

    accepted: dict[Key, int] = field(default_factory=dict)
    maybe: dict[Key, int] = field(default_factory=dict)
    events: set[Key] = field(default_factory=set)
    serial: int = 0

    def draw(self) -> int:
        self.serial += 1
        return self.serial


class PowerCut(BaseException):
    """The power goes in the middle of something."""


@dataclass
class Computer:
    """One start of the node's process on a card. ``due_s``: when it wants to be stepped again. ``cut``: at the next
    sync the power goes, and what is found of the batch then.
    """

    card: Card
    broker: Broker
    ledger: Ledger
    draw: Callable[[int], str]
    cap: int = CAP
    due_s: float = 0.0
    now_s: float = 0.0
    cut: Remains | None = None
    woken: bool = False

    def __post_init__(self) -> None:
        self.boot = self.draw(8)
        self.spool = Spool.open(self.card.folder, cap_bytes=self.cap, draw=self.draw)
        self.card.synced()
        devices = (BirthDevice(CAMERA, "camera", 60.0),)
        who = Identity(VILLAGE, NODE, self.boot, "0.1.0", "sha256:0", devices)
        line = Line(BrokerSettings(), None, self._wake, lambda: None)
        clock = Clock(lambda: self.now_s, lambda: WALL_MS + int(self.now_s * 1000), lambda: "ntp")
        self.uplink = Uplink(who, self.spool, line, clock, self.broker.connect)

    def _wake(self) -> None:
        self.woken = True

    def accept(self, count: int = 1, *, event: bool = False, of: int = 8) -> list[Key]:
        """``count`` records, ``of`` a batch; what the spool said yes to."""
        return [key for start in range(0, count, of) for key in self._batch(min(of, count - start), event=event)]

    def _batch(self, count: int, *, event: bool) -> list[Key]:
        keys: list[Key] = []
        for _ in range(count):
            serial = self.ledger.draw()
            reading = Reading(CAMERA, "up", m={**PADDING, "serial": float(serial)})
            now_ms = int(self.now_s * 1000)
            body = records.fixed([reading], WALL_MS + now_ms, now_ms, "ntp")
            key = (self.spool.stream, self.spool.append(body, boot=self.boot, event=event), self.boot)
            self.ledger.maybe[key] = serial
            keys.append(key)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(segments, "sync_data", partial(self._sync, segments.sync_data))
            self.spool.commit()
        self.due_s = self.now_s
        self.ledger.accepted |= {key: self.ledger.maybe[key] for key in keys}
        if event:
            self.ledger.events |= set(keys)
        return keys

    def _sync(self, real: Callable[[int], None], fd: int) -> None:
        if self.cut is None:
            real(fd)
            self.card.synced()
            return
        assert self.spool._active is not None
        self.card.forget(self.spool._active.path, self.cut)
        raise PowerCut

    def step(self, now_s: float) -> None:
        """One turn of the work loop."""
        self.now_s, self.woken = now_s, False
        stream = self.spool.stream
        due_s = self.uplink.step(now_s)
        self.due_s = now_s if self.woken else due_s
        if self.spool.stream != stream:
            self.card.synced()

    def held(self) -> list[Record]:
        """Everything its spool can still send."""
        return self.spool.after(0, 1_000_000)

    def keys(self) -> set[Key]:
        return {(self.spool.stream, record.n, record.boot) for record in self.held()}

    def off(self, lied: int = 0) -> Card:
        """The power is cut; its card, holding what was durable."""
        self.spool.close()
        if self.uplink._link is not None and self.uplink._link in self.broker.links:
            self.broker.links[self.broker.links.index(self.uplink._link)].cut()
        self.card.back(lied)
        return self.card


def serial_of(body: bytes) -> tuple[str, int]:
    """The boot and the content's serial number of a stored message."""
    said = msgspec.json.decode(body)
    return said["boot"], int(said["r"][0]["m"]["serial"])

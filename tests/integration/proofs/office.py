"""A gateway's sending side in a time of its own: the real store, rounds, senders and channels, and vendors on sockets.

What vendors received is their own ledger's word; what is stored is read from the file.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec
from msgspec import Struct
from pydantic import TypeAdapter

from contracts.inventory import Village
from demo.vendors import SECRET
from demo.vendors.ledger import Received
from gateway.delivery.channels import Channel, ChannelSettings, open_channel
from gateway.delivery.courier import Courier, Desk
from gateway.delivery.dispatcher import AUDIT_MS, Rounds
from gateway.delivery.settings import DispatchSettings
from gateway.delivery.start import directory
from gateway.delivery.writing import Writer
from gateway.dispatch.roster import Roster
from gateway.dispatch.templates import TEMPLATES
from gateway.effects import message_write
from gateway.faults import Message, Rules
from gateway.faults.catalogue import severity
from gateway.faults.kinds import AssetKind, MessageKind
from gateway.faults.order import PersonMove
from gateway.faults.village.own import Silent, Vitals
from gateway.ingest import Ingest
from gateway.store import Batch, FaultEnd, FaultOpen, FaultWrite, InputRow, MessageWrite, MoveWish, open_store
from tests.integration.proofs.place import Said, said
from tests.rosters import ms

START = ms("2026-11-11 10:00")
S, MINUTE, HOUR = 1000, 60_000, 3_600_000
_UNHEARD = "select count(*) from outbox where state = 'dead' or not confirmed and state <> 'joined' and next_ms <= ?"
READ: TypeAdapter[dict[str, ChannelSettings]] = TypeAdapter(dict[str, ChannelSettings])
KINDS: Mapping[str, AssetKind] = {
    "cam": "camera",
    "light": "warning_light",
    "cp": "charge_point",
    "j": "junction",
    "f": "feeder",
}


class Clock:
    """``at_ms`` is what one sets it to, and sleeping moves it. Signatures take the vendors' own time."""

    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms
        self.mono_s: Callable[[], float] = lambda: self.at_ms / 1000
        self.now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000

    def sleep(self, seconds: float) -> None:
        self.at_ms += round(seconds * 1000)


class Doors(Protocol):
    """Where vendors are reached, and what they have received."""

    smtp_port: int

    @property
    def url(self) -> str:
        """Of the HTTP side."""
        ...

    def received(self, channel: str | None = None) -> list[Received]:
        """Letters, oldest first."""
        ...


class Arrived(NamedTuple):
    """A letter, when it came by the office's clock, and who had it: a person's id, or the room's ``group``."""

    at_ms: int
    who: str
    letter: Received

    @property
    def said(self) -> Said:
        return said(self.letter)


def ways(vendors: Doors, **other: Mapping[str, Any]) -> dict[str, ChannelSettings]:
    """Every channel at these vendors, with no limit of letters a minute; ``other``: what is different on one."""
    bridge = {"url": f"{vendors.url}/adapter", "secret": SECRET, "templates": {one: one for one in TEMPLATES}}
    mail = {"host": "127.0.0.1", "port": vendors.smtp_port, "security": "plain", "sender": "vsm@village.example"}
    usual: dict[str, dict[str, Any]] = {
        "wecom": {"kind": "wecom", "url": f"{vendors.url}/cgi-bin/webhook/send", "secret": SECRET},
        "hook": {"kind": "webhook", "url": f"{vendors.url}/webhook", "secret": SECRET},
        "sms": {"kind": "sms"} | bridge,
        "voice": {"kind": "voice"} | bridge,
        "mail": {"kind": "smtp"} | mail,
    }
    return READ.validate_python(
        {one: row | {"per_minute": 6000} | dict(other.get(one, {})) for one, row in usual.items()}
    )


class Premises(Struct, frozen=True):
    """Where an office is opened. ``channels`` None: all of :func:`ways`; ``lease``: its name among those on a file."""

    file: Path
    vendors: Doors
    village: Village
    roster: Roster
    rules: Rules = Rules()
    at_ms: int = START
    channels: Mapping[str, ChannelSettings] | None = None
    lease: str = "one"


class Office:
    """Faults are written as ingest writes them: with the product's own addressing, in one transaction."""

    def __init__(self, at: Premises) -> None:
        self.file, self.rules, self.clock = at.file, at.rules, Clock(at.at_ms)
        self.ledgers: list[Doors] = [at.vendors]
        self._seen: dict[int, int] = {}
        self.store = open_store(f"sqlite:///{at.file}")
        if self.store.roster() is None:
            self.store.load_roster("test", at.roster.model_dump_json(by_alias=True).encode(), at.at_ms)
        settings = ways(at.vendors) if at.channels is None else at.channels
        self.known = directory(settings, at.village, self.rules, self.store)
        self.channels = {one: open_channel(one, settings[one], self.clock) for one in settings}
        self.rounds = Rounds(self.store, self.known, self.rules, self.now)
        self.village, self._lease = at.village, at.lease
        self.couriers = {one: self.courier(channel) for one, channel in self.channels.items()}
        self._names = {to: one.id for one in at.roster.people for to in (one.phone, one.email) if to}
        self.arrived: list[Arrived] = []
        self.plan: list[tuple[int, Callable[[], object]]] = []

    def now(self) -> int:
        return self.clock.at_ms

    def courier(self, channel: Channel) -> Courier:
        """A sender of this office's letters."""
        writer = Writer(self.village, self.store, self.known.setup, DispatchSettings(), self.now)
        desk = Desk(self.store.letters, writer.write, self.rules.dispatch, self.now, lambda: 0.0, self._lease)
        return Courier(channel, desk)

    def close(self) -> None:
        for channel in self.channels.values():
            channel.close()
        self.store.close()

    @cached_property
    def ingest(self) -> Ingest:
        """The gateway that judges; it hears its broker."""
        made = Ingest(self.village, self.rules, self.store, self.now(), self.known.setup)
        made.back(self.now())
        return made

    # What happens

    def write(self, *items: FaultWrite) -> None:
        self.store.record(Batch(self.now(), faults=list(items)))

    def told(self, kind: MessageKind, asset: str, code: str) -> MessageWrite:
        """A message of this moment, with its addresses."""
        return message_write(self.known.setup(), kind_of(asset), Message(kind, asset, code, self.now()))

    def begin(self, asset: str, code: str = "dark", since_ms: int | None = None) -> FaultOpen:
        opened_ms = self.now() if since_ms is None else since_ms
        place = asset.replace(asset.partition("-")[0], "j", 1)
        return FaultOpen(asset, kind_of(asset), place, code, None, severity(code, kind_of(asset)), opened_ms)

    def problem(self, *assets: str, code: str = "stuck_on") -> None:
        """Faults, and people are told."""
        self.write(*(row for one in assets for row in (self.begin(one, code), self.told("problem", one, code))))

    def over(self, *assets: str, code: str = "stuck_on") -> None:
        """Their ends, and people are told."""
        ends = (FaultEnd(one, code, None, self.now(), self.now()) for one in assets)
        self.write(*(row for end in ends for row in (end, self.told("recovery", end.asset, code))))

    def ask(self, asset: str, move: PersonMove, code: str = "stuck_on", **more: Any) -> InputRow:
        """Somebody moves the work order of the newest fault of this; what became of it."""
        wish = MoveWish(self.number(asset, code), move, role="maintenance", **more)
        added = self.store.add_input("move", msgspec.json.encode(wish), "li", None, self.now())
        for row in self.store.waiting_inputs():
            self.ingest.person(row, self.store.fault(wish.fault), self.now())
            self.ingest.commit(self.now())
        found = self.store.input(added)
        assert found is not None
        return found

    def number(self, asset: str, code: str = "stuck_on") -> str:
        """The newest fault of this."""
        query = "select id from faults where asset = ? and code = ? order by opened_ms desc, id desc"
        return str(self.rows(query, asset, code)[0][0])

    # Time

    def carry(self) -> None:
        """Send all that may go now."""
        busy = True
        while busy:
            turns = [courier.once() for courier in self.couriers.values()]
            busy = any(turns)
            self._look()

    def _look(self) -> None:
        for number, vendors in enumerate(self.ledgers):
            letters = vendors.received()
            for letter in letters[self._seen.get(number, 0) :]:
                self.arrived.append(Arrived(self.now(), self._names.get(letter.to, letter.to), letter))
            self._seen[number] = len(letters)

    def run(self, until_ms: int) -> None:
        """Let time pass, from one moment at which something is due to the next. While there is anything for the
        auditor, that is each minute."""
        while True:
            for moment in [one for one in self.plan if one[0] <= self.now()]:
                self.plan.remove(moment)
                moment[1]()
            self.rounds.once()
            self.carry()
            if self.now() >= until_ms:
                return
            self.clock.at_ms = min(until_ms, self._next())

    def watch(self) -> None:
        """From now on the gateway judges its own state each minute, its channels' among it."""
        found = (one.trouble for one in self.couriers.values())
        silent = tuple(Silent(trouble.channel, trouble.since_ms) for trouble in found if trouble)
        self.ingest.own(Vitals(self.now(), channels=silent), self.now())
        self.ingest.tick(self.now())
        self.ingest.commit(self.now())
        self.plan.append((self.now() + MINUTE, self.watch))

    def later(self, text: str, asset: str, move: PersonMove, **more: Any) -> None:
        """Somebody moves a work order at that moment of the village's time."""
        self.plan.append((ms(text), lambda: self.ask(asset, move, **more)))

    def _next(self) -> int:
        due = "select next_ms from outbox where state in ('waiting', 'sending') union select next_ms from ladders"
        found = self.rows(f"select min(next_ms) from ({due}) where next_ms > ?", self.now())[0][0]  # noqa: S608  # our own words
        planned = [at_ms for at_ms, _ in self.plan if at_ms > self.now()]
        look_ms = AUDIT_MS if self.rows(_UNHEARD, self.now())[0][0] else 30 * AUDIT_MS
        return min(found or 2**60, self.now() // look_ms * look_ms + look_ms, *planned)

    # What is there

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the file holds, past the product's own reading."""
        with sqlite3.connect(self.file) as db:
            found = db.execute(query, values).fetchall()
        db.close()
        return found

    def fates(self) -> list[tuple[str, str, str, str]]:
        """Kind, recipient, channel and state of every row of the outbox."""
        return self.rows("select kind, recipient, channel, state from outbox order by id")


def most_within(arrived: Iterable[Arrived], window_ms: int) -> int:
    """The most letters below severity 1 that anybody had within any window of so many ms."""
    most = 0
    calm = [one for one in arrived if not one.said.urgent]
    for who in {one.who for one in calm}:
        times = [one.at_ms for one in calm if one.who == who]
        most = max([most, *(sum(end - window_ms < at_ms <= end for at_ms in times) for end in times)])
    return most


def kind_of(asset: str) -> AssetKind:
    return KINDS.get(asset.partition("-")[0], "gateway")


def dump(rows: object) -> str:
    """For an assertion's words."""
    return json.dumps(rows, indent=1, default=str, ensure_ascii=False)

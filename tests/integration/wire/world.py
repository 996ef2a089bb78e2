"""One node, one village's gateway and the broker between them, and what must hold whatever happens to them."""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from tests.integration.wire.channel import Broker, Flying, numbers
from tests.integration.wire.gateway import Database, Worker
from tests.integration.wire.node import CAP, Card, Computer, Key, Ledger, PowerCut, Remains, serial_of

ROOMY = 1 << 20
# Within so many turns, and so much of its own time, all is settled once the line is well.
ROUNDS = 150
WITHIN_S = 900.0
TURN_S = 0.05


@dataclass
class World:
    """Everything, by default with a node switched on and a gateway that hears it. Time stands still until told.

    ``asides``: how often a spool was set aside.
    ``doubted``: streams whose numbers were given out twice, by a card that lied or was copied, of which then something
    was dropped, or which met a gateway that was restored: the known limit of the wire.
    """

    folder: Path
    url: str = "sqlite:///:memory:"
    cap: int = CAP
    now_s: float = 0.0
    broker: Broker = field(default_factory=Broker)
    ledger: Ledger = field(default_factory=Ledger)
    workers: list[Worker] = field(default_factory=list)
    forked: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)
    gone: dict[str, set[int]] = field(default_factory=dict)
    lost_on_cards: set[Key] = field(default_factory=set)
    tops: dict[str, int] = field(default_factory=dict)
    asides: int = 0
    put_in: int = 0

    def __post_init__(self) -> None:
        self.draw: Callable[[int], str] = numbers()
        self.database = Database(self.url)
        self.start_gateway()
        self.node = self.switch_on(self.new_card())

    @property
    def gateway(self) -> Worker:
        return self.workers[0]

    @property
    def stream(self) -> str:
        return self.node.spool.stream

    # --- the gateway ---

    def start_gateway(self) -> Worker:
        """One more worker on the database."""
        self.workers.append(Worker(self.database, self.broker, self.draw(8), lambda: self.now_s))
        return self.workers[-1]

    def kill_gateways(self) -> None:
        """With all that they have in RAM."""
        self.workers = []

    def restore(self, backup: sqlite3.Connection) -> None:
        """The gateway is stopped, its database put back, and it is started again."""
        self.kill_gateways()
        self.database.put_back(backup)
        self.doubted |= self.forked
        self.tops = {stream: top for stream, (_, _, top) in self.database.cards().items()}
        self.start_gateway()

    def stored(self, stream: str | None = None) -> list[int]:
        """The numbers that the journal holds of a card (the one that is in), in the order they came."""
        return [row.n for row in self.database.journal(stream or self.stream)]

    def lost(self) -> list[int]:
        """The numbers that were said to be lost, of any card."""
        return [n for _, first, last in self.database.lost() for n in range(first, last + 1)]

    def oldest(self) -> int:
        """The first number that the spool still holds; the next to be given if it holds none."""
        return min((record.n for record in self.node.held()), default=self.node.spool.newest + 1)

    # --- the node ---

    def new_card(self) -> Card:
        self.put_in += 1
        return Card(self.folder / f"card-{self.put_in}")

    def switch_on(self, card: Card) -> Computer:
        return Computer(card, self.broker, self.ledger, self.draw, self.cap, now_s=self.now_s)

    def second(self, card: Card) -> Computer:
        """Another computer that says it is the same node, with a card of its own."""
        return self.switch_on(card)

    def put_card(self, card: Card) -> Card:
        """Another card in the node, in the place of this one, which is returned."""
        old = self.node.off()
        self.node = self.switch_on(card)
        return old

    def power_cut(self, lied: int = 0) -> None:
        """The node starts anew on what was durable; with ``lied`` its card has lost so many syncs."""
        before = self.node.keys()
        card = self.node.off(lied)
        self.node = self.switch_on(card)
        if lied and before - self.node.keys():
            self.forked.add(self.stream)
            self.lost_on_cards |= before - self.node.keys()

    def power_cut_in_a_write(self, count: int, remains: Remains = "nothing") -> None:
        """The power goes while a batch is written, before its sync has come back."""
        stream, self.node.cut = self.stream, remains
        with suppress(PowerCut):
            self.node.accept(count)
        # What it dropped to make room is gone, though the batch is not there. Asked before the power is back, so that
        # no record which the cut itself costs passes for a dropped one.
        self._note_drops()
        self.node = self.switch_on(self.node.off())
        assert self.stream == stream

    def clone(self) -> Card:
        """A copy of the node's card."""
        self.forked.add(self.stream)
        self.put_in += 1
        return self.node.card.copy(self.folder / f"card-{self.put_in}")

    def accept(self, count: int = 1, *, event: bool = False) -> list[Key]:
        """The node's spool takes so many records."""
        keys = self.node.accept(count, event=event)
        self._note_drops()
        return keys

    def _note_drops(self) -> None:
        held = {record.n for record in self.node.held()}
        gone = set(range(1, self.node.spool.newest + 1)) - held
        if gone - self.gone.get(self.stream, set()) and self.stream in self.forked:
            self.doubted.add(self.stream)
        self.gone.setdefault(self.stream, set()).update(gone)

    # --- time and messages ---

    def kill_broker(self, remembers: Mapping[str, bytes] = MappingProxyType({})) -> None:
        """Killed and started anew; gateways are back before nodes, and hear first what it ``remembers``."""
        self.broker.kill(dict(remembers))
        for worker in self.workers:
            worker.disconnect()
            worker.say("ready")
            worker.connect()

    def step_node(self, after_s: float = 0.0) -> None:
        self.now_s += after_s
        stream, aside = self.stream, self.node.uplink.counts.set_aside
        self.node.step(self.now_s)
        if self.node.uplink.counts.set_aside > aside:
            assert stream in self.forked, "set aside, though no number was used twice"
            self.asides += 1

    def let(self, at: int = 0, *, keep: bool = False) -> Flying | None:
        """Let one message through, the oldest by default; ``keep``: it will come again."""
        if not self.broker.flying:
            return None
        at %= len(self.broker.flying)
        message = self.broker.flying[at] if keep else self.broker.flying.pop(at)
        if message.down:
            self.broker.to_nodes(message)
        else:
            for worker in self.workers:
                worker.hear(message.topic, message.payload)
        return message

    def let_all(self) -> None:
        """What is on its way now, in order."""
        for _ in range(len(self.broker.flying)):
            self.let()

    def take(self, leaf: str = "") -> list[Flying]:
        """Hold back what is on its way now (all, or what has this last part of its topic); it goes no further."""
        found = [message for message in self.broker.flying if leaf in ("", message.leaf)]
        self.broker.flying = [message for message in self.broker.flying if message not in found]
        return found

    def deliver(self, *messages: Flying) -> None:
        """Let these through, and have the gateway work on them."""
        self.broker.flying[:0] = messages
        for _ in messages:
            self.let()
        for worker in self.workers:
            worker.step()

    def outage(self, records: int = 0) -> None:
        """The lines break, and the spool takes so many records before the node is connected again."""
        self.broker.cut()
        self.step_node()
        self.accept(records)
        while not self.node.uplink._window.connected:
            self.step_node(max(0.0, self.node.due_s - self.now_s))

    def round(self, after_s: float = TURN_S) -> None:
        """A turn of everybody, with nothing lost between them."""
        self.step_node(after_s)
        self.let_all()
        for worker in self.workers:
            worker.step()
        self.let_all()
        self.step_node()

    def rounds(self, count: int) -> None:
        for _ in range(count):
            self.round()

    def settled(self) -> bool:
        """Nothing is on its way, and both sides agree that all is stored."""
        done = self.database.cards().get(self.stream, (0, None, 0))[0]
        spool = self.node.spool
        return not self.broker.flying and done == spool.newest == spool.acked and self.database.current() == self.stream

    def settle(self, rounds: int = ROUNDS) -> int:
        """The line is well from now on: how many rounds it takes until all that the node holds is stored."""
        self.broker.up, until_s = True, self.now_s + WITHIN_S
        for taken in range(rounds):
            if self.settled():
                return taken
            if self.now_s > until_s:
                break
            idle = not self.broker.flying
            self.round(max(TURN_S, self.node.due_s - self.now_s) if idle else TURN_S)
        raise AssertionError(f"not settled at {self.now_s}: {self.node.spool.newest}, {self.database.cards()}")

    # --- what must hold ---

    def check(self) -> None:
        """At any moment."""
        cards = self.database.cards()
        for stream, (done, _, top) in cards.items():
            assert top >= max(done, self.tops.get(stream, 0)), "the live view went backwards"
            self.tops[stream] = top
        shown = self.database.shown()
        assert shown is None or shown[1] <= cards[shown[0]][2]
        self._check_rows(cards)

    def _check_rows(self, cards: dict[str, tuple[int, str | None, int]]) -> None:
        stored: dict[str, list[int]] = {stream: [] for stream in cards}
        for row in self.database.journal():
            boot, serial = serial_of(row.body)
            assert self.ledger.maybe.get((row.stream, row.n, boot)) == serial, "not what was accepted under this number"
            stored[row.stream].append(row.n)
        lost: dict[str, list[int]] = {stream: [] for stream in cards}
        for stream, first, last in self.database.lost():
            lost[stream] += range(first, last + 1)
        for stream, (done, _, _) in cards.items():
            assert stored[stream] == sorted(set(stored[stream])), "twice, or not in order"
            assert sorted(stored[stream] + lost[stream]) == list(range(1, done + 1)), "a gap without a word"
            if stream not in self.doubted:
                assert set(lost[stream]) <= self.gone.get(stream, set()), "lost, though nobody dropped it"

    def check_end(self) -> None:
        """Once all is settled: what the node holds is stored, and what it took is stored, named lost, or set aside."""
        self.check()
        self._check_cards()
        stored = {(row.stream, row.n, serial_of(row.body)[0]) for row in self.database.journal()}
        if self.stream in self.doubted:
            return
        assert self.node.keys() <= stored, "held, and not stored"
        lost = {(stream, n) for stream, first, last in self.database.lost() for n in range(first, last + 1)}
        mine = {key for key in self.ledger.accepted if key[0] == self.stream} - self.lost_on_cards
        if self.stream not in self.forked:
            assert {key for key in mine - stored if key[:2] not in lost} == set()
            assert not {key for key in mine & stored if key[:2] in lost}

    def _check_cards(self) -> None:
        told = "card_damaged_or_cloned" in self.database.faults()
        assert not told or self.asides, "a card is said to be damaged, and nothing was set aside"
        if self.node.spool.aside:
            assert told, "set aside, and nobody was told"

    def close(self) -> None:
        self.node.spool.close()
        self.database.close()
        shutil.rmtree(self.folder, ignore_errors=True)

"""One transaction in the making: working copies of what it touches, and the batch it fills.

Nothing of it is true before the store has committed it; a draft that is thrown away has changed nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from contracts.inventory import Village
from contracts.messages import Birth, Reading
from contracts.topics import GATEWAY
from gateway.clocks import NodeClock
from gateway.dispatch import Setup
from gateway.effects import Points, Where, elsewhere, handed_on, interval_row, message_write, state_event, village_write
from gateway.faults import (
    Acknowledge,
    Message,
    NodeChange,
    NodeWatch,
    StateChanged,
    StrangerSeen,
    Veiled,
    VillageChange,
    VillageWatch,
)
from gateway.identity import Flips
from gateway.ordering import Card, NodeOrder
from gateway.store import (
    Bad,
    Batch,
    Born,
    FaultAcknowledge,
    FaultRow,
    Happening,
    LiveRow,
    NodeRow,
    OrderMove,
    StreamRow,
    Traffic,
    WatchRow,
    WindowSet,
)
from gateway.traffic import ACK_BYTES

_encode = msgspec.json.Encoder().encode


class Memory(msgspec.Struct, frozen=True):
    """What ingest remembers of a node beside the engine's watch: its clocks, each telemetry series' newest time, how
    often its cards changed places; for its administrators, what passed on its line, what it said of itself, and what
    keeps its clock (``quality``). ``cameras``: when a camera's clock was last measured, and by how many ms it was
    fast.
    """

    clock: NodeClock = NodeClock()
    last: Mapping[str, int] = {}
    flips: Flips = Flips()
    traffic: Traffic = Traffic()
    born: Born | None = None
    quality: str = ""
    cameras: Mapping[str, tuple[int, int]] = {}


class NodeState(msgspec.Struct, frozen=True):
    """All that is known of one node, as committed. ``version`` is that of its order row."""

    watch: NodeWatch
    version: int = 0
    order: NodeOrder = NodeOrder()
    memory: Memory = Memory()


class VillageState(msgspec.Struct, frozen=True):
    """All that is known of the village as a whole, as committed. ``last``: newest times of its faults' events."""

    watch: VillageWatch
    version: int = 0
    last: Mapping[str, int] = {}


class Scene(msgspec.Struct, frozen=True):
    """What a draft needs to know of the village. ``sites``: the nodes of each junction. ``setup``: who is on duty and
    which channels there are, now.
    """

    village: Village
    places: Mapping[str, Where]
    sites: Mapping[str, Sequence[str]]
    reopen_ms: int
    setup: Callable[[], Setup]


class Work:
    """A working copy of one node's state."""

    def __init__(self, node: str, before: NodeState) -> None:
        self.node, self.before = node, before
        self.watch, self.order, self.clock = before.watch, before.order, before.memory.clock
        self.flips, self.born, self.quality = before.memory.flips, before.memory.born, before.memory.quality
        self.cameras = before.memory.cameras
        # Bytes that passed on its line since, and what that makes of all that did.
        self.passed, self.traffic = 0, before.memory.traffic
        self.points = Points(before.memory.last)
        self.ack = False
        # Of its pictures, those that it need not send again once this is committed.
        self.pictures: list[str] = []
        self.touched = False

    def moved(self) -> bool:
        """Whether anything of it is to be stored."""
        before = self.before
        memory = before.memory
        same = self.watch is before.watch and self.order is before.order
        same = same and self.clock is memory.clock and self.flips is memory.flips
        return not same or self.touched or self.passed > 0 or self.born is not memory.born

    def after(self, version: int) -> NodeState:
        """The state once committed as ``version``."""
        return NodeState(self.watch, version, self.order, self.memory())

    def memory(self) -> Memory:
        """What is remembered beside the engine's watch."""
        return Memory(self.clock, self.points.last, self.flips, self.traffic, self.born, self.quality, self.cameras)

    def told(self, birth: Birth, at_ms: int, retained: bool) -> None:
        """What the node says of itself. One that the broker kept may be long past: then it is news only if it differs
        from what was said before."""
        was = self.born
        if not retained or was is None or (was.software, was.config) != (birth.software, birth.config):
            self.born = Born(birth.software, birth.config, birth.aside, at_ms)

    def count(self, at_ms: int) -> None:
        """What passed is of ``at_ms``, the commit's moment; may be said again with another."""
        if self.passed:
            passed = self.passed + (ACK_BYTES if self.ack else 0)
            self.traffic = self.before.memory.traffic.plus(passed, at_ms)

    def cards(self) -> Iterable[StreamRow]:
        """Order rows that moved."""
        old: Mapping[str, Card] = self.before.order.cards
        for stream, card in self.order.cards.items():
            if old.get(stream) is not card:
                yield StreamRow(self.node, stream, card.done, card.done_boot, card.top)


class Draft:
    """Effects of some messages, deadlines and inputs, not yet committed.

    ``live``, ``nodes`` and ``whole`` are read, never written.
    """

    def __init__(
        self,
        nodes: Mapping[str, NodeState],
        live: Mapping[str, LiveRow],
        whole: VillageState,
        scene: Scene,
    ) -> None:
        self._nodes, self._before, self._whole, self._scene = nodes, live, whole, scene
        self._places = scene.places
        self.watch, self.points = whole.watch, Points(whole.last)
        self.works: dict[str, Work] = {}
        self.live: dict[str, LiveRow] = {}
        self.bad: dict[tuple[str, str], Bad] = {}
        self.batch = Batch(0)

    def work(self, node: str) -> Work:
        """The working copy of ``node``; KeyError for one that is not in the inventory."""
        found = self.works.get(node)
        if found is None:
            found = self.works[node] = Work(node, self._nodes[node])
        return found

    def node(self, node: str) -> NodeWatch:
        """The engine's watch of ``node`` as it is by now, for who only looks at it."""
        found = self.works.get(node)
        return found.watch if found else self._nodes[node].watch

    def place(self, asset: str) -> Where:
        """Where ``asset`` is; that of its node for a junction, which is no device."""
        node = self.node_of(asset)
        return self._places.get(asset) or (self._places[node] if node else elsewhere(self._scene.village, asset))

    def node_of(self, asset: str) -> str | None:
        """The node whose engine speaks of ``asset``; None if it is not in the inventory."""
        if asset in self._places:
            return self._places[asset].node
        return next(iter(self._scene.sites.get(asset, ())), None)

    def count(self, reason: str, node: str, sample: str, more: int = 1) -> None:
        """Count bad input."""
        known = self.bad.get((reason, node))
        self.bad[reason, node] = Bad(reason, node, more + (known.count if known else 0), sample)

    def taken(self, event: Acknowledge, write: FaultAcknowledge) -> FaultAcknowledge:
        """``write`` with its telemetry line."""
        texts = {"code": event.code, "fault": event.fault}
        where = self.place(event.asset)
        return replace(write, line=self.points.event(where, "fault_acknowledged", texts, {"n": 0}, event.at_ms))

    def move(self, wish: OrderMove, fault: FaultRow | None) -> None:
        """A move of a work order; the store says what becomes of its input. Whoever it is forwarded to is told."""
        if wish.move == "forwarded" and fault is not None:
            wish = handed_on(self._scene.setup(), wish, fault)
        self.batch.faults.append(wish)

    def happened(self, at_ms: int, what: object) -> None:
        """A line of the journal that is no record, in the form that replay reads."""
        self.batch.happenings.append(Happening(at_ms, _encode(what)))

    def rule(self, watch: VillageWatch, changes: Iterable[VillageChange], n: int = 0) -> None:
        """Write down what the village's judgement remembers and says."""
        self.watch = watch
        for change in changes:
            if isinstance(change, Message):
                self.batch.faults.append(message_write(self._scene.setup(), self.place(change.asset).kind, change))
                continue
            asset = change.device if isinstance(change, Veiled) else change.asset
            row = village_write(self.points, self.place(asset), change, n, self._scene.reopen_ms)
            if isinstance(row, WindowSet):
                self.batch.windows.append(row)
            else:
                self.batch.faults.append(row)

    def apply(self, work: Work, changes: Iterable[NodeChange], n: int = 0) -> None:
        """Write down what a node's engine said; ``n``: the record that made it say so, 0 for a deadline or a person."""
        for change in changes:
            work.touched = True
            match change:
                case StateChanged():
                    self.show(work, change.device)
                    state_event(work.points, self._places[change.device], change, n)
                case StrangerSeen():
                    self.count("unknown_device", work.node, change.device)
                case _:
                    row = interval_row(change)
                    if row is not None:
                        self.batch.intervals.append(row)

    def show(self, work: Work, device: str, reading: Reading | None = None, n: int | None = None) -> None:
        """Put a device's live row down as the engine has it now, with the measurements of ``reading`` if there is a
        new one."""
        seen = work.watch.devices.get(device)
        if seen is None:
            return
        old = self.live.get(device) or self._before.get(device)
        record = (work.order.current, n) if reading else (old.stream, old.n) if old else (None, None)
        self.live[device] = LiveRow(
            device,
            seen.kind,
            work.watch.junction,
            work.node,
            seen.state,
            seen.word,
            seen.since_ms,
            seen.seen_ms,
            seen.codes,
            reading.m if reading else old.metrics if old else {},
            *record,
        )

    def whole(self) -> VillageState:
        """The village's state once committed."""
        if self.watch is self._whole.watch:
            return self._whole
        return VillageState(self.watch, self.batch.version, self.points.last)

    def finish(self, at_ms: int) -> Batch:
        """The batch as it stands; may be asked again after more was added."""
        moved = [work for work in self.works.values() if work.moved()]
        for work in moved:
            work.count(at_ms)
        batch = self.batch
        batch.at_ms = at_ms
        batch.nodes = [NodeRow(work.node, work.order.current, work.before.version) for work in moved]
        batch.streams = [card for work in moved for card in work.cards()]
        batch.watches = [WatchRow(work.node, _encode(work.watch), _encode(work.memory())) for work in moved]
        if self.watch is not self._whole.watch:
            batch.nodes.append(NodeRow(GATEWAY, None, self._whole.version))
            # Who is not there is found out anew at each start; in a large village it would fill megabytes each time.
            kept = replace(self.watch, gone={}, unseen={}, unheard={})
            batch.watches.append(WatchRow(GATEWAY, _encode(kept), _encode(self.points.last)))
        batch.lines = [text for work in moved for text in work.points.lines]
        batch.live = list(self.live.values())
        batch.bad = list(self.bad.values())
        return batch

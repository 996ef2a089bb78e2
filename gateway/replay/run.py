"""Events through the shipped engine in their own time: each node's own, and the village's judgement over them."""

from collections.abc import Iterable, Sequence

from contracts.inventory import Village
from gateway import faults
from gateway.faults import (
    Acknowledge,
    Cancelled,
    Event,
    GatewayAway,
    InService,
    Late,
    Link,
    Mains,
    NodeChange,
    NodeWatch,
    OutOfService,
    Planned,
    Record,
    Rules,
    Tick,
    VillageEvent,
)
from gateway.replay.events import (
    AcknowledgeLine,
    CancelLine,
    GatewayLine,
    InServiceLine,
    LateLine,
    LinkLine,
    MainsLine,
    OutOfServiceLine,
    PlannedLine,
    Readings,
    TimedEvent,
)
from gateway.replay.keeper import Keeper
from gateway.replay.outcome import Outcome

# A history does not say who wrote a record; across a silence only a reading's own `since` reaches back.
_BOOT = ""
_BEFORE_MS = 86_400_000


def run(village: Village, rules: Rules, events: Iterable[TimedEvent], from_ms: int, to_ms: int) -> Outcome:
    """What the events of ``[from_ms, to_ms]`` come to."""
    return together(village, (rules,), events, from_ms, to_ms)[0]


def together(
    village: Village, several: Sequence[Rules], events: Iterable[TimedEvent], from_ms: int, to_ms: int
) -> list[Outcome]:
    """The same under each of several rules; the events are gone through once."""
    benches = [_Bench(village, rules, from_ms) for rules in several]
    for event in events:
        for bench in benches:
            bench.upto(event.at_ms)
            bench.keeper.note(event)
            bench.take(event)
    for bench in benches:
        bench.upto(to_ms + 1000)  # what is due in the last second is within it
    return [bench.keeper.outcome() for bench in benches]


class _Bench:
    def __init__(self, village: Village, rules: Rules, from_ms: int) -> None:
        self.keeper = Keeper(rules)
        self._village, self._rules = village, rules
        self._plan = faults.plan(village, rules)
        self._away_ms: int | None = None
        self._nodes: dict[str, NodeWatch] = {}
        self._watch = faults.begin((), from_ms)
        self._start(from_ms)

    def _start(self, at_ms: int) -> None:
        begun = {
            node.id: faults.start(self._village, node.id, self._rules, at_ms, self._nodes.get(node.id))
            for _, _, node in self._village.nodes()
        }
        before = self._nodes or {name: node for name, (node, _) in begun.items()}
        self._watch = faults.begin(before.values(), at_ms, self._watch)
        for name, (node, said) in begun.items():
            self._nodes[name] = node
            self._judge(said, at_ms)
        self._look()

    def _look(self) -> None:
        """Find out when the next deadline is due."""
        nodes = min((faults.next_deadline(node) for node in self._nodes.values()), default=faults.NEVER)
        self._due_ms = min(nodes, faults.next_village_deadline(self._watch))

    def upto(self, at_ms: int) -> None:
        """Fire what is due, in order: at one moment what nodes find comes first, by asset and code."""
        while self._away_ms is None and self._due_ms <= at_ms:
            now_ms = self._due_ms
            said: list[NodeChange] = []
            for name, node in self._nodes.items():
                if faults.next_deadline(node) <= now_ms:
                    self._nodes[name], changes = faults.step(node, Tick(now_ms), self._rules)
                    said += changes
            self._judge(faults.in_order(said), now_ms)
            self._look()

    def _step(self, name: str, event: Event) -> None:
        self._nodes[name], said = faults.step(self._nodes[name], event, self._rules)
        self._judge(said, event.at_ms)
        self._look()

    def _judge(self, said: Sequence[NodeChange], now_ms: int) -> None:
        self.keeper.take(said)
        self._watch, found = faults.judge(self._watch, self._plan, said, now_ms, self._rules)
        self.keeper.take(found)

    def _tell(self, event: VillageEvent, now_ms: int) -> None:
        self._watch, found = faults.tell(self._watch, self._plan, event, now_ms, self._rules)
        self.keeper.take(found)
        self._look()

    def take(self, event: TimedEvent) -> None:
        """One event; its time has come."""
        match event:
            case Readings(at_ms, node, readings):
                self._step(node, Record(at_ms, readings, boot=_BOOT))
            case LinkLine(at_ms, node, link):
                self._step(node, Link(link, _BOOT, at_ms))
            case MainsLine(at_ms, node, state):
                self._step(node, Mains(state, at_ms))
            case GatewayLine():
                self._gateway(event)
            case LateLine():
                self._late(event)
            case AcknowledgeLine():
                self._acknowledge(event)
            case _:
                self._decided(event)

    def _gateway(self, event: GatewayLine) -> None:
        if event.gateway in {"stop", "broker_lost"}:
            self._away_ms = event.at_ms if self._away_ms is None else self._away_ms
            return
        since_ms, self._away_ms = self._away_ms, None
        if since_ms is not None:
            self._tell(GatewayAway(since_ms, event.at_ms), event.at_ms)
        self._start(event.at_ms)

    def _late(self, event: LateLine) -> None:
        known = self.keeper.since(event.device, event.from_ms - _BEFORE_MS, event.at_ms)
        late = Late(event.device, event.from_ms, event.to_ms, event.state, event.code, event.at_ms, known)
        self._step(event.node, late)

    def _acknowledge(self, event: AcknowledgeLine) -> None:
        for name, node in list(self._nodes.items()):
            if event.asset in {*node.devices, node.site}:
                taken = Acknowledge(event.asset, event.code, event.by, event.at_ms, event.measured_dead)
                self._step(name, taken)

    def _decided(self, event: PlannedLine | CancelLine | OutOfServiceLine | InServiceLine) -> None:
        match event:
            case PlannedLine(at_ms, _, target, from_ms, to_ms):
                said: Planned | Cancelled | OutOfService | InService = Planned(target, from_ms, to_ms, at_ms)
            case CancelLine(at_ms, _, target, from_ms):
                said = Cancelled(target, from_ms, at_ms)
            case OutOfServiceLine(at_ms, target, from_ms, until_ms):
                said = OutOfService(target, from_ms, until_ms, at_ms)
            case InServiceLine(at_ms, target, from_ms):
                said = InService(target, from_ms, at_ms)
        self._tell(said, event.at_ms)
        if isinstance(said, Planned | Cancelled):
            for name in self._nodes:
                self._step(name, said)

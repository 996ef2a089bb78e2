"""Events through the engine in their own time."""

from collections.abc import Iterable, Iterator

from contracts.inventory import Village
from contracts.messages import Finding, Reading
from gateway import faults
from gateway.faults import (
    Acknowledge,
    Change,
    Cleared,
    Confirmed,
    Ended,
    Event,
    FaultCleared,
    FaultClosed,
    FaultOpened,
    Link,
    NodeChange,
    NodeWatch,
    Record,
    Rules,
    Tick,
)
from gateway.faults.catalogue import severity
from gateway.replay.events import AcknowledgeLine, GatewayLine, LateLine, LinkLine, Readings, TimedEvent
from gateway.replay.keeper import Keeper
from gateway.replay.outcome import Outcome

_BOOT = "0" * 16


def run(village: Village, rules: Rules, events: Iterable[TimedEvent], from_ms: int, to_ms: int) -> Outcome:
    """What the events of ``[from_ms, to_ms]`` come to."""
    bench = _Bench(village, rules, from_ms)
    for event in events:
        bench.upto(event.at_ms - 1)
        bench.take(event)
    bench.upto(to_ms)
    return bench.keeper.outcome()


class _Bench:
    def __init__(self, village: Village, rules: Rules, from_ms: int) -> None:
        self.keeper = Keeper()
        self._village, self._rules = village, rules
        self._away = False
        self._watches: dict[str, NodeWatch] = {}
        self._start(from_ms)

    def _start(self, at_ms: int) -> None:
        for _, _, node in self._village.nodes():
            before = self._watches.get(node.id)
            self._watches[node.id], said = faults.start(self._village, node.id, self._rules, at_ms, before)
            self._keep(said)

    def upto(self, at_ms: int) -> None:
        """Fire the deadlines that are due, in order."""
        while not self._away:
            due, node = min((faults.next_deadline(watch), node) for node, watch in self._watches.items())
            if due > at_ms:
                return
            self._step(node, Tick(due))

    def take(self, event: TimedEvent) -> None:
        self.keeper.note(event)
        match event:
            case Readings(at_ms, node, readings):
                self._step(node, Record(at_ms, readings, boot=_BOOT))
            case LinkLine(at_ms, node, link):
                self._step(node, Link(link, _BOOT, at_ms))
            case GatewayLine(at_ms, word):
                self._away = word in ("stop", "broker_lost")
                if not self._away:
                    self._start(at_ms)
            case LateLine():
                for record in _records(event, round(self._interval_s(event.node) * 1000)):
                    self._step(event.node, record)
            case AcknowledgeLine(at_ms, asset, code, by, dead):
                for node in [node for node, watch in self._watches.items() if asset in (*watch.devices, watch.site)]:
                    self._step(node, Acknowledge(asset, code, by, at_ms, dead))
            case _:
                pass

    def _interval_s(self, node: str) -> float:
        return next(found.interval_s for _, _, found in self._village.nodes() if found.id == node)

    def _step(self, node: str, event: Event) -> None:
        self._watches[node], said = faults.step(self._watches[node], event, self._rules)
        self._keep(said)

    def _keep(self, said: Iterable[NodeChange]) -> None:
        for change in said:
            self.keeper.apply(_judged(change))


def _judged(change: NodeChange) -> Change:
    """A confirmed code is a fault."""
    match change:
        case Confirmed(asset, kind, code, since_ms, at_ms, latched):
            return FaultOpened(asset, kind, code, severity(code, kind), since_ms, at_ms, latched=latched)
        case Cleared(asset, code, ended_ms, at_ms):
            return FaultCleared(asset, code, ended_ms, at_ms)
        case Ended(asset, code, ended_ms, closed_ms, at_ms):
            return FaultClosed(asset, code, ended_ms, closed_ms, at_ms)
        case _:
            return change


def _records(late: LateLine, interval_ms: int) -> Iterator[Record]:
    moments = [*range(late.from_ms, late.to_ms, interval_ms), late.to_ms]
    for looks, at_ms in enumerate(moments, 1):
        since_s = (at_ms - late.from_ms) / 1000
        found = () if late.code is None else (Finding(late.code, late.state, since_s, looks),)
        reading = Reading(late.device, late.state, since_s, looks, f=found)
        yield Record(at_ms, (reading,), history=True, boot=_BOOT, received_ms=late.at_ms)

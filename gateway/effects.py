"""What the engine says, as rows and telemetry points. Values in, values out."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from contracts.inventory import Camera, Village
from contracts.messages import Reading
from contracts.topics import GATEWAY
from gateway.dispatch import Setup, address, first_ms
from gateway.dispatch.compose import compose
from gateway.faults import (
    Change,
    FaultCleared,
    FaultClosed,
    FaultExplained,
    FaultOpened,
    FaultRooted,
    Filled,
    Interval,
    Message,
    StateChanged,
    Veiled,
)
from gateway.faults.catalogue import severity
from gateway.faults.kinds import AssetKind
from gateway.store import (
    FaultEnd,
    FaultFacts,
    FaultOpen,
    FaultRoot,
    FaultRow,
    FaultWrite,
    IntervalFill,
    IntervalRow,
    MessageWrite,
    OrderMove,
    WindowSet,
)
from gateway.telemetry import line
from gateway.telemetry.line import EventKind


class Where(Struct, frozen=True):
    """One device's (or node's) kind, place, and the beginning of its telemetry lines. ``evidence``: the inventory asks
    for pictures of it."""

    kind: AssetKind
    junction: str
    node: str
    head: str
    tags: Mapping[str, str]
    evidence: bool = False


def places(village: Village) -> dict[str, Where]:
    """Everything that may be spoken of, nodes and connectors included."""
    found = {}
    for device, place in village.places().items():
        found[device] = _where(village.id, place.grid, place.junction, place.node, device, place.kind)
    for grid, junction, node in village.nodes():
        for camera in node.devices:
            if isinstance(camera, Camera) and camera.evidence:
                found[camera.id] = replace(found[camera.id], evidence=True)
        found[node.id] = _where(village.id, grid.id, junction.id, node.id, node.id, "node")
    return found


def elsewhere(village: Village, asset: str) -> Where:
    """A feeder, an uplink, a road, the gateway: what stands at no junction."""
    return _where(village.id, "", "", GATEWAY, asset, "node")


def _where(village: str, grid: str, junction: str, node: str, device: str, kind: AssetKind) -> Where:
    tags = dict(zip(line.TAGS, (village, grid, junction, node, device), strict=True))
    return Where(kind, junction, node, line.series(line.MEASUREMENTS[kind], tags), tags)


class Points:
    """Telemetry points of one node in the making. ``last``: time of each series' newest point.

    Two points of one series never have the same time, or one would overwrite the other: the later takes the next
    millisecond. That is decided once, before the commit, so that writing a line again is the same line.
    """

    def __init__(self, last: Mapping[str, int]) -> None:
        self.last = dict(last)
        self.lines: list[str] = []

    def reading(self, where: Where, reading: Reading, n: int, at_ms: int) -> None:
        """A reading's measurements."""
        self.lines.append(line.reading(where.head, reading.m, reading.s, n, self._next(reading.d, at_ms)))

    def event(
        self, where: Where, kind: EventKind, texts: Mapping[str, str], numbers: Mapping[str, float], at_ms: int
    ) -> str:
        """An event's line, not yet among :attr:`lines`."""
        head = line.series("event", {**where.tags, "kind": kind})
        return line.event(head, texts, numbers, self._next(f"{where.tags['device']}/{kind}", at_ms))

    def _next(self, series: str, at_ms: int) -> int:
        before = self.last.get(series)
        at = at_ms if before is None or at_ms > before else before + 1
        self.last[series] = at
        return at


def state_event(points: Points, where: Where, change: StateChanged, n: int) -> None:
    """A change of what is seen."""
    texts = {"state": change.state, "code": " ".join(change.codes)}
    start = {} if change.since_ms is None else {"start_ms": float(change.since_ms)}
    points.lines.append(points.event(where, "state", texts, {**start, "n": n}, change.at_ms))


# All of a village's changes but its messages, which have their addresses with them.
Ruled = FaultOpened | FaultRooted | FaultExplained | FaultCleared | FaultClosed | Veiled


def message_write(setup: Setup, kind: AssetKind, message: Message) -> MessageWrite:
    """A message with everything that its transaction is to write for it."""
    rank = severity(message.code, kind)
    told = compose(setup, message.kind, message.asset, message.code, rank, message.at_ms)
    return MessageWrite(
        message.kind,
        message.asset,
        message.code,
        message.at_ms,
        severity=rank,
        to=told.to,
        due_ms=told.due_ms,
        bundle=told.bundle,
        escalate_ms=told.escalate_ms,
        calls=told.calls,
    )


def handed_on(setup: Setup, move: OrderMove, fault: FaultRow) -> OrderMove:
    """``move``, with those to whom the fault is forwarded by it."""
    to = address(setup, fault.asset, fault.code, fault.severity, move.at_ms, move.department)
    return replace(move, to=to, escalate_ms=first_ms(setup.times, fault.severity, move.at_ms))


def village_write(points: Points, where: Where, change: Ruled, n: int, reopen_ms: int) -> FaultWrite | WindowSet:
    """What the village's judgement says, as a row."""
    match change:
        case FaultRooted():
            return FaultRoot(change.asset, change.code, change.was, change.root, change.at_ms)
        case FaultExplained():
            return FaultFacts(change.asset, change.code, change.root, change.facts)
        case Veiled():
            return WindowSet("weather", change.device, change.from_ms, change.to_ms, change.from_ms)
        case _:
            return fault_write(points, where, change, n, reopen_ms)


def fault_write(
    points: Points, where: Where, change: FaultOpened | FaultCleared | FaultClosed, n: int, reopen_ms: int
) -> FaultWrite:
    """A fault's row; the number in its line is put in by the store, which alone knows it."""
    texts = {"code": change.code, "fault": "{fault}"}
    if isinstance(change, FaultOpened):
        text = points.event(where, "fault_opened", texts, {"start_ms": change.opened_ms, "n": n}, change.at_ms)
        return FaultOpen(
            asset=change.asset,
            asset_kind=change.asset_kind,
            junction=where.junction,
            code=change.code,
            root=change.root,
            severity=change.severity,
            opened_ms=change.opened_ms,
            latched=change.latched,
            line=text,
            reopen_ms=reopen_ms,
            joins=change.joins,
        )
    kind: EventKind = "fault_cleared" if isinstance(change, FaultCleared) else "fault_closed"
    closed_ms = None if isinstance(change, FaultCleared) else change.closed_ms
    text = points.event(where, kind, texts, {"start_ms": change.cleared_ms, "n": n}, change.at_ms)
    return FaultEnd(change.asset, change.code, change.root, change.cleared_ms, closed_ms, text)


def interval_row(change: Change) -> IntervalRow | IntervalFill | None:
    """What a change says of uptime; None if nothing."""
    if isinstance(change, Interval):
        return IntervalRow(change.device, change.from_ms, None, change.state, change.code, change.cause)
    if isinstance(change, Filled):
        values = (change.device, change.from_ms, change.to_ms, change.state, change.code, change.cause)
        return IntervalFill(*values, over=change.over)
    return None

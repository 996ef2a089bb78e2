"""The journal in the form that replay reads: records become device lines at their event time, late ones stretches at
the moment they reached the gateway, and happenings stand between them. It streams: only what may still change places
is held.
"""

import heapq
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Protocol

import msgspec
from msgspec import UNSET

from contracts.codes import CODES
from contracts.inventory import Village
from contracts.messages import BadMessage, Finding, Reading, Up, decode
from contracts.states import worst
from gateway.faults import Rules
from gateway.replay.explain import parse
from gateway.replay.lines import ANNOUNCED, Gateway, Link
from gateway.replay.meaning import mistakes
from gateway.replay.names import Names
from gateway.replay.report import iso
from gateway.replay.stretches import Stretch, Stretches
from gateway.store import JournalRow

EACH = 10_000
_AWAKE = frozenset({"start", "broker_back"})
_END = re.compile(rb'"(lost|disconnected|stop|broker_lost)"')
_encode = msgspec.json.Encoder().encode


SHIPPED = Rules()


class Nothing(Exception):
    """There is nothing to export."""


class Line(Protocol):
    """A line of the journal that is no record: at what moment (Unix ms), and its JSON."""

    @property
    def at_ms(self) -> int: ...  # noqa: D102  # see the class
    @property
    def line(self) -> bytes: ...  # noqa: D102  # see the class


class Wanted(NamedTuple):
    """``inventory``: its path relative to the file. ``from_ms`` None: from the first line on. Lines are of
    ``[from_ms, to_ms)``, but for what people announced before it. ``rules``: those the gateway judges by."""

    village: Village
    inventory: str
    from_ms: int | None
    to_ms: int
    rules: Rules = SHIPPED


class Exported(NamedTuple):
    """What could not be taken along, or not as it was, so far."""

    strangers: int = 0
    unsure: int = 0
    unreadable: int = 0
    moved: int = 0


class Export:
    """One export. ``left_out`` counts readings and lines of what is not in the inventory (any more), late readings
    whose time is not known, records and late readings that a line cannot hold, and lines moved behind others because
    the gateway's clock had been put back."""

    def __init__(self, wanted: Wanted, told: Callable[[int], None] = lambda _: None) -> None:
        self._wanted, self._told = wanted, told
        self._names = Names(wanted.village)
        limit = wanted.rules.limit_ms
        self._limits = {node: limit(interval_ms) for node, interval_ms in self._names.nodes.items()}
        self._reach_ms = max(self._limits.values(), default=0)
        self._stretches = Stretches()
        self._held: list[tuple[int, int, bytes]] = []
        self._count = 0
        self._cut: set[str] = set()
        self._back_ms = dict.fromkeys(self._names.nodes, 0)
        self._newest_ms = 0
        self._written_ms = 0
        self.left_out = Exported()

    def lines(self, journal: Iterable[JournalRow], happenings: Iterable[Line]) -> Iterator[bytes]:
        """The file, line by line, without line ends. Raises :class:`Nothing` if it would have no beginning."""
        written = self._written(journal, happenings)
        first = next(written, None)
        wanted = self._wanted
        from_ms = wanted.from_ms if wanted.from_ms is not None else first and first[0]
        if from_ms is None:
            raise Nothing("the journal is empty")
        yield _encode({"inventory": wanted.inventory, "from": iso(from_ms), "to": iso(wanted.to_ms)})
        if first is not None:
            yield first[1]
        yield from (line for _, line in written)

    def _written(self, journal: Iterable[JournalRow], happenings: Iterable[Line]) -> Iterator[tuple[int, bytes]]:
        """Moments and lines in order: what nothing that comes later can stand before."""
        arrivals: Iterable[Any] = heapq.merge(happenings, journal, key=_arrived)
        for count, item in enumerate(arrivals, 1):
            self._newest_ms = max(self._newest_ms, _arrived(item)[0])
            before_ms = self._newest_ms - self._reach_ms
            if before_ms >= self._wanted.to_ms:
                break
            self._hold_late(self._stretches.waiting_since(before_ms))
            if isinstance(item, JournalRow):
                self._record(item)
            else:
                self._happening(item)
            yield from self._ready(before_ms)
            if count % EACH == 0:
                self._told(count)
        self._hold_late(self._stretches.rest())
        yield from self._ready(self._wanted.to_ms)

    def _ready(self, before_ms: int) -> Iterator[tuple[int, bytes]]:
        while self._held and self._held[0][0] < before_ms:
            self._written_ms, _, line = heapq.heappop(self._held)
            yield self._written_ms, line

    def _hold(self, at_ms: int, line: dict[str, Any], announced: bool = False) -> None:
        """Keep a line for its place; those outside the period are not wanted."""
        if at_ms >= self._wanted.to_ms or (at_ms < (self._wanted.from_ms or 0) and not announced):
            return
        if at_ms < self._written_ms:
            at_ms = self._written_ms
            self._leave_out(moved=1)
        self._count += 1
        heapq.heappush(self._held, (at_ms, self._count, _encode({**line, "t": _moment(at_ms)})))

    def _leave_out(self, **more: int) -> None:
        self.left_out = Exported(*(old + more.get(key, 0) for key, old in self.left_out._asdict().items()))

    def _happening(self, item: Line) -> None:
        line = parse(item.line)
        if isinstance(line, list) or any(mistakes(line, self._names)):
            self._leave_out(strangers=1)  # it speaks of what has left the inventory since
            return
        if isinstance(line, Gateway) and line.gateway in _AWAKE:
            self._back_ms = dict.fromkeys(self._back_ms, item.at_ms)
        elif isinstance(line, Link):
            self._link(line, item.at_ms)
        self._hold(item.at_ms, {"t": "", **msgspec.json.decode(item.line)}, isinstance(line, ANNOUNCED))

    def _link(self, line: Link, at_ms: int) -> None:
        if line.link != "up":
            self._cut.add(line.node)
        elif line.node in self._cut:
            self._cut.remove(line.node)
            self._back_ms[line.node] = at_ms

    def _record(self, row: JournalRow) -> None:
        if row.received_ms < (self._wanted.from_ms or 0):
            return
        try:
            up = decode(Up, row.body)
        except BadMessage:
            self._leave_out(unreadable=1)
            return
        limit_ms = self._limits.get(row.node, 0)
        # What was written while the line or the gateway was away came as history.
        late = row.received_ms - row.event_ms > limit_ms or row.event_ms < self._back_ms.get(row.node, 0)
        for reading in up.r:
            if self._names.node_of.get(reading.d) != row.node:
                self._leave_out(strangers=1)
            elif not late:
                self._hold_late(self._stretches.live(reading, row.event_ms, limit_ms))
                self._hold(row.event_ms, _device_line(reading, self._names))
            elif row.unsure:
                self._leave_out(unsure=1)
            else:
                self._late(reading, row, limit_ms)

    def _late(self, reading: Reading, row: JournalRow, limit_ms: int) -> None:
        known = _known(reading, self._names)
        if known.s in ("down", "degraded") and not any(f.code in CODES for f in known.f):
            self._leave_out(unreadable=1)  # such a line could not say why
        else:
            self._hold_late(self._stretches.late(known, row.event_ms, limit_ms, row.received_ms))

    def _hold_late(self, stretches: Iterable[Stretch]) -> None:
        for stretch in stretches:
            start_ms = stretch.from_ms // 1000 * 1000
            end_ms = stretch.to_ms // 1000 * 1000
            if end_ms <= start_ms:
                if stretch.ended and stretch.code is None:
                    continue  # no second of it is its own
                end_ms = start_ms + 1000  # a single look knows its own second, and no fault is left out
            late: dict[str, Any] = {"device": stretch.device, "from": iso(start_ms), "to": iso(end_ms)}
            late |= {"state": stretch.state} | ({} if stretch.code is None else {"code": stretch.code})
            self._hold(max(stretch.learnt_ms, end_ms), {"t": "", "late": late})


def _arrived(item: JournalRow | Line) -> tuple[int, int]:
    """When it came. At one moment a record stands behind the beginning that let it through, and before an end."""
    if isinstance(item, JournalRow):
        return item.received_ms, 1
    return item.at_ms, 2 if _END.search(item.line) else 0


def _moment(at_ms: int) -> str:
    text = iso(at_ms)
    return f"{text[:19]}.{at_ms % 1000:03d}{text[19:]}" if at_ms % 1000 else text


def _known(reading: Reading, names: Names) -> Reading:
    """A reading as replay takes it: a known code of another kind of device, or said twice, is not of it."""
    kind = names.kinds[reading.d]
    bad = [f for f in reading.f if f.s != "up" and (f.code not in CODES or kind in CODES[f.code].kinds)]
    found = {f.code: f for f in reversed(bad)}
    kept = tuple(f for f in reading.f if found.get(f.code) is f)
    checked = tuple(code for code in reading.nc if code in CODES and kind in CODES[code].kinds)
    state = worst(f.s for f in kept) if kept else reading.s
    return msgspec.structs.replace(reading, s=state, f=kept, nc=checked)


def _device_line(reading: Reading, names: Names) -> dict[str, Any]:
    known = _known(reading, names)
    line: dict[str, Any] = {"t": "", "device": known.d, "state": known.s}
    line |= _since(known)
    if known.f or known.s in ("down", "degraded"):
        line["f"] = [{"code": f.code, "s": f.s, **_since(f)} for f in known.f]
    if known.nc:
        line["nc"] = known.nc
    if known.word is not UNSET:
        line["word"] = known.word
    return line


def _since(said: Reading | Finding) -> dict[str, Any]:
    since = {"since_s": round(said.since_s, 3)} if said.since_s else {}
    return since | ({"looks": said.looks} if said.looks != 1 else {})

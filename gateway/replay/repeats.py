"""``until``: a reading said again each interval: same state and codes, since the same moment, one look more."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec import UNSET

from contracts.messages import Finding, Reading
from gateway.replay.lines import Device, exact_ms, whole_ms
from gateway.replay.meaning import findings
from gateway.replay.names import Names


@dataclass(frozen=True, slots=True)
class Said:
    """One device line as a reading at any later moment. Starts are whole seconds, rounded down."""

    line: Device
    at_ms: int
    since_ms: int
    found: tuple[tuple[Finding, int], ...]

    def reading(self, at_ms: int, more: int) -> Reading:
        """As it is said at ``at_ms``, with ``more`` looks."""
        line = self.line
        return Reading(
            line.device,
            line.state,
            (at_ms - self.since_ms) / 1000,
            line.looks + more,
            UNSET if line.word is None else line.word,
            tuple(Finding(f.code, f.s, (at_ms - since_ms) / 1000, f.looks + more) for f, since_ms in self.found),
            line.nc,
        )


def said(line: Device, names: Names) -> Said:
    """A device line, with what was left out put in."""
    exact = exact_ms(line.t)
    found = tuple((finding, _start(exact, finding.since_s)) for finding in findings(line, names))
    return Said(line, whole_ms(line.t), _start(exact, line.since_s), found)


def _start(at_ms: int, since_s: float) -> int:
    return (at_ms - round(since_s * 1000)) // 1000 * 1000


@dataclass(frozen=True, slots=True)
class _Running:
    said: Said
    interval_ms: int
    until_ms: int
    order: tuple[int, int, int]


class Repeats:
    """The readings that are being repeated. At one second those of a node stand together, nodes and devices in the
    order in which the file first named them."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._running: dict[str, _Running] = {}
        self._due: list[tuple[int, tuple[int, int, int], int, _Running]] = []
        self._rank: dict[str, int] = {}
        self._started = 0

    def start(self, reading: Said, until_ms: int) -> None:
        """Take the place of what is repeated of the device."""
        device = reading.line.device
        node = self._names.node_of[device]
        rank = (self._rank.setdefault(node, len(self._rank)), self._rank.setdefault(device, len(self._rank)))
        self._started += 1  # no two are ever the same, so that nothing else is compared
        running = _Running(reading, self._names.nodes[node], until_ms, (*rank, self._started))
        self._running[device] = running
        self._push(running, 1)

    def end(self, device: str) -> None:
        """Nothing more of a device."""
        self._running.pop(device, None)

    def end_node(self, node: str) -> None:
        """Nothing more of a node and its devices."""
        for device in [device for device in self._running if self._names.node_of[device] == node]:
            self.end(device)

    def end_all(self) -> None:
        """Nothing more of anybody."""
        self._running.clear()

    def upto(self, at_ms: int) -> Iterator[tuple[int, Reading]]:
        """What is due at or before ``at_ms``: moments and readings, in order."""
        while self._due and self._due[0][0] <= at_ms:
            due_ms, _, count, running = heapq.heappop(self._due)
            if self._running.get(running.said.line.device) is running:
                yield due_ms, running.said.reading(due_ms, count)
                self._push(running, count + 1)

    def _push(self, running: _Running, count: int) -> None:
        due_ms = running.said.at_ms + count * running.interval_ms
        if due_ms <= running.until_ms:
            heapq.heappush(self._due, (due_ms // 1000 * 1000, running.order, count, running))

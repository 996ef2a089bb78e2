"""What a run of the demo comes to: the JSON of ``--report``, and the reasons why it is no pass. Pure;
:mod:`demo.tally` collects the figures.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, get_args

from demo.ledger import Key
from demo.letters import Letters
from demo.timeline import Awaited, Fault, Progress, why
from demo.told import Message, Owed, sentence
from gateway.faults.kinds import MessageKind


class ReadingKey(NamedTuple):
    """A reading: one device in one record."""

    record: Key
    device: str


@dataclass(frozen=True, slots=True)
class Readings:
    """Counts of readings; see :func:`count`."""

    produced: int
    acked: int
    stored: int
    lost: int
    duplicated: int


def count(
    produced: Collection[ReadingKey], acked: Mapping[tuple[str, str], int], rows: Counter[ReadingKey]
) -> Readings:
    """``acked``: highest acknowledged n of (node, stream); ``rows``: how often the store has each reading."""
    distinct = set(produced)
    return Readings(
        produced=len(distinct),
        acked=sum(key.record.n <= acked.get((key.record.node, key.record.stream), 0) for key in distinct),
        stored=len(rows),
        lost=len(distinct - rows.keys()),
        duplicated=rows.total() - len(rows),
    )


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that ``share`` of all are not above; None when there are none."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def latencies_ms(start: Mapping[Key, float], end: Mapping[Key, float]) -> list[float]:
    """Milliseconds between two monotonic times (seconds), for the records that have both."""
    return [1000 * (end[key] - begun) for key, begun in start.items() if key in end]


def _spread(values: Sequence[float]) -> dict[str, float | None]:
    found = {"p50": percentile(values, 0.5), "p95": percentile(values, 0.95)}
    return {name: None if value is None else round(value, 1) for name, value in found.items()}


class Spread(NamedTuple):
    """Latencies of one run, milliseconds each.

    ``stored``: from the spool's yes to the gateway's commit. ``sse``: from the spool's yes to a page's event stream.
    ``change_sse``: the same of those records alone that told of a change. ``fault_sse``: from the moment at which the
    rules made something a fault (its debounce was over) to the event stream.
    """

    stored: Sequence[float] = ()
    sse: Sequence[float] = ()
    change_sse: Sequence[float] = ()
    fault_sse: Sequence[float] = ()


@dataclass(frozen=True)
class Report:
    """One run. ``messages``: all that went out; ``stray``: those of them that no step has caused;
    ``letters``: what came of them. Memory in MiB (None
    where the system does not tell), ``core_share`` 1.0 = one core.
    """

    readings: Readings
    steps: Sequence[Progress]
    faults: Sequence[Fault]
    unexpected: Sequence[Fault]
    messages: Sequence[Message] = ()
    stray: Sequence[Message] = ()
    letters: Letters = field(default_factory=Letters)
    latency_ms: Spread = field(default_factory=Spread)
    memory_mib: float | None = None
    core_share: float = 0.0
    cut_short: bool = False
    setting: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The JSON of ``--report``. A step is there once for each fault that it must cause; under ``messages`` once for
        each that it must bring.
        """
        counts = self.readings
        return {
            **self.setting,
            "readings": {name: getattr(counts, name) for name in ("produced", "acked", "stored", "lost", "duplicated")},
            "steps": [row for progress in self.steps for row in _rows(progress)],
            "faults": {
                "opened": len(self.faults),
                "closed": sum(fault.closed for fault in self.faults),
                "unexpected": len(self.unexpected),
            },
            "messages": {
                "sent": len(self.messages),
                **{kind: sum(message.kind == kind for message in self.messages) for kind in get_args(MessageKind)},
                "unexpected": len(self.stray),
                "steps": [_owed(progress, owed) for progress in self.steps for owed in progress.ear.owed],
            },
            "letters": _letters(self.letters),
            "latency_ms": {name: _spread(values) for name, values in self.latency_ms._asdict().items()},
            "memory_mib": None if self.memory_mib is None else round(self.memory_mib, 1),
            "core_share": round(self.core_share, 3),
            "happened": {
                "faults": [[fault.asset, fault.code, fault.root, fault.closed] for fault in self.faults],
                "messages": [[message.kind, message.asset, message.code] for message in self.messages],
            },
        }

    def reasons(self) -> list[str]:
        """Why this run is no pass; empty if it is one. Cut short by its user, it owes no step that was not due yet."""
        return [
            *_loss(self.readings),
            *self._missed(),
            *(f"unexpected: {fault.code} of {fault.asset} opened" for fault in self.unexpected),
            *(f"unexpected: {sentence(message.told)} was sent" for message in self.stray),
            *self.letters.reasons(),
        ]

    def _missed(self) -> Iterable[str]:
        for progress in self.steps:
            due = not self.cut_short or progress.late
            if due and not progress.ok:
                yield from (f"step missed: {progress.cue.name}: {text}" for text in why(progress))


def _loss(counts: Readings) -> Iterable[str]:
    if counts.lost:
        yield f"{counts.lost} of {counts.produced} readings that a spool had accepted are not in the store"
    if counts.duplicated:
        yield f"{counts.duplicated} readings are in the store twice"
    if not counts.produced:
        yield "nothing was produced"


def _rows(progress: Progress) -> Iterable[dict[str, Any]]:
    if not progress.awaited:
        nothing = {"expected": None, "opened_after_s": None, "closed_after_s": None}
        yield {"name": progress.cue.name, **nothing, "ok": progress.ok}
    yield from (_row(progress, awaited) for awaited in progress.awaited)


def _row(progress: Progress, awaited: Awaited) -> dict[str, Any]:
    return {
        "name": progress.cue.name,
        "expected": awaited.expected._asdict(),
        "opened_after_s": _rounded(progress.opened_after_s(awaited)),
        "closed_after_s": _rounded(progress.closed_after_s(awaited)),
        "ok": progress.refused is None and progress.seen(awaited),
    }


def _owed(progress: Progress, owed: Owed) -> dict[str, Any]:
    sent_after_s = _rounded(progress.told_after_s(owed))
    return {
        "name": progress.cue.name,
        **owed.told._asdict(),
        "sent_after_s": sent_after_s,
        "ok": owed.sent_s is not None,
    }


def _letters(letters: Letters) -> dict[str, Any]:
    bad = {name: len(getattr(letters, name)) for name in ("missing", "doubled", "disordered", "strange")}
    good = {name: getattr(letters, name) for name in ("received", "people", "confirmed")}
    return {**good, "channels": dict(letters.channels), "waiting": dict(letters.waiting), **bad}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)

"""From verdicts to readings: since when, in how many looks in a row, and whether the gateway must hear at once."""

from dataclasses import dataclass
from typing import NamedTuple

from msgspec import UNSET

from contracts.codes import looks_needed
from contracts.messages import Finding, Reading
from contracts.states import State, worst
from edge.detect.verdict import Verdict

GOOD_LOOKS = 2


@dataclass(frozen=True, slots=True)
class Run:
    """A row of looks that saw the same: its first and its newest counted moment (monotonic seconds), and its length."""

    since: float
    counted: float
    looks: int = 1

    def grown(self, now: float, apart_s: float) -> "Run":
        """One look longer, if ``now`` is at least ``apart_s`` after the look counted before."""
        return Run(self.since, now, self.looks + 1) if now - self.counted >= apart_s else self


@dataclass(frozen=True, slots=True)
class Memory:
    """What the look before saw. ``better``: the last change took a code away or lifted the state. ``worded``: when its
    word began (monotonic seconds).
    """

    state: State
    word: str | None
    run: Run
    codes: dict[str, Run]
    better: bool = False
    worded: float = 0.0


class Tracked(NamedTuple):
    """``changed``: send a record now instead of at the next interval."""

    memory: Memory
    reading: Reading
    changed: bool


def track(memory: Memory | None, device: str, verdict: Verdict, now: float, apart_s: float = 0.0) -> Tracked:
    """Count this look of ``device``; ``memory`` is None at the first one, ``now`` in monotonic seconds.

    Looks in a row that come sooner than ``apart_s`` after each other count as one.
    """
    after = _next(memory, verdict, now, apart_s)
    return Tracked(after, _reading(device, verdict, after, now), _changed(memory, after))


def _next(memory: Memory | None, verdict: Verdict, now: float, apart_s: float) -> Memory:
    before = memory.codes if memory else {}
    new = Run(now, now)
    codes = {code: before[code].grown(now, apart_s) if code in before else new for code in verdict.findings}
    if memory is None:
        return Memory(verdict.state, verdict.word, new, codes, worded=now)
    # A socket goes from free to in use without a change of state: looks count on, and residents read since when.
    worded = memory.worded if memory.word == verdict.word else now
    if memory.state == verdict.state and memory.codes.keys() == codes.keys():
        return Memory(verdict.state, verdict.word, memory.run.grown(now, apart_s), codes, memory.better, worded)
    better = bool(memory.codes.keys() - codes.keys()) or _lifted(memory.state, verdict.state)
    return Memory(verdict.state, verdict.word, new, codes, better, worded)


def _lifted(before: State, after: State) -> bool:
    return before != after and worst((before, after)) == before


def _changed(before: Memory | None, after: Memory) -> bool:
    if before is None or before.word != after.word or before.state != after.state:
        return True
    if before.codes.keys() != after.codes.keys():
        return True
    if after.better and before.run.looks < GOOD_LOOKS <= after.run.looks:
        return True
    return any(before.codes[code].looks < looks_needed(code) <= run.looks for code, run in after.codes.items())


def _reading(device: str, verdict: Verdict, memory: Memory, now: float) -> Reading:
    return Reading(
        d=device,
        s=verdict.state,
        since_s=min(_since(memory.run.since, now), _since(memory.worded, now)),
        looks=memory.run.looks,
        word=UNSET if verdict.word is None else verdict.word,
        f=tuple(_finding(code, verdict, memory.codes[code], now) for code in sorted(verdict.findings)),
        nc=tuple(sorted(verdict.nc)),
        m=dict(verdict.m),
    )


def _finding(code: str, verdict: Verdict, run: Run, now: float) -> Finding:
    state, raw = verdict.findings[code]
    return Finding(code, state, _since(run.since, now), run.looks, UNSET if raw is None else raw[:200])


def _since(since: float, now: float) -> float:
    return round(max(0.0, now - since), 3)

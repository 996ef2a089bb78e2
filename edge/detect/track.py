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
    """A row of looks that saw the same: its first moment (monotonic seconds) and its length."""

    since: float
    looks: int = 1

    def grown(self) -> "Run":
        """One look longer."""
        return Run(self.since, self.looks + 1)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the look before saw. ``better``: the last change took a code away or lifted the state."""

    state: State
    word: str | None
    run: Run
    codes: dict[str, Run]
    better: bool = False


class Tracked(NamedTuple):
    """``changed``: send a record now instead of at the next interval."""

    memory: Memory
    reading: Reading
    changed: bool


def track(memory: Memory | None, device: str, verdict: Verdict, now: float) -> Tracked:
    """Count this look of ``device``; ``memory`` is None at the first one, ``now`` in monotonic seconds."""
    after = _next(memory, verdict, now)
    return Tracked(after, _reading(device, verdict, after, now), _changed(memory, after))


def _next(memory: Memory | None, verdict: Verdict, now: float) -> Memory:
    before = memory.codes if memory else {}
    codes = {code: before[code].grown() if code in before else Run(now) for code in verdict.findings}
    if memory is None:
        return Memory(verdict.state, verdict.word, Run(now), codes)
    if memory.state == verdict.state and memory.codes.keys() == codes.keys():
        return Memory(verdict.state, verdict.word, memory.run.grown(), codes, memory.better)
    better = bool(memory.codes.keys() - codes.keys()) or _lifted(memory.state, verdict.state)
    return Memory(verdict.state, verdict.word, Run(now), codes, better)


def _lifted(before: State, after: State) -> bool:
    return before != after and worst((before, after)) == before


def _changed(before: Memory | None, after: Memory) -> bool:
    if before is None or before.word != after.word or after.run.looks == 1:
        return True
    if after.better and after.run.looks == GOOD_LOOKS:
        return True
    return any(run.looks == looks_needed(code) for code, run in after.codes.items())


def _reading(device: str, verdict: Verdict, memory: Memory, now: float) -> Reading:
    return Reading(
        d=device,
        s=verdict.state,
        since_s=_since(memory.run, now),
        looks=memory.run.looks,
        word=UNSET if verdict.word is None else verdict.word,
        f=tuple(_finding(code, verdict, memory.codes[code], now) for code in sorted(verdict.findings)),
        nc=tuple(sorted(verdict.nc)),
        m=dict(verdict.m),
    )


def _finding(code: str, verdict: Verdict, run: Run, now: float) -> Finding:
    state, raw = verdict.findings[code]
    return Finding(code, state, _since(run, now), run.looks, UNSET if raw is None else raw[:200])


def _since(run: Run, now: float) -> float:
    return round(max(0.0, now - run.since), 3)

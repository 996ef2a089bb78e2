"""Plays a scenario: told the time and the faults that the API shows, it says what to do next. No clock, no I/O.

A fault is a step's doing when it has the step's asset and code and was first seen after the step's break. Everything
else is unexpected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from demo.scenario import Scenario, Step

ACKNOWLEDGE_AGAIN_AFTER_S = 2.0


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as the API shows it. ``cleared``: the condition has ended; ``closed``: cleared, and released if it was
    latched.
    """

    number: str
    asset: str
    code: str
    cleared: bool
    closed: bool
    reopened: int = 0

    @property
    def id(self) -> tuple[str, int]:
        """A fault that opens again under its old number is a new one to a scenario."""
        return self.number, self.reopened


@dataclass(frozen=True, slots=True)
class Action:
    """Something the demo is to do now; ``fault`` is set for an acknowledgement."""

    do: Literal["break", "mend", "acknowledge"]
    step: Step
    fault: str | None = None


@dataclass
class Progress:
    """What became of one step; times in seconds from the scenario's start."""

    step: Step
    broken_s: float | None = None
    mended_s: float | None = None
    fault: tuple[str, int] | None = None
    opened_s: float | None = None
    closed_s: float | None = None
    asked_s: float | None = None
    late: bool = False

    @property
    def opened_after_s(self) -> float | None:
        """From the break to the moment the fault was seen."""
        return None if self.opened_s is None or self.broken_s is None else self.opened_s - self.broken_s

    @property
    def closed_after_s(self) -> float | None:
        """From the mend to the moment the fault was seen closed."""
        return None if self.closed_s is None or self.mended_s is None else self.closed_s - self.mended_s

    @property
    def ok(self) -> bool:
        """Whether the fault opened and closed in time."""
        opened, closed = self.opened_after_s, self.closed_after_s
        return (
            opened is not None
            and opened <= self.step.within_s
            and closed is not None
            and 0 <= closed <= self.step.close_within_s
        )

    def check(self, now: float) -> None:
        """Set ``late`` once a deadline has gone by without what was due."""
        no_fault = self.broken_s is not None and self.opened_s is None and now - self.broken_s > self.step.within_s
        no_end = self.mended_s is not None and self.closed_s is None and now - self.mended_s > self.step.close_within_s
        self.late = self.late or no_fault or no_end or (self.closed_s is not None and not self.ok)


def why(progress: Progress) -> str:
    """A sentence on what a step missed."""
    step, fault = progress.step, f"{progress.step.expect.code} of {progress.step.expect.asset}"
    if progress.broken_s is None:
        return f"was not reached (it breaks at {step.at_s:g} s)"
    if progress.closed_s is None and not progress.late:
        return f"had not {'closed' if progress.opened_s else 'opened'} when the run ended"
    if progress.opened_after_s is None:
        return f"{fault} never opened (due within {step.within_s:g} s of the break)"
    if progress.opened_after_s > step.within_s:
        return f"{fault} opened after {progress.opened_after_s:.1f} s (due within {step.within_s:g} s)"
    if progress.closed_s is None:
        return f"{fault} opened but never closed (due within {step.close_within_s:g} s of the mend)"
    if progress.closed_after_s is None or progress.closed_after_s < 0:
        return f"{fault} closed before anything was mended"
    return f"{fault} closed {progress.closed_after_s:.1f} s after the mend (due within {step.close_within_s:g} s)"


@dataclass
class Timeline:
    """The steps' progress and every fault that was ever seen."""

    scenario: Scenario
    steps: list[Progress] = field(init=False)
    seen: dict[tuple[str, int], Fault] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.steps = [Progress(step) for step in self.scenario.steps]

    def tick(self, now: float, faults: Sequence[Fault]) -> list[Action]:
        """What to do at ``now`` (seconds from the scenario's start), the API showing ``faults``."""
        self.look(now, faults)
        return [action for progress in self.steps for action in self._advance(progress, now)]

    def look(self, now: float, faults: Sequence[Fault]) -> None:
        """Take notice of faults without doing anything: before the start and after the end."""
        for fault in faults:
            if fault.id not in self.seen:
                self._claim(fault, now)
            self.seen[fault.id] = fault
        for progress in self.steps:
            self._notice_end(progress, now)
            progress.check(now)

    def unexpected(self) -> list[Fault]:
        """Faults that no step has caused."""
        claimed = {progress.fault for progress in self.steps}
        return [fault for fault in self.seen.values() if fault.id not in claimed]

    def _claim(self, fault: Fault, now: float) -> None:
        for progress in self.steps:
            expect = progress.step.expect
            waiting = progress.broken_s is not None and progress.fault is None
            if waiting and (fault.asset, fault.code) == (expect.asset, expect.code):
                progress.fault, progress.opened_s = fault.id, now
                return

    def _advance(self, progress: Progress, now: float) -> list[Action]:
        step = progress.step
        if progress.broken_s is None:
            if now < step.at_s:
                return []
            progress.broken_s = now
            return [Action("break", step)]
        if progress.mended_s is None and now >= step.mend_at_s:
            progress.mended_s = now
            return [Action("mend", step)]
        return self._acknowledge(progress, now)

    def _notice_end(self, progress: Progress, now: float) -> None:
        if progress.fault is not None and progress.closed_s is None and self.seen[progress.fault].closed:
            progress.closed_s = now

    def _acknowledge(self, progress: Progress, now: float) -> list[Action]:
        if progress.fault is None or progress.step.acknowledge is None or progress.closed_s is not None:
            return []
        just_asked = progress.asked_s is not None and now - progress.asked_s < ACKNOWLEDGE_AGAIN_AFTER_S
        if just_asked or not self.seen[progress.fault].cleared:
            return []
        progress.asked_s = now
        return [Action("acknowledge", progress.step, self.seen[progress.fault].number)]

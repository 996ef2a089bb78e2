"""Plays a scenario: told the time, the faults that the API shows and the messages that went out, it says what to do
next. No clock, no I/O.

A fault is a step's doing when it has the asset and code of one that the step expects and was first seen after the
step's break. Everything else is unexpected. Which cause it is listed under must be as expected by its end: that may
turn out late.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from demo.plan import Cue, Expected
from demo.told import Ear, Message, Owed, claim

ACKNOWLEDGE_AGAIN_AFTER_S = 2.0


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as the API shows it. ``cleared``: the condition has ended; ``closed``: cleared, and released if it was
    latched. ``root``: the asset that is the cause, when another one is. ``taken``: somebody is on it.
    """

    number: str
    asset: str
    code: str
    cleared: bool
    closed: bool
    reopened: int = 0
    root: str | None = None
    taken: bool = False

    @property
    def id(self) -> tuple[str, int]:
        """A fault that opens again under its old number is a new one to a scenario."""
        return self.number, self.reopened


@dataclass(frozen=True, slots=True)
class Action:
    """Something the demo is to do now; ``fault`` is set for an acknowledgement and where it is taken on."""

    do: Literal["break", "mend", "acknowledge", "take"]
    cue: Cue
    fault: str | None = None


@dataclass
class Awaited:
    """What became of one expected fault; times in seconds from the scenario's start. ``root``: as it is listed."""

    expected: Expected
    fault: tuple[str, int] | None = None
    root: str | None = None
    opened_s: float | None = None
    closed_s: float | None = None
    asked_s: float | None = None
    taken: bool = False


@dataclass
class Progress:
    """What became of one step; times in seconds from the scenario's start. ``refused``: why it could not be broken or
    mended.
    """

    cue: Cue
    broken_s: float | None = None
    mended_s: float | None = None
    awaited: list[Awaited] = field(init=False)
    ear: Ear = field(init=False)
    refused: str | None = None
    late: bool = False

    def __post_init__(self) -> None:
        self.awaited = [Awaited(expected) for expected in self.cue.expected]
        self.ear = Ear(self.cue)

    def opened_after_s(self, awaited: Awaited) -> float | None:
        """From the break to the moment the fault was seen."""
        return None if awaited.opened_s is None or self.broken_s is None else awaited.opened_s - self.broken_s

    def closed_after_s(self, awaited: Awaited) -> float | None:
        """From the mend to the moment the fault was seen closed."""
        return None if awaited.closed_s is None or self.mended_s is None else awaited.closed_s - self.mended_s

    def seen(self, awaited: Awaited) -> bool:
        """Whether this fault opened and closed in time, and was listed under the cause that it should be."""
        opened, closed = self.opened_after_s(awaited), self.closed_after_s(awaited)
        in_time = opened is not None and opened <= self.cue.within_s
        ended = closed is not None and 0 <= closed <= self.cue.close_within_s
        return in_time and ended and awaited.root == awaited.expected.root and (awaited.taken or self.cue.take is None)

    def told_after_s(self, owed: Owed) -> float | None:
        """From the break to the moment the message was seen."""
        return None if owed.sent_s is None or self.broken_s is None else owed.sent_s - self.broken_s

    @property
    def ok(self) -> bool:
        """Whether all was done, and all that was expected of it was seen in time, and told."""
        done = self.refused is None and self.mended_s is not None
        return done and all(self.seen(awaited) for awaited in self.awaited) and not self.ear.waits

    def check(self, now: float) -> None:
        """Set ``late`` once a deadline has gone by without what was due."""
        untold = self.mended_s is not None and self.ear.waits and now - self.mended_s > self.cue.tell_within_s
        missed = untold or any(self._is_late(awaited, now) for awaited in self.awaited)
        self.late = self.late or self.refused is not None or missed

    def _is_late(self, awaited: Awaited, now: float) -> bool:
        cue = self.cue
        no_fault = self.broken_s is not None and awaited.opened_s is None and now - self.broken_s > cue.within_s
        no_end = self.mended_s is not None and awaited.closed_s is None and now - self.mended_s > cue.close_within_s
        return no_fault or no_end or (awaited.closed_s is not None and not self.seen(awaited))


def why(progress: Progress) -> Iterator[str]:
    """Sentences on what a step missed."""
    cue = progress.cue
    if progress.refused is not None:
        yield f"could not be done: {progress.refused}"
    elif progress.broken_s is None:
        yield f"was not reached (it breaks at {cue.at_s:g} s)"
    elif not progress.awaited and progress.mended_s is None:
        yield f"was not mended when the run ended (due at {cue.mend_at_s:g} s)"
    else:
        yield from (_why(progress, awaited) for awaited in progress.awaited if not progress.seen(awaited))
        yield from progress.ear.why()


def _why(progress: Progress, awaited: Awaited) -> str:
    cue, fault = progress.cue, awaited.expected.text
    opened, closed = progress.opened_after_s(awaited), progress.closed_after_s(awaited)
    if awaited.closed_s is None and not progress.late:
        return f"{fault} had not {'closed' if awaited.opened_s else 'opened'} when the run ended"
    if opened is None:
        return f"{fault} never opened (due within {cue.within_s:g} s of the break)"
    if opened > cue.within_s:
        return f"{fault} opened after {opened:.1f} s (due within {cue.within_s:g} s)"
    if awaited.closed_s is None:
        return f"{fault} opened but never closed (due within {cue.close_within_s:g} s of the mend)"
    if closed is None or closed < 0:
        return f"{fault} closed before anything was mended"
    if closed > cue.close_within_s:
        return f"{fault} closed {closed:.1f} s after the mend (due within {cue.close_within_s:g} s)"
    if cue.take is not None and not awaited.taken:
        return f"{fault} was not taken on by the link in the letter to {cue.take}"
    return f"{fault} was listed {'by itself' if awaited.root is None else f'under {awaited.root}'}"


@dataclass
class Timeline:
    """The steps' progress, every fault that was ever seen, and every message; ``stray`` are those of no step."""

    cues: Sequence[Cue]
    steps: list[Progress] = field(init=False)
    seen: dict[tuple[str, int], Fault] = field(default_factory=dict)
    told: list[Message] = field(default_factory=list)
    stray: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.steps = [Progress(cue) for cue in self.cues]

    def tick(self, now: float, faults: Sequence[Fault], messages: Sequence[Message] = ()) -> list[Action]:
        """What to do at ``now`` (seconds from the scenario's start), the API showing ``faults``, ``messages`` new."""
        self.look(now, faults, messages)
        return [action for progress in self.steps for action in self._advance(progress, now)]

    def look(self, now: float, faults: Sequence[Fault], messages: Sequence[Message] = ()) -> None:
        """Take notice without doing anything: before the start and after the end. ``messages``: each once."""
        self._hear(now, messages)
        for fault in faults:
            if fault.id not in self.seen:
                self._claim(fault, now)
            self.seen[fault.id] = fault
        for progress in self.steps:
            self._notice_ends(progress, now)
            progress.check(now)

    def refuse(self, cue: Cue, reason: str) -> None:
        """An action of ``cue`` could not be carried out."""
        for progress in self.steps:
            if progress.cue is cue:
                progress.refused = reason

    def end(self, now: float) -> list[Cue]:
        """What is broken now and must be mended, since the run ends."""
        found = [one for one in self.steps if one.broken_s is not None and one.mended_s is None]
        for progress in found:
            progress.mended_s = now
        return [progress.cue for progress in found]

    def upcoming(self, now: float) -> tuple[float, str] | None:
        """The next thing to come: in how many seconds, and what."""
        breaks = [(one.cue.at_s - now, f"break: {one.cue.name}") for one in self.steps if one.broken_s is None]
        mends = [(one.cue.mend_at_s - now, f"mend: {one.cue.name}") for one in self.steps if one.mended_s is None]
        return min(breaks + mends, default=None)

    def unexpected(self) -> list[Fault]:
        """Faults that no step has caused."""
        claimed = {awaited.fault for progress in self.steps for awaited in progress.awaited}
        return [fault for fault in self.seen.values() if fault.id not in claimed]

    def _hear(self, now: float, messages: Sequence[Message]) -> None:
        broken = [progress.ear for progress in self.steps if progress.broken_s is not None]
        self.told += messages
        self.stray += [message for message in messages if not claim(message, broken, now)]

    def _claim(self, fault: Fault, now: float) -> None:
        for progress in self.steps:
            for awaited in progress.awaited if progress.broken_s is not None else ():
                if awaited.fault is None and awaited.expected[:2] == (fault.asset, fault.code):
                    awaited.fault, awaited.opened_s = fault.id, now
                    return

    def _advance(self, progress: Progress, now: float) -> list[Action]:
        cue = progress.cue
        if progress.broken_s is None:
            if now < cue.at_s:
                return []
            progress.broken_s = now
            return [Action("break", cue)]
        if progress.mended_s is None and now >= cue.mend_at_s:
            progress.mended_s = now
            return [Action("mend", cue)]
        return [action for awaited in progress.awaited for action in self._by_hand(cue, awaited, now)]

    def _notice_ends(self, progress: Progress, now: float) -> None:
        for awaited in progress.awaited:
            if awaited.fault is not None and awaited.closed_s is None:
                fault = self.seen[awaited.fault]
                awaited.taken = awaited.taken or (fault.taken and not fault.cleared)
                awaited.root = fault.root
                awaited.closed_s = now if fault.closed else None

    def _by_hand(self, cue: Cue, awaited: Awaited, now: float) -> list[Action]:
        """What a person does about a fault; again after a while if nothing came of it."""
        if awaited.fault is None or awaited.closed_s is not None:
            return []
        just_asked = awaited.asked_s is not None and now - awaited.asked_s < ACKNOWLEDGE_AGAIN_AFTER_S
        fault = self.seen[awaited.fault]
        take = cue.take is not None and not fault.cleared and not fault.taken
        if just_asked or not (take or (cue.acknowledge is not None and fault.cleared)):
            return []
        awaited.asked_s = now
        return [Action("take" if take else "acknowledge", cue, fault.number)]

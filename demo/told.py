"""What people were told in a run, held against what the steps state. Pure.

A message is a step's doing when it is one that the step states, or, where a step states none, when it is of a fault
that the step expects. Everything else is unexpected.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from demo.plan import Cue, Told


class Message(NamedTuple):
    """A message as the store has it; they are numbered in the order in which they went out."""

    number: int
    kind: str
    asset: str
    code: str

    @property
    def told(self) -> Told:
        """What it says."""
        return Told(self.kind, self.asset, self.code)


@dataclass
class Owed:
    """What became of one message that a step states; in seconds from the scenario's start."""

    told: Told
    sent_s: float | None = None


@dataclass
class Ear:
    """What one step hears of itself: whatever of ``cue`` people are told."""

    cue: Cue
    owed: list[Owed] = field(init=False)

    def __post_init__(self) -> None:
        self.owed = [Owed(told) for told in self.cue.messages or ()]

    def take(self, message: Message, now: float) -> bool:
        """Whether the message is of this step's doing; one that it states is it only once."""
        for owed in self.owed:
            if owed.sent_s is None and owed.told == message.told:
                owed.sent_s = now
                return True
        faults = {(fault.asset, fault.code) for fault in self.cue.expected}
        return self.cue.messages is None and (message.asset, message.code) in faults

    @property
    def waits(self) -> bool:
        """Whether something that must be told has not been."""
        return any(owed.sent_s is None for owed in self.owed)

    def why(self) -> Iterator[str]:
        """Sentences on what was not told."""
        due_s = self.cue.tell_within_s
        for owed in self.owed:
            if owed.sent_s is None:
                yield f"{sentence(owed.told)} was not sent (due within {due_s:g} s of the mend)"


def sentence(told: Told) -> str:
    """A message in words."""
    return f"{told.kind} of {told.asset} {told.code}"


def claim(message: Message, ears: Sequence[Ear], now: float) -> bool:
    """Give the message to the first of the steps that it is of; False if it is of none."""
    return any(ear.take(message, now) for ear in sorted(ears, key=lambda ear: ear.cue.messages is None))

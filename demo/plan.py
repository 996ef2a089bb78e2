"""A scenario at a speed, in a village: the same steps in real seconds, with every fault they must bring. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from contracts.inventory import Village
from demo import reach
from demo.scenario import Acknowledge, Break, Expect, Of, Scenario, Step, Tell


class Expected(NamedTuple):
    """One fault that must open. ``root``: the asset of the cause that it is listed under in the end; None: none."""

    asset: str
    code: str
    root: str | None = None

    @property
    def text(self) -> str:
        """In words."""
        return f"{self.code} of {self.asset}" + ("" if self.root is None else f" under {self.root}")


class Told(NamedTuple):
    """One message that must go out."""

    kind: str
    asset: str
    code: str


@dataclass(frozen=True, slots=True)
class Cue:
    """One step in real seconds from the scenario's start; ``within_s``, ``close_within_s`` and ``tell_within_s`` (which
    counts from the mend, too) with their allowances. ``messages`` None: the step does not say what people are told.
    """

    name: str
    at_s: float
    break_: Break
    mend_at_s: float
    expected: tuple[Expected, ...]
    within_s: float
    close_within_s: float
    acknowledge: Acknowledge | None = None
    messages: tuple[Told, ...] | None = None
    tell_within_s: float = 0.0
    take: str | None = None

    @property
    def over_s(self) -> float:
        """When the step is decided at the latest."""
        closed_s = self.close_within_s if self.expected else 0.0
        return self.mend_at_s + (max(closed_s, self.tell_within_s) if self.messages else closed_s)


def cue(step: Step, village: Village, speed: float) -> Cue:
    """``step`` at ``speed``."""
    broken = step.break_
    if broken.down_s is not None and broken.up_s is not None:
        broken = broken.model_copy(update={"down_s": broken.down_s / speed, "up_s": broken.up_s / speed})
    close_within_s = step.close_within_s / speed + step.close_protocol_s
    return Cue(
        name=step.name,
        at_s=step.at_s / speed,
        break_=broken,
        mend_at_s=step.mend_at_s / speed,
        expected=tuple(fault for one in step.expect for fault in _faults(one, village, broken)),
        within_s=step.within_s / speed + step.protocol_s,
        close_within_s=close_within_s,
        acknowledge=step.acknowledge,
        messages=None if step.messages is None else tuple(_told(step.messages, village, broken)),
        tell_within_s=close_within_s + step.tell_protocol_s,
        take=step.take,
    )


def plan(scenario: Scenario, village: Village, speed: float) -> tuple[Cue, ...]:
    """Every step of ``scenario`` at ``speed``, in the file's order."""
    return tuple(cue(step, village, speed) for step in scenario.steps)


def length_s(cues: tuple[Cue, ...]) -> float:
    """When the last step is decided at the latest, real seconds."""
    return max((one.over_s for one in cues), default=0.0)


def _faults(expect: Expect, village: Village, broken: Break) -> list[Expected]:
    return [Expected(asset, expect.code, expect.root) for asset in _assets(expect, village, broken)]


def _told(messages: Iterable[Tell], village: Village, broken: Break) -> Iterator[Told]:
    for one in messages:
        yield from (Told(one.kind, asset, one.code) for asset in _assets(one, village, broken))


def _assets(one: Of, village: Village, broken: Break) -> list[str]:
    if one.asset is not None:
        return [one.asset]
    return reach.sites(village, broken) if one.each == "site" else reach.unseen(village, broken)

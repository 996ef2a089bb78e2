"""A scenario at a speed, in a village: the same steps in real seconds, with every fault they must bring. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from contracts.inventory import Village
from demo import reach
from demo.scenario import Acknowledge, Break, Expect, Scenario, Step


class Expected(NamedTuple):
    """One fault that must open."""

    asset: str
    code: str


@dataclass(frozen=True, slots=True)
class Cue:
    """One step in real seconds from the scenario's start; ``within_s`` and ``close_within_s`` with their allowances."""

    name: str
    at_s: float
    break_: Break
    mend_at_s: float
    expected: tuple[Expected, ...]
    within_s: float
    close_within_s: float
    acknowledge: Acknowledge | None = None

    @property
    def over_s(self) -> float:
        """When the step is decided at the latest."""
        return self.mend_at_s + (self.close_within_s if self.expected else 0.0)


def cue(step: Step, village: Village, speed: float) -> Cue:
    """``step`` at ``speed``."""
    broken = step.break_
    if broken.down_s is not None and broken.up_s is not None:
        broken = broken.model_copy(update={"down_s": broken.down_s / speed, "up_s": broken.up_s / speed})
    return Cue(
        name=step.name,
        at_s=step.at_s / speed,
        break_=broken,
        mend_at_s=step.mend_at_s / speed,
        expected=tuple(fault for one in step.expect for fault in _faults(one, village, broken)),
        within_s=step.within_s / speed + step.protocol_s,
        close_within_s=step.close_within_s / speed + step.close_protocol_s,
        acknowledge=step.acknowledge,
    )


def plan(scenario: Scenario, village: Village, speed: float) -> tuple[Cue, ...]:
    """Every step of ``scenario`` at ``speed``, in the file's order."""
    return tuple(cue(step, village, speed) for step in scenario.steps)


def length_s(cues: tuple[Cue, ...]) -> float:
    """When the last step is decided at the latest, real seconds."""
    return max((one.over_s for one in cues), default=0.0)


def _faults(expect: Expect, village: Village, broken: Break) -> list[Expected]:
    assets = [expect.asset] if expect.asset is not None else reach.sites(village, broken)
    return [Expected(asset, expect.code) for asset in assets]

"""What the API answers and takes of rules and their trials. Times are ISO 8601 with offset."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard_api.trials.draft import LONGEST

AT = "2026-10-05T21:15:00+08:00"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class RuleValue(_Model):
    """One value of the rules."""

    name: str = Field(examples=["keep_s"])
    value: float = Field(examples=[60])
    default: float = Field(description="the shipped one", examples=[60])
    least: float = Field(examples=[0])
    most: float = Field(examples=[604_800])
    above: bool = Field(description="`least` itself is not allowed")
    description: str


class RulesNow(_Model):
    """The rules in force, as this process read them when it started."""

    file: str | None = Field(description="None: the shipped ones", examples=["rules.yaml"])
    text: str = Field(description="as a rules file: what differs from the shipped rules", examples=["keep_s: 30\n"])
    values: list[RuleValue]
    for_s: dict[str, float] = Field(description="seconds by code where the catalogue's are not taken")


class MakeTrial(_Model):
    """Other rules, and the days that they are tried on."""

    rules: str = Field(max_length=LONGEST, description="a rules file", examples=["for_s:\n  black: 300\n"])
    from_: date = Field(alias="from", description="first day, in China", examples=["2026-10-01"])
    to: date = Field(description="last day", examples=["2026-10-07"])
    area: str = Field(default="", max_length=100, description="a grid or junction; all without it", examples=["j-01"])


class TrialState(_Model):
    """How far a trial is."""

    id: str = Field(examples=["0f343b0931126a20f133d67c2b018a3b"])
    by: str = Field(examples=["li.wei"])
    added: str = Field(examples=[AT])
    state: Literal["waiting", "judging", "done", "failed", "cancelled"]
    part: int = Field(description="percent of the days that are judged", examples=[42])
    rules: str = Field(description="what is tried", examples=["for_s:\n  black: 300\n"])
    from_: str = Field(alias="from", examples=["2026-10-01"])
    to: str = Field(examples=["2026-10-07"])
    area: str = Field(examples=["j-01"])
    error: str | None = Field(description="why it failed")


class Trials(_Model):
    """Those that are not forgotten yet."""

    items: list[TrialState] = Field(description="newest first")


class TrialFault(_Model):
    """A fault, as replay reports it."""

    asset: str = Field(examples=["cam-01"])
    code: str = Field(examples=["black"])
    root: str | None
    severity: int = Field(examples=[2])
    opened: str = Field(examples=[AT])
    closed: str | None = Field(examples=[AT])
    reopened: int = Field(examples=[0])


class TrialMessage(_Model):
    """A message, as replay reports it."""

    t: str = Field(examples=[AT])
    kind: str = Field(examples=["problem"])
    asset: str = Field(examples=["cam-01"])
    code: str = Field(examples=["black"])


class TrialUptime(_Model):
    """A device's account, as replay reports it."""

    S: int
    U: int
    D: int
    K: int
    M: int
    O: int  # noqa: E741  # as the report calls it
    known: float | None
    strict: float | None
    upper: float | None
    coverage: float | None


class BothFaults(_Model):
    """One fault under both rules."""

    now: TrialFault
    then: TrialFault


class BothMessages(_Model):
    """One message under both rules."""

    now: TrialMessage
    then: TrialMessage


class BothUptimes(_Model):
    """One account under both rules."""

    now: TrialUptime
    then: TrialUptime


class DifferingFaults(_Model):
    """``same``: how many are alike."""

    added: list[TrialFault] = Field(description="only under the rules tried")
    gone: list[TrialFault] = Field(description="only under the rules in force")
    changed: list[BothFaults]
    same: int


class DifferingMessages(_Model):
    """``same``: how many are alike."""

    added: list[TrialMessage] = Field(description="only under the rules tried")
    gone: list[TrialMessage] = Field(description="only under the rules in force")
    changed: list[BothMessages] = Field(description="at another time")
    same: int


class TrialFound(_Model):
    """What differs."""

    lines: int = Field(description="of the journal that were judged", examples=[43_200])
    faults: DifferingFaults
    messages: DifferingMessages
    uptime: dict[str, BothUptimes] = Field(description="by device, those whose account differs")
    left_out: dict[str, int] = Field(description="what of the journal could not be taken along")


class Trial(TrialState):
    """A trial, and what it found."""

    found: TrialFound | None = Field(description="once it is done")

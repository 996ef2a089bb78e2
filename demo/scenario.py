"""What may stand in a scenario file: what breaks when, what must be seen of it, and when it is mended.

Two kinds of time. The village's own, which ``--speed`` divides: all that ends in ``_s`` but the allowances. And the
allowances ``protocol_s``, ``close_protocol_s`` and ``tell_protocol_s``, real seconds at any speed: what looks,
reports, reconnects and a slow machine take beside the rules.
"""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from contracts.strict import Strict
from gateway.faults.kinds import MessageKind

# What can be done to what, by the kind of place that a break names.
DEVICE_BREAKS = {
    "camera": ("freeze", "black", "cover", "turn", "defocus", "night", "stall", "refuse", "unrecorded"),
    "warning_light": ("dark", "stuck_on"),
    "charge_point": ("fault", "offline", "rubbish"),
    "connector": ("fault",),
    "contact": ("open",),
}
SUPPLY_BREAKS = ("power",)
LINE_BREAKS = ("cut", "hang", "flap")
PLACES = ("device", "junction", "feeder", "uplink")
AtS = Annotated[float, Field(ge=0, le=604_800)]
ForS = Annotated[float, Field(gt=0, le=604_800)]
AllowanceS = Annotated[float, Field(ge=0, le=600)]


class Break(Strict):
    """What is broken: something of one device, the power of a junction or feeder, or the line that an uplink is.

    A line is ``cut`` (drops what it carries and refuses what comes), made to ``hang`` (holds everything in silence),
    or made to ``flap``: cut for ``down_s``, whole for ``up_s``, over and over, from the first cut to the mend.
    """

    what: str = Field(min_length=1, description="a word of the fakes, 'power', or 'cut', 'hang' or 'flap' of a line")
    device: str | None = None
    junction: str | None = None
    feeder: str | None = None
    uplink: str | None = None
    code: str | None = Field(default=None, description="the error code a charge point then reports")
    down_s: ForS | None = Field(default=None, description="of 'flap': how long the line is down, the village's time")
    up_s: ForS | None = Field(default=None, description="of 'flap': how long it is whole again, the village's time")

    @model_validator(mode="after")
    def _one_place(self) -> "Break":
        if sum(getattr(self, place) is not None for place in PLACES) != 1:
            raise ValueError(f"name one of {', '.join(PLACES)}")
        times = (self.down_s, self.up_s)
        if (self.what == "flap") != (None not in times) or (self.what != "flap" and any(times)):
            raise ValueError("down_s and up_s belong to 'flap', which needs both")
        return self

    @property
    def place(self) -> str:
        """The id of what is broken."""
        return str(next(name for place in PLACES if (name := getattr(self, place)) is not None))


class Of(Strict):
    """Whose a fault or a message is: one asset's, or by ``each`` that of every site or node that the break silences."""

    asset: str | None = None
    each: Literal["site", "node"] | None = None
    code: str

    @model_validator(mode="after")
    def _one(self) -> "Of":
        if (self.asset is None) == (self.each is None):
            raise ValueError("name either an asset or 'each: site' or 'each: node'")
        return self


class Expect(Of):
    """A fault that must open. ``root``: the asset that it must be found to be a part of by its end; else it must stand
    for itself.
    """

    root: str | None = None


class Tell(Of):
    """A message that must go out, once."""

    kind: MessageKind


class Acknowledge(Strict):
    """What a person records after the fault has cleared, so that a latched one is released."""

    measured_dead: bool = True
    comment: str = Field(default="measured dead, insulation tested", max_length=200)


class Step(Strict):
    """One break and what it must bring. Times are seconds: ``at_s`` and ``mend_at_s`` from the scenario's start.

    What is expected must open within ``within_s`` (the rules' part, divided by the speed) plus ``protocol_s`` (never
    divided) of the break, and close within ``close_within_s`` plus ``close_protocol_s`` of the mend. ``expect: []``:
    no fault may come of it. Each of ``messages`` must go out, until ``tell_protocol_s`` after the last fault must have
    closed, and no other; ``messages: []``: nobody is told. Where a step does not say, people may be told of the faults
    that it expects, and of nothing else.
    """

    name: str = Field(min_length=1, max_length=80)
    at_s: AtS
    break_: Break = Field(alias="break")
    mend_at_s: AtS
    expect: tuple[Expect, ...] = Field(description="one fault, or a list of them")
    within_s: AtS = 0.0
    close_within_s: AtS = 0.0
    protocol_s: AllowanceS = Field(default=8.0, description="real seconds, at any speed")
    close_protocol_s: AllowanceS = Field(default=15.0, description="real seconds, at any speed")
    tell_protocol_s: AllowanceS = Field(default=0.0, description="real seconds, at any speed")
    messages: tuple[Tell, ...] | None = Field(default=None, description="one message, or a list of them")
    acknowledge: Acknowledge | None = None
    take: str | None = Field(
        default=None,
        min_length=1,
        description="who takes the fault on by the link in their letter, before the mend: a person of "
        "demo/roster.yaml, or 'group:' and a room",
    )

    @field_validator("expect", "messages", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        return [given] if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _in_order(self) -> "Step":
        if self.mend_at_s <= self.at_s:
            raise ValueError("mend_at_s must be later than at_s")
        return self

    @model_validator(mode="after")
    def _due(self) -> "Step":
        if self.expect and not {"within_s", "close_within_s"} <= self.model_fields_set:
            raise ValueError("within_s and close_within_s are needed where a fault is expected")
        if self.take and not self.expect:
            raise ValueError("take: no fault is expected that could be taken on")
        return self


class Scenario(Strict):
    """A list of steps; none is a quiet run. ``light``: how light the cameras' scenes are, ``sun`` as it is outside."""

    steps: tuple[Step, ...]
    light: Literal["day", "dusk", "night", "sun"] = "sun"

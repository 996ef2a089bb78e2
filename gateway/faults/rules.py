"""Every time the engine judges by, as read from the rules file. Seconds; unknown keys and unknown codes are refused."""

from typing import Annotated

from pydantic import Field, field_validator

from contracts.strict import Strict
from gateway.faults.catalogue import CATALOGUE

Seconds = Annotated[float, Field(ge=0, le=86_400)]


class Rules(Strict):
    """The defaults are production's."""

    limit_intervals: float = Field(
        default=3, ge=1, le=100, description="report intervals without a reading after which a device is not fresh"
    )
    limit_extra_s: Seconds = Field(
        default=30, description="seconds over one interval that a device stays fresh at least"
    )
    keep_s: Seconds = Field(default=60, description="seconds of good looks after which a fault is cleared")
    hold_s: Seconds = Field(default=90, description="seconds a site's faults are judged together before dispatch")
    mains_hold_s: Seconds = Field(default=180, description="the same where the cause is a loss of mains")
    grace_extra_s: Seconds = Field(
        default=60, description="seconds over the limit that children have to recover after their parent has"
    )
    lost_confirm_s: Seconds = Field(
        default=90, description="seconds after a node's link is lost at which its silence is a fault"
    )
    silent_s: Seconds = Field(
        default=900,
        description="seconds of silence of a device under a live node, or of a stopped node, that are a fault",
    )
    verified_s: Seconds = Field(
        default=1800, description="seconds a repaired device must be stable to close its work order"
    )
    for_s: dict[str, Seconds] = Field(
        default_factory=dict, description="seconds a code must be bad to be confirmed, where the catalogue does not fit"
    )

    @field_validator("for_s")
    @classmethod
    def _known(cls, given: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(given) - set(CATALOGUE))
        if unknown:
            raise ValueError(f"no fault has the code {', '.join(map(repr, unknown))}; see docs/faults.md")
        return given

    def limit_ms(self, interval_ms: int) -> int:
        """How long after its newest reading a device that reports each ``interval_ms`` is fresh."""
        return round(max(self.limit_intervals * interval_ms, interval_ms + self.limit_extra_s * 1000))

    def wait_ms(self, code: str) -> int:
        """How long ``code`` must be bad to be confirmed."""
        seconds = self.for_s.get(code)
        if seconds is None:
            known = CATALOGUE.get(code)
            seconds = known.for_s if known else 0
        return round(seconds * 1000)

"""The times of dispatch: a part of the rules file, under ``dispatch``."""

import re
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from contracts.strict import Strict

Seconds = Annotated[float, Field(ge=0, le=7 * 86_400, allow_inf_nan=False)]
# None of these can be 0: a lease would be over before a letter is sent, and a vendor would be asked without a pause.
Pause = Annotated[float, Field(ge=0.1, le=7 * 86_400, allow_inf_nan=False)]


def _rising(steps: tuple[float, float, float]) -> tuple[float, float, float]:
    if not steps[0] <= steps[1] <= steps[2]:
        raise ValueError("each step must come no earlier than the one before")
    return steps


# A file's lists are no tuples, so that strictness ends here and begins again inside.
Steps = Annotated[tuple[Seconds, Seconds, Seconds], Field(strict=False), AfterValidator(_rising)]
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise ValueError(f"{text!r} is no time of day such as '22:00' (in quotes)")
    return text


Clock = Annotated[str, AfterValidator(_clock)]


def minute_of(clock: str) -> int:
    """Minutes since midnight of ``"HH:MM"``."""
    return int(clock[:2]) * 60 + int(clock[3:])


class DispatchTimes(Strict):
    """When who is told, and how a letter is tried again."""

    model_config = ConfigDict(strict=True)

    escalate_s: Steps = Field(
        default=(900, 2700, 9900),
        description="seconds after the first message at which the grid's lead, the department's head and the safety "
        "centre are told, unless somebody took the fault",
    )
    escalate_urgent_s: Steps = Field(default=(300, 2100, 9300), description="the same for severity 1")
    escalate_minor_s: Steps = Field(
        default=(86_400, 172_800, 259_200), description="the same for severity 3, which is to be looked at within a day"
    )
    stalled_s: Pause = Field(
        default=14_400, description="seconds without a move after which a fault that was taken goes one step up again"
    )
    quiet_from: Clock = Field(default="22:00", description="from then on severity 3 waits for the digest")
    quiet_to: Clock = Field(default="06:00", description="until then; and severity 1 rings first between the two")
    digest_at: Clock = Field(default="07:30", description="when the digest goes out")
    night_gap_s: Seconds = Field(
        default=60, description="seconds between voice call, SMS and group message of severity 1 at night"
    )
    storm_messages: int = Field(
        default=10, ge=2, le=1000, description="messages a person gets within storm_window_s, the last being a summary"
    )
    storm_window_s: Seconds = Field(default=600, description="seconds in which they are counted; severity 1 is not")
    lease_s: Pause = Field(default=60, description="seconds a sender may take for one letter before another tries it")
    retry_first_s: Pause = Field(default=5, description="seconds before the second attempt; doubled each time")
    retry_longest_s: Pause = Field(default=900, description="most seconds between two attempts")
    retry_for_s: Seconds = Field(default=86_400, description="seconds after which a letter is given up as dead")
    undelivered_s: Seconds = Field(
        default=300, description="seconds a letter may be due without a confirmed delivery before another way is taken"
    )
    link_s: Pause = Field(default=7200, description="seconds a link to take a fault on from the phone is good for")

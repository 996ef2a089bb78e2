"""Judging what is kept of a camera's picture, and by which clock; and whether the stream can be decoded at all."""

from contracts.states import State
from edge.detect.verdict import found
from edge.drivers.base import CameraSample

# A recording with a wrong time is no evidence.
CLOCK_OFF_S = 60.0
# One key may be spoilt on its way; so many in a row are the stream's own fault.
UNDECODED = 3
UNDECODABLE = "packets come, and no picture can be decoded from them"


def is_undecodable(sample: CameraSample) -> bool:
    """Whether what comes is no picture."""
    return sample.link == "open" and sample.undecoded >= UNDECODED


def judge_footage(sample: CameraSample) -> tuple[dict[str, tuple[State, str | None]], dict[str, float]]:
    """``not_recorded`` and ``clock_off``, and the figures behind them."""
    findings: dict[str, tuple[State, str | None]] = {}
    if sample.recorded is False:
        findings |= found("not_recorded")
    if sample.clock_off_s is not None and abs(sample.clock_off_s) > CLOCK_OFF_S:
        findings |= found("clock_off")
    named = {
        "unrecorded_s": sample.not_recorded_since_s,
        "clock_off_s": sample.clock_off_s,
        "line_mb": None if sample.line_bytes is None else sample.line_bytes / 1e6,
        "capped_s": None if sample.line_bytes is None else sample.capped_s,
    }
    return findings, {name: round(value, 2) for name, value in named.items() if value is not None}

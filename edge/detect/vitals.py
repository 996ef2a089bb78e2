"""Judging the node's own computer: heat, supply, room on the card, memory."""

from edge.detect.verdict import Verdict, Verdicts, found, state_of
from edge.drivers.base import NodeItself, VitalsSample

# A Pi begins to hold its processor back at 80 degrees (Raspberry Pi documentation, frequency management).
HOT_C = 80.0
FULL_MEMORY = 0.95


def judge(sample: VitalsSample, memory: None, device: NodeItself, now: float) -> tuple[Verdicts, None]:  # noqa: ARG001  # one signature for all
    """One verdict; needs no memory. What this computer does not tell is not checkable."""
    answers = {
        "node_hot": None if sample.pi_c is None else sample.pi_c >= HOT_C,
        "supply_low": sample.undervoltage,
        # The spool must be able to grow to its cap, or it loses what it was made to keep.
        "disk_full": sample.disk_free < sample.disk_wanted,
        "memory_low": None if sample.memory_share is None else sample.memory_share > FULL_MEMORY,
    }
    findings = found(*(code for code, answer in answers.items() if answer))
    unchecked = frozenset(code for code, answer in answers.items() if answer is None)
    return {device.id: Verdict(state_of(findings), findings=findings, nc=unchecked, m=_measured(sample))}, memory


def _measured(sample: VitalsSample) -> dict[str, float]:
    named = {
        "cpu_c": (sample.other_c if sample.pi_c is None else sample.pi_c, 1),
        "load1": (sample.load1, 2),
        "memory_share": (sample.memory_share, 3),
        "disk_share": (sample.disk_share, 3),
        "spool_records": (sample.spool_records, 0),
        "uptime_s": (sample.uptime_s, 0),
        "undervoltage": (sample.undervoltage, 0),
        "throttled": (sample.throttled, 0),
    }
    return {name: round(float(value), digits) for name, (value, digits) in named.items() if value is not None}

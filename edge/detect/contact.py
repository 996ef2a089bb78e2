"""Judging a normally-closed loop: open for longer than its contacts bounce is what its role says."""

from contracts.inventory import Contact, ContactRole
from edge.detect.verdict import Verdict, Verdicts, found, state_of
from edge.drivers.base import ContactSample

CODE_OF: dict[ContactRole, str] = {
    "smoke": "smoke",
    "rcd": "rcd_tripped",
    "emergency_stop": "emergency_stop",
    "water": "water",
    "breaker": "breaker_tripped",
    "door": "door_open",
    "mains": "mains_lost",
}


def judge(sample: ContactSample, memory: None, device: Contact, now: float) -> tuple[Verdicts, None]:  # noqa: ARG001  # one signature for all
    """One verdict; needs no memory. An opening that ended between two looks counts: it may be all there is to see."""
    opened = sample.opened_s >= device.bounce_s
    findings = found(CODE_OF[device.role]) if opened else {}
    m = {"closed": float(sample.closed), "openings": float(sample.openings)}
    return {device.id: Verdict(state_of(findings), findings=findings, m=m)}, memory

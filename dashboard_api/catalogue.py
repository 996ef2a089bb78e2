"""The gateway's fault catalogue as this face uses it: sentences, first steps by role, what needs an electrician."""

from contracts.inventory import Name
from dashboard_api.models import Text
from gateway.faults.catalogue import DEPARTMENTS, entry
from gateway.faults.catalogue.texts import Role
from gateway.faults.rules import Rules
from gateway.store import FaultRow

# Who is no electrician is never told to measure: administrators read what maintenance reads. The desk and the wall are
# far from it and ring somebody.
_READS_AS: dict[str, Role] = {
    "electrician": "electrician",
    "police": "police",
    "resident": "resident",
    "duty_desk": "duty_phone",
    "safety_centre": "duty_phone",
}


def sentence(code: str, name: Name) -> Text:
    """What is wrong, with the asset's name in it."""
    said = entry(code).sentence
    return Text(zh=said.say("zh", name.zh), en=said.say("en", name.en))


def first_step(code: str, role: str) -> Text:
    """What somebody of ``role`` does first."""
    said = entry(code).first(_READS_AS.get(role, "maintenance"))
    return Text(zh=said.zh, en=said.en)


def department(code: str) -> Text:
    """Whose work it is."""
    return named(entry(code).department)


def named(department: str) -> Text:
    """A department's name; one that is not in the table is called by its id."""
    said = {str(known): text for known, text in DEPARTMENTS.items()}.get(department)
    return Text(zh=department, en=department) if said is None else Text(zh=said.zh, en=said.en)


def electrical(fault: FaultRow) -> bool:
    """Only "measured dead, insulation tested" releases it."""
    return entry(fault.code).latch == "electrical"


def freshness_ms(rules: Rules, interval_s: float) -> int:
    """The age at which a reading of a device that reports each ``interval_s`` is no longer fresh."""
    return rules.limit_ms(round(interval_s * 1000))

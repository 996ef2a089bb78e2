"""What the words of OCPP 1.6 mean: states for residents, fault codes for engineers. Nothing unknown is thrown away."""

from contracts.codes import ALARMS, CHARGE_POINT, ELECTRICAL
from contracts.states import State, Word
from edge.detect.verdict import found
from edge.drivers.base import StatusReport

Found = dict[str, tuple[State, str | None]]

STATUS: dict[str, Word] = {
    "Available": "free",
    "Preparing": "in_use",
    "Charging": "in_use",
    "SuspendedEVSE": "in_use",
    "SuspendedEV": "in_use",
    "Finishing": "finishing",
    "Reserved": "reserved",
    "Unavailable": "closed",
    "Faulted": "out_of_order",
}
SESSION = frozenset({"Preparing", "Charging", "SuspendedEVSE", "SuspendedEV", "Finishing"})
SUSPENDED_S = 300.0

# Codes of the table that a pile does not send as errorCode: they are this judge's own, or stop reasons.
_OWN = frozenset({"Faulted", "FaultedHighTemperature", "unrecognised", "offline"})
# What makers write where the standard has no word.
_MAKERS = {
    **dict.fromkeys(("Smoke", "SmokeAlarm", "SmokeDetected"), "pile_smoke"),
    **dict.fromkeys(("Water", "WaterIngress", "WaterImmersion", "Flooded"), "pile_water"),
    **dict.fromkeys(("Tilt", "Tilted", "Toppled"), "tilt"),
    **dict.fromkeys(("ResidualCurrent", "LeakageCurrent", "Leakage"), "residual_current"),
    **dict.fromkeys(("OverTemperature", "TemperatureOverLimit"), "over_temperature"),
}
_STOPS_THAT_ALARM = frozenset({"EmergencyStop", "GroundFault", "OvercurrentFault", "PowerLoss"})
_HARMLESS_STOPS = frozenset(
    {
        *("DeAuthorized", "EVDisconnected", "HardReset", "Local", "Other", "Reboot", "Remote", "SoftReset"),
        *("UnlockCommand", "EnergyLimitReached", "ImmediateReset", "LocalOutOfCredit", "MasterPass"),
        *("SOCLimitReached", "StoppedByEV", "TimeLimitReached", "Timeout"),
    }
)


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _table(words: frozenset[str]) -> dict[str, str]:
    return {_bare(word): word for word in words}


_STATUSES = _table(frozenset(STATUS))
_ERRORS = _table(frozenset(CHARGE_POINT) - _OWN)
_ELECTRICAL = _table(frozenset(ELECTRICAL)) | {_bare(word): code for word, code in _MAKERS.items()}
_LASTING = ELECTRICAL.keys() | ALARMS.keys() | {"FaultedHighTemperature", "unrecognised"}
_ALARMING = _table(_STOPS_THAT_ALARM)
_HARMLESS = _table(_HARMLESS_STOPS)


def status_of(report: StatusReport | None) -> str | None:
    """The standard's spelling of a status ("faulted " is Faulted), else the pile's own."""
    if report is None or report.status is None:
        return None
    return _STATUSES.get(_bare(report.status), report.status)


def word_for(report: StatusReport | None, status_s: float) -> Word:
    """What residents read, of one connector by itself. ``status_s``: seconds in this status."""
    status = status_of(report)
    if status == "SuspendedEV" and status_s > SUSPENDED_S:
        return "finishing"
    return STATUS.get(status or "", "unknown")


def condition(report: StatusReport | None) -> Found:
    """The findings of a status that stands now."""
    if report is None:
        return {}
    status, faulted = status_of(report), status_of(report) == "Faulted"
    findings = _error(report, faulted)
    if status is not None and status not in STATUS:
        findings |= found("unrecognised", raw=f"status {status!r}")
    if faulted and all(state != "down" for state, _ in findings.values()):
        findings |= found("Faulted", raw=_own_words(report))
    return findings


def _error(report: StatusReport, faulted: bool) -> Found:
    electrical = _electrical(report)
    if electrical:
        return found(electrical, raw=_own_words(report))
    text = report.error or ""
    if not text.strip() or _bare(text) == "noerror":
        return {}
    code = _ERRORS.get(_bare(text))
    if code is None:
        return found("unrecognised", raw=f"errorCode {text!r}")
    if not faulted:
        return found(code, raw=_own_words(report))
    if code == "HighTemperature":
        return found("FaultedHighTemperature", raw=_own_words(report))
    # Faulted puts the connector out of order, whatever weight its reason has by itself.
    return {code: ("down", _own_words(report))}


def _electrical(report: StatusReport) -> str | None:
    """A word of severity 1, wherever the pile wrote it."""
    for text in (report.error, report.vendor_error, report.info):
        code = _ELECTRICAL.get(_bare(text or ""))
        if code is not None:
            return code
    return None


def events(reports: tuple[StatusReport, ...]) -> Found:
    """Findings of what was said since the last look and may be gone again: severity 1 words, stop reasons."""
    findings: Found = {}
    for report in reports:
        findings |= {code: found_ for code, found_ in condition(report).items() if code in _LASTING}
        findings |= _stop(report.stop_reason)
    return findings


def _stop(reason: str | None) -> Found:
    bare = _bare(reason or "")
    if not bare or bare in _HARMLESS:
        return {}
    code = _ALARMING.get(bare) or _ELECTRICAL.get(bare)
    return found(code, raw="stop reason") if code else found("unrecognised", raw=f"stop reason {reason!r}")


def _own_words(report: StatusReport) -> str | None:
    """What else the pile said, for the engineer."""
    said = {"errorCode": report.error, "vendorErrorCode": report.vendor_error, "info": report.info}
    return ", ".join(f"{name} {text!r}" for name, text in said.items() if text and _bare(text) != "noerror") or None

"""What a judge says of one device at one look."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.codes import CODES
from contracts.inventory import ChargePoint, connector_id
from contracts.states import State, worst
from edge.drivers.base import Watched

# code -> (state it puts the device in, the device's own words if they are not in the standard)
Findings = Mapping[str, tuple[State, str | None]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One look's judgement. ``nc``: codes that could not be checked. ``m``: measurements, all floats."""

    state: State
    word: str | None = None
    findings: Findings = field(default_factory=dict)
    nc: frozenset[str] = frozenset()
    m: Mapping[str, float] = field(default_factory=dict)


Verdicts = dict[str, Verdict]


def found(*codes: str, raw: str | None = None) -> dict[str, tuple[State, str | None]]:
    """Findings of ``codes`` with the states of the code table."""
    return {code: (CODES[code].state, raw) for code in codes}


def state_of(findings: Findings) -> State:
    """The worst of the findings' states."""
    return worst(state for state, _ in findings.values())


def device_ids(device: Watched) -> list[str]:
    """The device and, for a charge point, its connectors."""
    numbers = [connector.number for connector in device.connectors] if isinstance(device, ChargePoint) else []
    return [device.id, *(connector_id(device.id, number) for number in numbers)]


def driver_error(device: Watched, reason: str) -> Verdicts:
    """The verdicts when the driver itself failed: nothing is known of the device."""
    blank = Verdict("unknown", word="unknown" if isinstance(device, ChargePoint) else None)
    failed = Verdict("unknown", findings=found("driver_error", raw=reason[:200]))
    return dict.fromkeys(device_ids(device), blank) | {device.id: failed}

"""Every fault code a node may report: which kinds of device have it, the state it means, how many looks confirm it.

Severity, delays, departments and sentences are the gateway's catalogue; a node needs only what stands here.
Charge point codes are OCPP's own names, verbatim (ChargePointErrorCode and stop reasons), so that a technician finds
them in the pile's manual.
"""

from dataclasses import dataclass
from typing import Literal

from contracts.states import State

Kind = Literal["camera", "warning_light", "charge_point", "connector", "contact", "node"]
FaultClass = Literal["safety", "function", "picture", "link", "power"]


@dataclass(frozen=True, slots=True)
class Code:
    """``looks``: the bad looks in a row that confirm it (confirmed = bad for long enough AND in this many looks)."""

    code: str
    kinds: frozenset[Kind]
    state: State
    looks: int


def _codes(kinds: str, state: State, looks: int, names: str) -> dict[str, Code]:
    wanted: frozenset[Kind] = frozenset(kinds.split())  # type: ignore[arg-type]  # checked by a test against Kind
    return {name: Code(name, wanted, state, looks) for name in names.split()}


CAMERA = (
    _codes("camera", "down", 3, "unreachable stalled")
    | _codes("camera", "down", 3, "frozen black over_exposed occluded view_lost")
    | _codes("camera", "unknown", 1, "busy wrong_password")
    | _codes("camera", "degraded", 3, "blur moved noise snow cast stripes flicker")
    | _codes("camera", "degraded", 1, "not_recorded clock_off")
)

WARNING_LIGHT = _codes("warning_light", "down", 2, "dark") | _codes(
    "warning_light", "degraded", 2, "stuck_on flash_rate"
)

# Severity 1 of OCPP 1.6: at the first look, never debounced.
ELECTRICAL = _codes(
    "charge_point connector",
    "down",
    1,
    "GroundFailure OverCurrentFailure PowerSwitchFailure EmergencyStop GroundFault OvercurrentFault",
)
# As grave, but no word of OCPP: what a meter measures, and what makers of piles say in words of their own.
ALARMS = _codes("charge_point connector", "down", 1, "residual_current over_temperature pile_smoke pile_water tilt")
CHARGE_POINT = (
    ELECTRICAL
    | ALARMS
    | _codes("charge_point connector", "down", 1, "Faulted FaultedHighTemperature")
    | _codes(
        "charge_point connector",
        "degraded",
        1,
        "HighTemperature OverVoltage InternalError ConnectorLockFailure PowerMeterFailure ResetFailure OtherError "
        "PowerLoss UnderVoltage WeakSignal ReaderFailure EVCommunicationError LocalListConflict unrecognised",
    )
    | _codes("charge_point", "down", 1, "offline")
)

# A normally-closed loop that is open. Which of them a contact reports says its role in the inventory.
CONTACT = _codes("contact", "down", 1, "smoke rcd_tripped emergency_stop water breaker_tripped mains_lost") | _codes(
    "contact", "degraded", 1, "door_open"
)

NODE = _codes("node", "degraded", 3, "node_hot supply_low disk_full memory_low")

# `driver_error`: the program that looks failed, so nothing is known of the device itself.
COMMON = _codes("camera warning_light charge_point connector contact node", "unknown", 2, "driver_error")

CODES: dict[str, Code] = CAMERA | WARNING_LIGHT | CHARGE_POINT | CONTACT | NODE | COMMON

# What only a gateway can tell: causes behind several faults, and what it finds of one asset over time.
CAUSES = frozenset({"mains_loss", "site_dark", "feeder_down", "uplink_down", "gateway_down", "weather", "sabotage"})
FOUND = frozenset({"silent", "flapping", "intermittent"})
# What the order of records tells of a node and its card.
ORDER = frozenset({"unknown_device", "node_storage_replaced", "card_damaged_or_cloned", "duplicate_node_identity"})
# Its own ailments.
OWN = frozenset(
    {"broker_away", "telemetry_backlog", "store_full", "gateway_disk_full", "gateway_clock_off", "certificate_ends"}
    | {"backup_old", "channel_dead"}
)
# Of things without a wire, which only people look at.
PASSIVE = frozenset({"broken", "patrol_missed"})
GATEWAY_CODES: frozenset[str] = CAUSES | FOUND | ORDER | OWN | PASSIVE

# While one of these stands no other judgement of the picture is possible.
HIDES_PICTURE: frozenset[str] = frozenset({"unreachable", "stalled", "frozen", "black", "view_lost"})
PICTURE: frozenset[str] = HIDES_PICTURE - {"unreachable", "stalled"} | {
    *("over_exposed", "occluded", "blur", "moved", "noise", "snow", "cast", "stripes", "flicker")
}


def looks_needed(code: str) -> int:
    """How many bad looks confirm ``code``; an unknown code is confirmed at once, since it may be a safety word."""
    known = CODES.get(code)
    return known.looks if known else 1

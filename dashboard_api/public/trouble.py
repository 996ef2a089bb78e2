"""What is wrong with a charger, as far as it changes what a resident does. Pure.

Fault codes are for engineers: a resident reads one of these kinds, the one to be feared most first.
"""

from collections.abc import Iterable
from typing import get_args

from dashboard_api.sheet import Trouble

TROUBLES: tuple[Trouble, ...] = get_args(Trouble)

_KINDS: dict[str, Trouble] = {
    "pile_smoke": "smoke",
    "PowerSwitchFailure": "live",
    **dict.fromkeys(("GroundFailure", "GroundFault", "residual_current"), "leak"),
    **dict.fromkeys(("FaultedHighTemperature", "over_temperature", "HighTemperature"), "heat"),
    **dict.fromkeys(("OverCurrentFailure", "OvercurrentFault"), "current"),
    "pile_water": "water",
    "tilt": "tilt",
    "EmergencyStop": "stop",
}
# Open loops beside the chargers. A door or a breaker says nothing that a resident could act on.
_LOOPS: dict[str, Trouble] = {"smoke": "smoke", "rcd_tripped": "leak", "water": "water", "emergency_stop": "stop"}


def of_socket(codes: Iterable[str]) -> Trouble:
    """The worst of what is seen; "fault" for all that is no danger."""
    return min((_KINDS.get(code, "fault") for code in codes), key=TROUBLES.index, default="fault")


def of_site(codes: Iterable[str]) -> Trouble | None:
    """The worst alarm of the loops at one place; None without any."""
    return min((_LOOPS[code] for code in codes if code in _LOOPS), key=TROUBLES.index, default=None)

"""``--speed``: how many times faster than in a village the demo's time goes by.

It divides what is written in the village's own time: the rules by which the gateway judges, and the scenario. What a
protocol needs (looks, reports, RTSP, OCPP heartbeats, keepalive, back-off) stays as it is, or it would be another
protocol.
"""

from typing import Any

from gateway.faults import Rules
from gateway.faults.catalogue import CATALOGUE
from gateway.faults.times import DispatchTimes

# Of dispatch's times these are the village's; the others are what a vendor or a person with a phone needs.
OF_THE_VILLAGE = ("escalate_s", "escalate_urgent_s", "escalate_minor_s", "stalled_s", "night_gap_s", "storm_window_s")
MIDNIGHT, LAST_MINUTE = "00:00", "23:59"
# By the light of the scenes: from when to when it is night for people. Twice the same: never. ``sun``: as shipped.
QUIET = {"day": (MIDNIGHT, MIDNIGHT), "dusk": (MIDNIGHT, MIDNIGHT), "night": (MIDNIGHT, LAST_MINUTE)}

# Slower, and a rule of three days would be one of more than the week that a rules file allows.
DEFAULT, LOWEST, HIGHEST = 20.0, 0.5, 200.0


def rules(speed: float, light: str = "sun") -> dict[str, Any]:
    """The shipped rules as a rules file, every time divided by ``speed``; what is a count or a share stays.

    ``light``: of the scenes; where it is set, people's night is too.
    """
    times = {
        name: value / speed for name, value in Rules().model_dump().items() if name.endswith("_s") and name != "for_s"
    }
    codes = {code: row.for_s / speed for code, row in CATALOGUE.items() if row.for_s}
    return {**times, "for_s": codes, "dispatch": _dispatch(speed, light)}


def _dispatch(speed: float, light: str) -> dict[str, Any]:
    shipped = DispatchTimes().model_dump(mode="json")
    faster = {name: _divided(shipped[name], speed) for name in OF_THE_VILLAGE}
    quiet = QUIET.get(light)
    return faster if quiet is None else {**faster, "quiet_from": quiet[0], "quiet_to": quiet[1]}


def dispatch_times(speed: float) -> DispatchTimes:
    """Dispatch's times at ``speed``."""
    return DispatchTimes.model_validate(_dispatch(speed, "sun"))


def _divided(value: Any, speed: float) -> Any:
    return [one / speed for one in value] if isinstance(value, list) else value / speed

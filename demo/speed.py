"""``--speed``: how many times faster than in a village the demo's time goes by.

It divides what is written in the village's own time: the rules by which the gateway judges, and the scenario. What a
protocol needs (looks, reports, RTSP, OCPP heartbeats, keepalive, back-off) stays as it is, or it would be another
protocol.
"""

from typing import Any

from gateway.faults import Rules
from gateway.faults.catalogue import CATALOGUE

DEFAULT, LOWEST, HIGHEST = 20.0, 0.1, 200.0


def rules(speed: float) -> dict[str, Any]:
    """The shipped rules as a rules file, every time divided by ``speed``; what is a count or a share stays."""
    times = {
        name: value / speed for name, value in Rules().model_dump().items() if name.endswith("_s") and name != "for_s"
    }
    codes = {code: row.for_s / speed for code, row in CATALOGUE.items() if row.for_s}
    return {**times, "for_s": codes}

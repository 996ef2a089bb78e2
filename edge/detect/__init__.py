"""Pure judgement: a driver's sample and the memory of earlier looks in, verdicts and new memory out. No I/O, no
clock.

``JUDGES[kind](sample, memory, device, now) -> ({device id: Verdict}, memory)``; memory starts as None and is the
caller's to keep. Look the function up at each call.
"""

from collections.abc import Callable
from typing import Any

from edge.detect import camera, charge_point, contact, vitals, warning_light
from edge.detect.verdict import Verdicts

# sample, memory, device and memory again differ with the kind; each judge states its own.
Judge = Callable[[Any, Any, Any, float], tuple[Verdicts, Any]]

JUDGES: dict[str, Judge] = {
    "camera": camera.judge,
    "warning_light": warning_light.judge,
    "charge_point": charge_point.judge,
    "contact": contact.judge,
    "node": vitals.judge,
}

"""A warning light, sensed through a feedback input. Nothing here can switch it: the lamp belongs to its own flasher."""

import threading
from collections import deque

from gpiozero import DigitalInputDevice

from contracts.inventory import WarningLight
from edge.drivers.base import DriverContext, LightSample

EDGES = 32
# A change after a level held for so many flash cycles is news worth a look at once.
PAUSE_PERIODS = 3


class WarningLightDriver:
    """Keeps the newest edges of one pin. ``active: low`` (an opto-coupler): the pulled-up pin at low level is lit."""

    def __init__(self, device: WarningLight, context: DriverContext) -> None:
        self._context, self._pause_s = context, PAUSE_PERIODS * device.period_s
        self._edges: deque[tuple[float, bool]] = deque(maxlen=EDGES)
        self._guard = threading.Lock()
        self._started = context.clock()
        self._input = DigitalInputDevice(device.pin, pull_up=device.active == "low", pin_factory=context.pin_factory)
        self._input.when_activated = self._lit
        self._input.when_deactivated = self._unlit

    def look(self, now: float) -> LightSample:
        """The level and the newest edges."""
        with self._guard:
            edges = tuple(self._edges)
        lit = bool(self._input.is_active)
        return LightSample(lit, max(0.0, now - self._started), edges, self._context.is_night())

    def close(self) -> None:
        """Let go of the pin."""
        self._input.close()

    def _lit(self) -> None:
        self._changed(lit=True)

    def _unlit(self) -> None:
        self._changed(lit=False)

    def _changed(self, *, lit: bool) -> None:
        now = self._context.clock()
        with self._guard:
            before = self._edges[-1][0] if self._edges else self._started
            self._edges.append((now, lit))
        if now - before > self._pause_s:
            self._context.wake()


def open_driver(device: WarningLight, context: DriverContext) -> WarningLightDriver:
    """Raises gpiozero's errors: no pin factory, the pin is in use."""
    return WarningLightDriver(device, context)

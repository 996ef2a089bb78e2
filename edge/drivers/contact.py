"""A normally-closed loop on an isolated input: open means an alarm or a broken wire."""

import threading

from gpiozero import DigitalInputDevice

from contracts.inventory import Contact
from edge.drivers.base import ContactSample, DriverContext


class ContactDriver:
    """One pin. ``active: low`` (an opto-coupler): the pulled-up pin at low level is a closed loop.

    A look is asked for once an opening has lasted ``bounce_s``, and when the loop closes again.
    """

    def __init__(self, device: Contact, context: DriverContext) -> None:
        self._context, self._bounce_s = context, device.bounce_s
        self._guard = threading.Lock()
        self._closed, self._since = True, context.clock()
        self._opened_s, self._openings = 0.0, 0
        self._timer: threading.Timer | None = None
        self._input = DigitalInputDevice(device.pin, pull_up=device.active == "low", pin_factory=context.pin_factory)
        self._input.when_activated = self._follow
        self._input.when_deactivated = self._follow
        self._open_from_the_start()

    def look(self, now: float) -> ContactSample:
        """The level, and the longest opening since the look before."""
        self._follow()  # an edge that the kernel did not tell of is seen here
        with self._guard:
            held_s = max(0.0, now - self._since)
            longest, self._opened_s = max(self._opened_s, 0.0 if self._closed else held_s), 0.0
            return ContactSample(self._closed, held_s, longest, self._openings)

    def close(self) -> None:
        """Let go of the pin."""
        self._stop_timer()
        self._input.close()

    def _open_from_the_start(self) -> None:
        """A loop that was open before anybody looked is no bounce: the first look reports it."""
        with self._guard:
            if self._closed and not self._input.is_active:
                self._closed, self._opened_s, self._openings = False, self._bounce_s, 1

    def _follow(self) -> None:
        """Take note of the pin's level if it is another than before."""
        with self._guard:
            closed = bool(self._input.is_active)  # inside: whoever read first must not write last
            if closed == self._closed:
                return
            now = self._context.clock()
            opened_s = now - self._since if closed else 0.0
            self._opened_s = max(self._opened_s, opened_s)
            self._openings += not closed
            self._closed, self._since = closed, now
        self._stop_timer()
        if not closed:
            self._timer = threading.Timer(self._bounce_s, self._context.wake)
            self._timer.daemon = True
            self._timer.start()
        elif opened_s >= self._bounce_s:
            self._context.wake()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def open_driver(device: Contact, context: DriverContext) -> ContactDriver:
    """Raises gpiozero's errors: no pin factory, the pin is in use."""
    return ContactDriver(device, context)

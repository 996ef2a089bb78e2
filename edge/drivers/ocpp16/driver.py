"""A charge point as a driver: one pile at the process's shared end point."""

import threading

from contracts.inventory import ChargePoint
from edge.drivers.base import ChargePointSample, DriverContext
from edge.drivers.ocpp16.pile import Pile
from edge.drivers.ocpp16.server import OcppServer

SHARED = "ocpp16"
_guard = threading.Lock()


class Ocpp16Driver:
    """Looks are answered from what the pile has said; the server's thread does the talking."""

    def __init__(self, server: OcppServer, pile: Pile, context: DriverContext) -> None:
        self.server = server
        self._pile, self._context = pile, context

    def look(self, now: float) -> ChargePointSample:
        """The newest facts."""
        return self._pile.sample(now)

    def close(self) -> None:
        """Hang up on the pile; the last driver closes the end point."""
        with _guard:
            if self.server.remove(self._pile) and self._context.shared.get(SHARED) is self.server:
                del self._context.shared[SHARED]
                self.server.close()


def open_driver(device: ChargePoint, context: DriverContext) -> Ocpp16Driver:
    """Raises OSError when the end point's address cannot be had."""
    numbers = tuple(connector.number for connector in device.connectors)
    pile = Pile(device.identity, numbers, device.heartbeat_s, context.wake, context.clock())
    with _guard:
        server = context.shared.get(SHARED)
        if server is None:
            server = OcppServer(context.ocpp, context.clock)
            server.start()
            context.shared[SHARED] = server
        server.add(pile)
    return Ocpp16Driver(server, pile, context)

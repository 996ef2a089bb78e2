"""The flashers of lights, at the other end of a node's pins."""

import asyncio
import threading
import time
from pathlib import Path

from demo.lamp import Lamp, LampWires


class Lamps(threading.Thread):
    """Flashes on the socket ``wire`` until it is ended."""

    def __init__(self, wire: Path, *lamps: Lamp) -> None:
        super().__init__(name="lamps", daemon=True)
        self._wires = LampWires(wire, lamps, time.monotonic)
        self._loop, self._ended = asyncio.new_event_loop(), asyncio.Event()

    def run(self) -> None:
        self._loop.run_until_complete(self._flash())
        self._loop.close()

    async def _flash(self) -> None:
        await self._wires.start()
        await self._ended.wait()
        await self._wires.close()

    def end(self) -> None:
        """Cut the wire."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self.join(5)

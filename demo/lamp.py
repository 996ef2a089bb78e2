"""A warning light with its own flasher, as the opto-coupler of its feedback input sees it, and the wires to the
nodes' pins.
"""

import asyncio
import contextlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LampFault = Literal["dark", "stuck_on"]


@dataclass
class Lamp:
    """One lamp. ``pin``: the feedback input, at ``active`` level while it is lit. Period in seconds, lit for half
    of it.
    """

    id: str
    pin: str
    active: Literal["high", "low"] = "low"
    flashing: bool = True
    period_s: float = 1.0
    fault: LampFault | None = None
    powered: bool = True

    def lit(self, t: float) -> bool:
        """Whether it gives light at ``t`` seconds."""
        if not self.powered or self.fault == "dark":
            return False
        return self.fault == "stuck_on" or not self.flashing or t % self.period_s < self.period_s / 2

    def level(self, t: float) -> int:
        """Level of the feedback input at ``t``: 0 or 1."""
        return int(self.lit(t) == (self.active == "high"))

    def next_change(self, t: float) -> float:
        """When its flasher switches next, seconds; a lamp that does not flash is looked at again after half a
        period.
        """
        half = self.period_s / 2
        return (math.floor(t / half) + 1) * half


class LampWires:
    """The model's end of one node's pins: a Unix socket at ``path`` that says the level of every lamp's input, at
    once and at each change.
    """

    def __init__(self, path: Path, lamps: Iterable[Lamp], clock: Callable[[], float]) -> None:
        self.lamps, self.outputs = list(lamps), dict[str, float]()
        self._path, self._clock = path, clock
        self._said: dict[str, int] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._flasher: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen and flash. Raises :class:`OSError` when the path is of no use."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._connected, self._path)
        self._flasher = asyncio.get_running_loop().create_task(self._flash())

    async def close(self) -> None:
        """Cut the wires."""
        if self._flasher is not None:
            self._flasher.cancel()
            await asyncio.gather(self._flasher, return_exceptions=True)
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.close()
        self._path.unlink(missing_ok=True)

    def update(self) -> None:
        """Say what has changed since it was last said; also called when a fault begins or ends."""
        levels = {lamp.pin: lamp.level(self._clock()) for lamp in self.lamps}
        self._tell(self._writers, {pin: level for pin, level in levels.items() if self._said.get(pin) != level})
        self._said = levels

    async def _flash(self) -> None:
        while self.lamps:
            self.update()
            wake = min(lamp.next_change(self._clock()) for lamp in self.lamps)
            await asyncio.sleep(max(0.001, wake - self._clock()))

    def _tell(self, writers: Iterable[asyncio.StreamWriter], levels: dict[str, int]) -> None:
        text = "".join(f"{pin} {level}\n" for pin, level in levels.items())
        for writer in writers:
            writer.write(text.encode())

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self._tell([writer], self._said)
        try:
            while line := await reader.readline():
                self._heard(line)
        except (ConnectionError, ValueError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def _heard(self, line: bytes) -> None:
        pin, _space, level = line.decode("ascii", "replace").strip().partition(" ")
        with contextlib.suppress(ValueError):
            self.outputs[pin] = float(level)

"""GPIO pins whose other end is the demo's model in another process, found by gpiozero under the name ``vsm_demo``.

One factory and one Unix socket a node. Lines of text: the model says ``GPIO23 1`` (level of an input), the node
``GPIO17 1.0`` (an output). The socket's path comes from ``VSM_DEMO_PINS``, in which ``{node}`` stands for the
node's id.
"""

import contextlib
import os
import socket
import threading
import time
from typing import Any

from gpiozero.exc import BadPinFactory
from gpiozero.pins.mock import MockFactory, MockPin

VARIABLE = "VSM_DEMO_PINS"
RETRY_S = 0.2


class ModelPin(MockPin):
    """A pin on a wire to the model: an input shows the model's level, or its pull while the wire is cut; an output
    tells the model.
    """

    def _wire(self) -> float | None:
        level: float | None = self.factory.levels.get(self.info.name)
        return level

    def _set_pull(self, value: str) -> None:
        super()._set_pull(value)
        self.follow()

    def _change_state(self, value: Any) -> bool:
        changed: bool = super()._change_state(value)
        if changed and self._function == "output":
            self.factory.say(self.info.name, float(value))
        return changed

    def follow(self) -> None:
        """Take the level the model last said; without one, the pull's."""
        if self._function != "input":
            return
        level = self._wire()
        if level is None:
            level = 1.0 if self._pull == "up" else 0.0
        if level:
            self.drive_high()
        else:
            self.drive_low()


class ModelFactory(MockFactory):
    """Pins of one node. ``node`` fills the place in ``path``; ``path`` defaults to the environment's.

    Raises :class:`gpiozero.BadPinFactory` when neither says which socket to use. A model that is away is waited
    for, in a thread.
    """

    def __init__(self, node: str | None = None, path: str | None = None) -> None:
        super().__init__(pin_class=ModelPin)
        template = path or os.environ.get(VARIABLE, "")
        if not template or ("{node}" in template and node is None):
            raise BadPinFactory(
                f"{VARIABLE} must name the model's socket, and a {{node}} in it needs a node: {template!r}"
            )
        self.path = template.replace("{node}", node or "")
        self.levels: dict[str, float] = {}
        self._outputs: dict[str, float] = {}
        self._socket: socket.socket | None = None
        self._guard = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"pins-{node or 'model'}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let go of the socket and the pins."""
        self._closed.set()
        with self._guard, contextlib.suppress(OSError):  # the model may have left in this very moment
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(2)
        super().close()

    def wait_connected(self, timeout_s: float) -> bool:
        """Whether the model answers within ``timeout_s`` seconds."""
        end = time.monotonic() + timeout_s
        while self._socket is None and time.monotonic() < end:
            self._closed.wait(0.01)
        return self._socket is not None

    def say(self, name: str, level: float) -> None:
        """Tell the model about an output; it hears it after a reconnect otherwise."""
        with self._guard:
            self._outputs[name] = level
            self._send(f"{name} {level}\n")

    def _send(self, text: str) -> None:
        if self._socket is not None:
            try:
                self._socket.sendall(text.encode())
            except OSError:
                self._socket = None

    def _serve(self) -> None:
        while not self._closed.is_set():
            try:
                with socket.socket(socket.AF_UNIX) as wire:
                    wire.connect(self.path)
                    self._connected(wire)
            except OSError:  # the model is not there yet, or left
                pass
            with self._guard:
                self._socket = None
            self._hear({})
            self._closed.wait(RETRY_S)

    def _connected(self, wire: socket.socket) -> None:
        with self._guard:
            self._socket = wire
            for name, level in self._outputs.items():
                self._send(f"{name} {level}\n")
        with wire.makefile("r", encoding="ascii", errors="replace") as lines:
            for line in lines:
                if (said := _parsed(line)) is not None:
                    self._hear({**self.levels, said[0]: said[1]})

    def _hear(self, levels: dict[str, float]) -> None:
        self.levels = levels
        for pin in list(self.pins.values()):
            pin.follow()


def _parsed(line: str) -> tuple[str, float] | None:
    name, _space, level = line.strip().partition(" ")
    try:
        return name, float(level)
    except ValueError:
        return None

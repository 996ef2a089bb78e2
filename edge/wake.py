"""Waking the work loop from any thread or signal handler."""

import os
import select


class Wake:
    """A pipe to oneself: unlike a lock it may be used inside a signal handler."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        self._poll = select.poll()
        self._poll.register(self._read, select.POLLIN)

    def set(self) -> None:
        """End the present or the next `wait`. Never blocks; harmless after `close`."""
        try:
            os.write(self._write, b"!")
        except OSError:  # full: it is awake already; closed: nobody waits any more
            return

    def wait(self, timeout_s: float) -> None:
        """Sleep until `set` or for ``timeout_s`` seconds."""
        if self._poll.poll(max(0.0, timeout_s) * 1000):
            os.read(self._read, 4096)

    def close(self) -> None:
        """Let go of the pipe."""
        write, self._write = self._write, -1
        os.close(write)
        os.close(self._read)

"""Single keys of a stream: fetched, and the connection is let go. Beside a main stream in a thread of its own."""

import threading
from collections.abc import Callable

from edge.drivers.opencv.address import Address
from edge.drivers.opencv.client import Client
from edge.drivers.opencv.outcome import Failed

KEY_WITHIN_S = 15.0
READ_S = 2.0
# After an attempt in vain the sub-stream is left alone for so long.
PAUSE_S = 30.0

# A key and the parameter sets of its description, both Annex B.
Key = tuple[bytes, bytes]


def first_key(client: Client, end: float, clock: Callable[[], float], stopped: Callable[[], bool]) -> Key:
    """The first whole key before ``end`` (on ``clock``). Raises :class:`Failed`."""
    media, track = client.play()
    if media.codec == "other":
        raise Failed("unreachable", f"codes its pictures as {media.name}; H.264, H.265 and JPEG can be looked at")
    while not stopped() and clock() < end:
        for frame in client.frames(track, READ_S) or ():
            if frame.key and frame.whole:
                return frame.content(), media.extradata
    raise Failed("silent", "the stream is open and no key comes")


class Sampler:
    """Keys of ``address``, one at a time."""

    def __init__(self, address: Address, stopped: threading.Event) -> None:
        self._address, self._stopped = address, stopped
        self._thread: threading.Thread | None = None
        self._found: Key | None = None
        self._not_before = float("-inf")

    def ask(self) -> None:
        """Fetch one, unless that is going on or has just failed."""
        busy = self._thread is not None and self._thread.is_alive()
        if busy or self._found or self._address.clock() < self._not_before or self._address.wait_s() > 0:
            return
        self._thread = threading.Thread(target=self._fetch, name="camera-substream", daemon=True)
        self._thread.start()

    def found(self) -> Key | None:
        """The key that was fetched, once."""
        found, self._found = self._found, None
        return found

    def _fetch(self) -> None:
        client: Client | None = None
        clock = self._address.clock
        try:
            client = Client(self._address)
            self._found = first_key(client, clock() + KEY_WITHIN_S, clock, self._stopped.is_set)
        except Failed:
            # The main stream's own state is reported; a picture that is missing for long is "not checkable".
            self._not_before = clock() + PAUSE_S
        finally:
            if client is not None:
                client.close()

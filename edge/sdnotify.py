"""Telling systemd that the process is ready, alive, and stopping (`Type=notify`, `WatchdogSec`)."""

import socket
from collections.abc import Callable


def notifier(address: str | None) -> Callable[[str], None]:
    """A function that sends one word (``WATCHDOG=1``) to the socket in ``$NOTIFY_SOCKET``; without one, none."""

    def notify(word: str) -> None:
        if address is None:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            try:
                sock.sendto(word.encode(), address.replace("@", "\0", 1) if address.startswith("@") else address)
            except OSError:  # systemd is busy or gone; the next word comes soon
                return

    return notify

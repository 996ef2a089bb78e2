"""Where a stream is and how it may be asked for."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from edge.drivers.opencv.gate import Gate
from edge.drivers.opencv.login import Login

Transport = Literal["tcp", "udp"]


@dataclass(frozen=True, slots=True)
class Address:
    """``login_error``: why the login named in the inventory cannot be used. ``gate``: that of the login at this host;
    ``clock``: monotonic seconds, for the gate.
    """

    url: str
    clock: Callable[[], float]
    login: Login | None = None
    login_error: str | None = None
    transport: Transport = "tcp"
    gate: Gate = field(default_factory=Gate)

    @property
    def what(self) -> str:
        """The stream asked for, by the gate's reckoning."""
        return urlsplit(self.url).path

    def wait_s(self) -> float:
        """Seconds until a login may be tried again; 0 for now."""
        return self.gate.wait_s(self.clock(), self.what) if self.login else 0.0

    def at(self, url: str) -> "Address":
        """Another stream of the same host and login."""
        return dataclasses.replace(self, url=url)

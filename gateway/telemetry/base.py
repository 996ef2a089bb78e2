"""What a time-series store must do. InfluxDB and the embedded one both do it."""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct


class Outcome(Struct, frozen=True):
    """What became of a write of ``points`` lines.

    ``ok``: all are stored but the ``parked`` ones (line, reason). ``retry``: take it that none is, and try again;
    ``reason`` says why.
    """

    status: Literal["ok", "retry"]
    parked: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    points: int = 0


OK = Outcome("ok")


class Sample(Struct, frozen=True):
    """A value at ``t`` (ms); of a down-sampled series the mean of the step that begins there."""

    t: int
    value: float


class TelemetryError(Exception):
    """A question that the time-series store did not answer."""


class Telemetry(Protocol):
    """Line protocol in, series out. Questions raise :class:`TelemetryError`."""

    def write(self, lines: Sequence[str]) -> Outcome:
        """Store points. A point of the same series and time is overwritten, so writing twice does no harm."""
        ...

    def series(self, measurement: str, device: str, field: str, from_ms: int, to_ms: int, step_ms: int) -> list[Sample]:
        """Means of ``field``, ``step_ms`` apart, within ``[from_ms, to_ms)``; steps without a point are left out."""
        ...

    def latest(self, measurement: str, device: str, field: str) -> Sample | None:
        """The newest value."""
        ...

    def count(self, measurement: str, field: str = "n") -> int:
        """How many points of ``measurement`` hold ``field``."""
        ...

    def describe(self) -> str:
        """One line for people: what it is, where, which version."""
        ...

    def close(self) -> None:
        """Give connections and files back."""
        ...

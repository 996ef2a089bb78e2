"""What a time-series store must do. InfluxDB and the embedded one both do it."""

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from gateway.telemetry.rollup import Level, Totals


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
    """A value at ``t`` (ms)."""

    t: int
    value: float


class Step(Sample, frozen=True):
    """Of a down-sampled series the step that begins at ``t``: mean, least and greatest of its values."""

    min: float
    max: float


class TelemetryError(Exception):
    """A question that the time-series store did not answer, or a deletion that it did not do."""


class Reading(Protocol):
    """What is asked for people to look at. All raise :class:`TelemetryError`."""

    def series(self, measurement: str, device: str, field: str, from_ms: int, to_ms: int, step_ms: int) -> list[Step]:
        """``field`` by steps ``step_ms`` apart, within ``[from_ms, to_ms)``; steps without a point are left out.

        Steps of whole five minutes are read from rollups where they are there, which follow late points within
        minutes. Times whose points are deleted already come in the steps of what is left: five minutes, or a day.
        """
        ...

    def latest(self, measurement: str, device: str, field: str) -> Sample | None:
        """The newest value; None if there is none, or none any more."""
        ...

    def describe(self) -> str:
        """One line for people: what it is, where, which version."""
        ...

    def close(self) -> None:
        """Give connections and files back."""
        ...


class Telemetry(Reading, Protocol):
    """Line protocol in, series out. All but ``write`` raise :class:`TelemetryError`."""

    def write(self, lines: Sequence[str]) -> Outcome:
        """Store points. A point of the same series and time is overwritten, so writing twice does no harm."""
        ...

    def count(self, measurement: str, field: str = "n") -> int:
        """How many points of ``measurement`` hold ``field``."""
        ...

    def newest_before(self, measurement: str, before_ms: int) -> int | None:
        """When the newest of the points of ``measurement`` older than ``before_ms`` is (ms); None if there is none."""
        ...

    def oldest(self, measurement: str) -> int | None:
        """When the oldest of the points of ``measurement`` is (ms); None if there is none."""
        ...

    def totals(self, measurement: str, level: Level, from_ms: int, to_ms: int) -> Iterator[Totals]:
        """The figures of all series of ``measurement`` by windows of ``level`` in ``[from_ms, to_ms)``: of five minutes
        from points, of one day (no more may be asked for) from those of five minutes."""
        ...

    def delete(self, measurement: str, before_ms: int) -> None:
        """Delete what is older than ``before_ms``."""
        ...

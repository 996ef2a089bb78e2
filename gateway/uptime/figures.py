"""What is told of a period: seconds by class, rates, and the stretches that account for every second."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from msgspec import Struct

from contracts.states import State
from gateway.uptime.windows import Window

Class = Literal["up", "down", "unknown", "planned", "out_of_service"]
ENOUGH_COVERAGE = Decimal(95)
# Why, where the cause says more than the code does.
MAINS, WEATHER, NOT_CONFIRMED = "mains", "weather", "not_confirmed"
_PLACES = Decimal("0.001")


class Span(Struct, frozen=True):
    """One stretch of a statement, whole seconds since the epoch: its class, what was seen, and why."""

    from_s: int
    to_s: int
    cls: Class
    state: State
    code: str | None = None
    cause: str | None = None

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.to_s - self.from_s

    @property
    def reason(self) -> str | None:
        """What it is listed under: ``mains`` and ``weather`` whatever the code, else the code, else the cause."""
        return self.cause if self.cause in {MAINS, WEATHER} else self.code or self.cause


class Headline(Struct, frozen=True):
    """What is printed large: ``percent`` of the known time; or, with too little known, None and ``[strict, upper]``."""

    percent: Decimal | None
    between: tuple[Decimal, Decimal] | None


class Uptime(Struct, frozen=True):
    """Whole seconds by class, and what follows from them. ``spans`` account for every second of the period.

    ``degraded`` (without weather's) and ``weather`` are parts of ``up``. ``late``: maintenance windows that count for
    nothing. Percentages are rounded half-even to 3 decimals; None = divisor 0.
    """

    up: int = 0
    down: int = 0
    unknown: int = 0
    planned: int = 0
    out_of_service: int = 0
    degraded: int = 0
    weather: int = 0
    spans: tuple[Span, ...] = ()
    late: tuple[Window, ...] = ()
    down_by: dict[str, int] = {}
    unknown_by: dict[str, int] = {}
    degraded_by: dict[str, int] = {}

    @property
    def service(self) -> int:
        """S: seconds in which it had to work."""
        return self.up + self.down + self.unknown

    @property
    def known(self) -> Decimal | None:
        """U / (U + D)."""
        return percent(self.up, self.up + self.down)

    @property
    def mains(self) -> int:
        """The part of D in which the mains were away."""
        return self.down_by.get(MAINS, 0)

    @property
    def known_without_mains(self) -> Decimal | None:
        """The same as ``known`` without the time in which the mains were away."""
        return percent(self.up, self.up + self.down - self.mains)

    @property
    def strict(self) -> Decimal | None:
        """U / S: as if all that is unknown had been down."""
        return percent(self.up, self.service)

    @property
    def upper(self) -> Decimal | None:
        """(U + K) / S: as if all that is unknown had been up."""
        return percent(self.up + self.unknown, self.service)

    @property
    def coverage(self) -> Decimal | None:
        """(U + D) / S."""
        return percent(self.up + self.down, self.service)

    @property
    def headline(self) -> Headline:
        """The known rate if enough is known (judged before rounding), else the bounds, else nothing."""
        if self.strict is None or self.upper is None:
            return Headline(None, None)
        if (self.up + self.down) * 100 >= ENOUGH_COVERAGE * self.service:
            return Headline(self.known, None)
        return Headline(None, (self.strict, self.upper))

    @property
    def blips(self) -> tuple[Span, ...]:
        """What looked bad and was never confirmed, or not yet: it counts as up."""
        return tuple(span for span in self.spans if span.cls == "up" and span.cause == NOT_CONFIRMED)


def percent(part: int, whole: int) -> Decimal | None:
    """``part`` of ``whole`` in per cent, rounded half-even to 3 decimals; None if ``whole`` is 0."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(_PLACES, ROUND_HALF_EVEN)


def fleet(uptimes: Iterable[Uptime]) -> Decimal | None:
    """The rate of many devices: sum U / sum (U + D), never a mean of percentages."""
    known = [(uptime.up, uptime.up + uptime.down) for uptime in uptimes]
    return percent(sum(up for up, _ in known), sum(both for _, both in known))


def figures(found: Uptime) -> dict[str, int | float | None]:
    """``S U D K M O`` in seconds and ``known strict upper coverage`` in per cent, as replay and months print them."""
    rates = (found.known, found.strict, found.upper, found.coverage)
    seconds = (found.service, found.up, found.down, found.unknown, found.planned, found.out_of_service)
    return {
        **dict(zip("SUDKMO", seconds, strict=True)),
        **{
            name: None if rate is None else float(rate)
            for name, rate in zip(("known", "strict", "upper", "coverage"), rates, strict=True)
        },
    }

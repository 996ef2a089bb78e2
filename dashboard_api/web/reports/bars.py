"""Bars of a report: where each piece begins and how wide it is, in hundredths of a bar 1000 wide. Pure."""

from collections.abc import Iterable

from msgspec import Struct

from gateway.uptime import Span, Uptime

WIDTH = 1000
# A gap of a second in a month would be too thin to be seen.
LEAST = 3.0


class Piece(Struct, frozen=True):
    """A rectangle of a bar. ``cls``: up, degraded, down, unknown, planned, out_of_service."""

    cls: str
    x: float
    width: float


def shares(found: Uptime) -> list[Piece]:
    """A period's seconds by class, the good first."""
    parts = (
        ("up", found.up - found.degraded),
        ("degraded", found.degraded),
        ("down", found.down),
        ("unknown", found.unknown),
        ("planned", found.planned),
        ("out_of_service", found.out_of_service),
    )
    return _laid([(cls, seconds) for cls, seconds in parts if seconds], rising=True)


def course(spans: Iterable[Span]) -> list[Piece]:
    """A window as it went."""
    return _laid([(seen(span), span.seconds) for span in spans])


def seen(span: Span) -> str:
    """A stretch's class, degraded apart from up unless it was the weather's doing."""
    return "degraded" if span.cls == "up" and span.state == "degraded" and span.cause != "weather" else span.cls


def _laid(parts: list[tuple[str, int]], rising: bool = False) -> list[Piece]:
    """``rising``: what is small is made wide enough to be seen, on account of the first."""
    whole = sum(seconds for _, seconds in parts)
    if not whole:
        return []
    widths = [seconds * WIDTH / whole for _, seconds in parts]
    if rising and len(widths) > 1:
        widths[1:] = [max(LEAST, width) for width in widths[1:]]
        widths[0] = max(LEAST, WIDTH - sum(widths[1:]))
    found, x = [], 0.0
    for (cls, _), width in zip(parts, widths, strict=True):
        # On a page a piece of a course must not vanish either; it lies over its neighbour.
        found.append(Piece(cls, round(x, 2), round(max(width, LEAST if cls != "up" else 0), 2)))
        x += width
    return sorted(found, key=lambda piece: piece.cls != "up") if not rising else found

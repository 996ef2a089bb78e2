"""Bars as SVG outlines: one for each class, whatever the number of stretches, the same on a page and on paper. Pure."""

from collections.abc import Iterable, Sequence

from dashboard_api.web.reports.words import SHOWN, Shown, shown
from gateway.uptime import Span, Uptime

WIDE, HIGH = 1000, 24
# Nothing is too short to be seen; stretches closer than this are drawn as one.
LEAST, CLOSE = 2.5, 0.5
# Degraded is usable, so it does not fill the bar of a time as it went.
_TOP: dict[Shown, int] = {"degraded": 12}
Bar = tuple[tuple[Shown, str], ...]


def course(spans: Iterable[Span], from_s: int, to_s: int) -> Bar:
    """A time as it went: each class with its outline, in the order in which they are drawn: what is worst last. ``up``
    is the ground.
    """
    pieces: dict[Shown, list[list[float]]] = {what: [] for what in SHOWN}
    scale, end = WIDE / max(1, to_s - from_s), from_s
    for span in spans:
        left, right = (span.from_s - from_s) * scale, (span.to_s - from_s) * scale
        _lay(pieces[shown(span)], left, right)
        end = max(end, span.to_s)
    ground = f"M0 0h{_short((end - from_s) * scale)}v{HIGH}H0z"
    order: tuple[Shown, ...] = ("out_of_service", "planned", "unknown", "degraded", "down")
    drawn = [(what, "".join(_box(what, piece) for piece in pieces[what])) for what in order if pieces[what]]
    return (("up", ground), *drawn) if pieces["up"] or pieces["degraded"] else tuple(drawn)


def shares(found: Uptime) -> Bar:
    """A period's seconds by class, one beside the other, the good first; the small ones are made wide enough to be seen
    on account of the first.
    """
    parts = [(what, seconds) for what, seconds in by_class(found).items() if seconds]
    if not parts:
        return ()
    edges = _edges([seconds for _, seconds in parts])
    return tuple(
        (what, f"M{_short(left)} 0h{_short(right - left)}v{HIGH}H{_short(left)}z")
        for (what, _), left, right in zip(parts, edges, edges[1:], strict=False)
    )


def by_class(found: Uptime) -> dict[Shown, int]:
    """Seconds of each class, ``degraded`` apart from ``up``."""
    return {
        "up": found.up - found.degraded,
        "degraded": found.degraded,
        "down": found.down,
        "unknown": found.unknown,
        "planned": found.planned,
        "out_of_service": found.out_of_service,
    }


def _edges(parts: Sequence[int]) -> list[float]:
    """Where each part begins, and where the last ends."""
    small = [max(LEAST, seconds * WIDE / sum(parts)) for seconds in parts[1:]]
    edges = [0.0, max(LEAST, WIDE - sum(small))]
    for wide in small:
        edges.append(edges[-1] + wide)
    return edges


def _lay(known: list[list[float]], left: float, right: float) -> None:
    if known and left - known[-1][1] < CLOSE:
        known[-1][1] = right
    else:
        known.append([left, right])


def _box(what: Shown, piece: list[float]) -> str:
    left, right = piece
    wide, top = max(LEAST, right - left), _TOP.get(what, 0)
    return f"M{_short(min(left, WIDE - wide))} {top}h{_short(wide)}v{HIGH - top}h-{_short(wide)}z"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

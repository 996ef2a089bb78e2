"""A bar of stretches as SVG outlines: one for each class, whatever the number of stretches. Pure."""

from collections.abc import Iterable

from dashboard_api.web.police.words import SHOWN, Shown, shown
from gateway.uptime import Span

WIDE, HIGH = 1000, 24
# Nothing is too short to be seen; stretches closer than this are drawn as one.
LEAST, CLOSE = 2.5, 0.5
# Degraded is usable, so it does not fill the bar.
_TOP: dict[Shown, int] = {"degraded": 12}
Bar = tuple[tuple[Shown, str], ...]


def bar(spans: Iterable[Span], from_s: int, to_s: int) -> Bar:
    """Each class with its outline, in the order in which they are drawn: what is worst last. ``up`` is the ground."""
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

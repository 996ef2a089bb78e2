"""A statement for a window, as the police ask for it: each second with what it was, and whether footage is missing."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gateway.uptime.figures import Span, Uptime

Footage = Literal["missing", "not_known", "no_gap_reported"]
# Without these nobody can say what a recorder got.
_BLIND = frozenset({"unreachable", "stalled"})


class Line(Struct, frozen=True):
    """One line: what the device was, and whether what it saw was recorded: ``missing`` while its recorder was reported
    to have gaps, ``not_known`` while nothing could be asked."""

    span: Span
    footage: Footage


def statement(found: Uptime, gaps: Iterable[tuple[int, int | None]]) -> list[Line]:
    """Every second of ``found`` once, in order. ``gaps``: half-open ``(from_ms, to_ms)`` in which recordings were
    reported missing, None = still."""
    if not found.spans:
        return []
    period = (found.spans[0].from_s, found.spans[-1].to_s)
    cuts = [(begin // 1000, period[1] if end is None else end // 1000) for begin, end in gaps]
    return [Line(piece, _footage(piece, cuts)) for span in found.spans for piece in _pieces(span, cuts)]


def _pieces(span: Span, gaps: Sequence[tuple[int, int]]) -> list[Span]:
    inside = {at for gap in gaps for at in gap if span.from_s < at < span.to_s}
    bounds = [span.from_s, *sorted(inside), span.to_s]
    return [replace(span, from_s=begin, to_s=end) for begin, end in pairwise(bounds)]


def _footage(span: Span, gaps: Sequence[tuple[int, int]]) -> Footage:
    if any(begin <= span.from_s < end for begin, end in gaps):
        return "missing"
    return "not_known" if span.state == "unknown" or span.code in _BLIND else "no_gap_reported"

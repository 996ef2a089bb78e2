"""Which fault stands behind which. A fault names its cause's asset; here that becomes the cause's number. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.codes import CAUSES
from gateway.faults.catalogue import entry
from gateway.store import FaultRow, FaultSpan

DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Group:
    """One thing to deal with: a fault, and the open ones that are a part of it."""

    fault: FaultRow
    parts: tuple[FaultRow, ...] = ()


def period(rows: Iterable[FaultRow], now_ms: int) -> tuple[int, int]:
    """Where the causes of ``rows``, and their parts, are to be looked for: a cause may end a little before its part."""
    opened = [row.opened_ms for row in rows]
    ended = [now_ms if row.closed_ms is None else row.closed_ms for row in rows]
    return min(opened, default=now_ms) - DAY_MS, max(ended, default=now_ms) + DAY_MS


def causes(rows: Iterable[FaultRow], spans: Iterable[FaultSpan]) -> dict[str, str]:
    """Number of the cause by number, for those of ``rows`` that have one among ``spans``."""
    of: dict[str, list[FaultSpan]] = {}
    for span in spans:
        of.setdefault(span.asset, []).append(span)
    found = {row.id: _nearest(row, of.get(row.root, ())) for row in rows if row.root is not None}
    return {number: cause for number, cause in found.items() if cause is not None}


def _nearest(row: FaultRow, spans: Iterable[FaultSpan]) -> str | None:
    """Of the faults of the cause's asset the one that was open at the same time, and that others can hang on."""

    def rank(span: FaultSpan) -> tuple[int, bool, bool]:
        return _gap(row, span), span.code not in CAUSES, entry(span.code).state == "degraded"

    nearest = min((span for span in spans if span.fault != row.id), key=rank, default=None)
    return nearest.fault if nearest else None


def _gap(row: FaultRow, span: FaultSpan) -> int:
    """Milliseconds between the two; 0 if they overlap."""
    after = 0 if span.to_ms is None else row.opened_ms - span.to_ms
    before = 0 if row.closed_ms is None else span.from_ms - row.closed_ms
    return max(0, after, before)


def grouped(rows: Sequence[FaultRow]) -> list[Group]:
    """Open faults, each under the one that stands behind it all; newest first.

    What is grave, latched, or has no cause that is open stays by itself: somebody has to deal with it.
    """
    by_number = {row.id: row for row in rows}
    spans = [FaultSpan(row.id, row.asset, row.code, row.opened_ms, row.closed_ms) for row in rows]
    above = causes((row for row in rows if row.severity > 1 and not row.latched), spans)
    parts: dict[str, list[FaultRow]] = {row.id: [] for row in rows if row.id not in above}
    for number in above:
        top = _top(number, above)
        parts.setdefault(top, [])
        if top != number:
            parts[top].append(by_number[number])
    heads = sorted(parts, key=lambda number: (by_number[number].opened_ms, number), reverse=True)
    return [Group(by_number[head], tuple(sorted(parts[head], key=lambda row: row.id))) for head in heads]


def _top(number: str, above: Mapping[str, str]) -> str:
    """The end of the chain; where it runs in a circle, the fault itself."""
    seen = {number}
    top = number
    while top in above:
        top = above[top]
        if top in seen:
            return number
        seen.add(top)
    return top

"""A device's state for uptime, as pieces: what was said of it, what is true by now, and the difference as intervals.

Only the part that may still move is kept: from the newest reading, the first bad look of a suspicion and the first good
one of a recovery on. ``unknown`` covers ``down``, which covers ``degraded``, which covers ``up``; a dead supply covers
them all. A suspicion that was never confirmed is ``up`` with its code and the cause ``not_confirmed``.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise, takewhile
from typing import NamedTuple

from msgspec.structs import replace

from contracts.states import State
from gateway.faults.changes import Interval
from gateway.faults.kinds import Cause, Stretch
from gateway.faults.node.memory import DeviceWatch, Piece, Row

_RANK: dict[State, int] = {"up": 0, "degraded": 1, "down": 2, "unknown": 3}
# Of a device without its supply everything is known.
_MAINS_RANK = 4
_OPEN = 2**62


class Told(NamedTuple):
    """The device with its new timeline; what to say of it; the stretches that will not move any more."""

    device: DeviceWatch
    intervals: tuple[Interval, ...]
    settled: tuple[Stretch, ...]


def retell(device: DeviceWatch) -> Told:
    """Bring what was said up to date."""
    base = device.told[0].from_ms if device.told else device.from_ms
    strands = list(_strands(device, base))
    pieces = _pieces(strands, base)
    news = _difference(device.told, pieces)
    intervals = tuple(Interval(device.id, p.from_ms, p.state, p.code, p.cause) for p in news)
    kept = _first_kept(pieces, _horizon(device))
    settled = tuple(Stretch(p.from_ms, q.from_ms, p.state, p.code, p.cause) for p, q in pairwise(pieces[: kept + 1]))
    start = pieces[kept].from_ms
    past = _joined(stretch for stretch in device.past if stretch.to_ms > start)
    return Told(replace(device, told=tuple(pieces[kept:]), past=past), intervals, settled)


def _difference(told: tuple[Piece, ...], pieces: list[Piece]) -> list[Piece]:
    """What to say so that whoever was told ``told`` knows ``pieces``; both begin at the same moment."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(told, pieces, strict=False)))
    news = pieces[same:]
    if same < len(told) and (not news or told[same].from_ms < news[0].from_ms):
        # Something was taken back: the piece before it goes on instead.
        news = [Piece(told[same].from_ms, *_said(pieces[same - 1])), *news]
    return news


def _joined(past: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Stretches that go on in the next one as one: silence upon silence must not grow without end."""
    found: list[Stretch] = []
    for stretch in past:
        last = found[-1] if found else None
        if last and last.to_ms == stretch.from_ms and replace(stretch, from_ms=last.from_ms, to_ms=last.to_ms) == last:
            found[-1] = replace(last, to_ms=stretch.to_ms)
        else:
            found.append(stretch)
    return tuple(found)


def cut_out(stretch: Stretch, known: Iterable[Stretch]) -> list[Stretch]:
    """``stretch`` without what is ``known`` by now; ``known`` in order."""
    left, at = [], stretch.from_ms
    for piece in known:
        if piece.from_ms < stretch.to_ms and at < piece.to_ms:
            left += [replace(stretch, from_ms=at, to_ms=piece.from_ms)] if at < piece.from_ms else []
            at = piece.to_ms
    return [*left, replace(stretch, from_ms=at)] if at < stretch.to_ms else left


def doubt_stretch(code: str, row: Row, end_ms: int) -> Stretch | None:
    """A suspicion that came to nothing."""
    if row.state not in {"down", "degraded"} or end_ms <= row.since_ms:
        return None
    return Stretch(row.since_ms, end_ms, "up", code, "not_confirmed")


def bad_stretch(code: str, row: Row) -> Stretch | None:
    """The part of a row's episode that is over and counts."""
    if row.good_ms is None or row.good_ms <= row.bad_ms or row.state not in {"down", "degraded"}:
        return None
    return Stretch(row.bad_ms, row.good_ms, row.state, code)


def _strands(device: DeviceWatch, base: int) -> Iterator[Stretch]:
    yield Stretch(base, _OPEN, "up", None)
    yield from device.past
    for code, row in device.rows.items():
        if row.phase in {"confirmed", "recovering"} and row.state in {"down", "degraded"}:
            end = _OPEN if row.good_ms is None else row.good_ms
            if end > row.bad_ms:
                yield Stretch(row.bad_ms, end, row.state, code)
        elif row.phase == "suspect" and row.state in {"down", "degraded"}:
            yield Stretch(row.since_ms, _OPEN, "up", code, "not_confirmed")
    if device.dark_ms is not None:
        yield Stretch(device.dark_ms, _OPEN, "unknown", device.dark_code, device.cause)
    if device.mains_ms is not None:
        yield mains_stretch(device.mains_ms, _OPEN)


def _pieces(strands: list[Stretch], base: int) -> list[Piece]:
    cuts = {base} | {s.from_ms for s in strands} | {s.to_ms for s in strands}
    pieces: list[Piece] = []
    for moment in sorted(cut for cut in cuts if base <= cut < _OPEN):
        over = [s for s in strands if s.from_ms <= moment < s.to_ms]
        # Of two reasons for the same state the one that began first is named.
        top = min(over, key=lambda s: (-_rank(s), s.code is None, s.from_ms, s.code or ""))
        piece = Piece(moment, top.state, top.code, top.cause)
        if not pieces or _said(pieces[-1]) != _said(piece):
            pieces.append(piece)
    return pieces


def mains_stretch(from_ms: int, to_ms: int) -> Stretch:
    """The supply was dead."""
    return Stretch(from_ms, to_ms, "down", "mains_loss", "mains")


def _rank(stretch: Stretch) -> int:
    return _MAINS_RANK if stretch.cause == "mains" and stretch.state == "down" else _RANK[stretch.state]


def _said(piece: Piece) -> tuple[State, str | None, Cause | None]:
    return piece.state, piece.code, piece.cause


def _horizon(device: DeviceWatch) -> int:
    """Nothing before this moment will move, except by late data."""
    moments = [device.from_ms if device.seen_ms is None else device.seen_ms]
    if device.mains_ms is not None:
        moments.append(device.mains_ms)
    for row in device.rows.values():
        if row.phase == "suspect":
            moments.append(row.since_ms)
        elif row.phase == "recovering" and row.good_ms is not None:
            moments.append(row.good_ms)
    return min(moments) - device.limit_ms


def _first_kept(pieces: list[Piece], horizon: int) -> int:
    kept = 0
    while kept + 1 < len(pieces) and pieces[kept + 1].from_ms <= horizon:
        kept += 1
    return kept

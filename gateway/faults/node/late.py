"""Late history of a device as stretches: what was seen of it in a time that had been UNKNOWN.

It is laid into UNKNOWN only, joined with what touches it, and then debounced by its own times, as if it had been known
then: a suspicion before the gap may turn out to have been a fault, and a fault after it to have begun in it.
(``history`` judges late records of a node that goes on speaking; this is for whole stretches, however old.)
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from msgspec.structs import replace

from contracts.codes import CODES, looks_needed
from contracts.states import State
from gateway.faults.catalogue import exempt
from gateway.faults.changes import Cleared, Confirmed, Ended, Filled, NodeChange, Running
from gateway.faults.events import Late
from gateway.faults.kinds import Cause, Stretch
from gateway.faults.node import rows, timeline
from gateway.faults.node.memory import DeviceWatch, NodeWatch, Row
from gateway.faults.node.rows import Asset
from gateway.faults.rules import Rules

Told = tuple[DeviceWatch, list[NodeChange]]


class Run(NamedTuple):
    """A code was bad, was not, or nobody knows, in ``[from_ms, to_ms)``. ``sure``: that had been confirmed."""

    from_ms: int
    to_ms: int
    what: Literal["bad", "good", "unknown"]
    sure: bool = False


class Episode(NamedTuple):
    """One episode: its bad stretches and whatever did not end it. ``ended_ms`` None: nobody has seen its end."""

    parts: tuple[Run, ...]
    confirmed_ms: int | None
    ended_ms: int | None = None

    @property
    def from_ms(self) -> int:
        """Its first bad look."""
        return self.parts[0].from_ms

    @property
    def to_ms(self) -> int:
        """How far it reaches, as far as is known."""
        return self.parts[-1].to_ms if self.ended_ms is None else self.ended_ms


def lay(watch: NodeWatch, late: Late, rules: Rules) -> tuple[NodeWatch, list[NodeChange]]:
    """The node's watch after it, and what is said."""
    device = watch.devices.get(late.device)
    if device is None or late.state == "unknown":
        return watch, []
    gaps = [gap for gap in (_inside(piece, late) for piece in late.known if piece.state == "unknown") if gap]
    told: list[NodeChange] = [Running(watch.node, gap.from_ms, gap.to_ms, late.at_ms) for gap in gaps]
    pieces = list(_laid(late, gaps))
    fill = [Stretch(gap.from_ms, gap.to_ms, *_seen(late)) for gap in gaps]
    told += [Filled(device.id, piece.from_ms, piece.to_ms, piece.state, piece.code, piece.cause) for piece in fill]
    device = replace(device, past=tuple(_known(device, fill)))
    live_ms = late.at_ms if watch.alive_ms is None else watch.alive_ms
    for code in sorted({piece.code for piece in pieces if piece.code}) if gaps else ():
        before, now = ([*_told(device, code, found, live_ms, rules)] for found in (late.known, pieces))
        device, changes = _judge(device, code, (before, now), gaps, late)
        told += changes
    return replace(watch, devices={**watch.devices, device.id: device}), told


def _inside(piece: Stretch, late: Late) -> Stretch | None:
    from_ms, to_ms = max(piece.from_ms, late.from_ms), min(piece.to_ms, late.to_ms)
    return replace(piece, from_ms=from_ms, to_ms=to_ms) if from_ms < to_ms else None


def _laid(late: Late, gaps: Sequence[Stretch]) -> Iterator[Stretch]:
    """What is known by now."""
    for piece in late.known:
        at = piece.from_ms
        for gap in gaps if piece.state == "unknown" else ():
            if piece.from_ms <= gap.from_ms < piece.to_ms:
                if at < gap.from_ms:
                    yield replace(piece, from_ms=at, to_ms=gap.from_ms)
                yield Stretch(gap.from_ms, gap.to_ms, *_seen(late))
                at = gap.to_ms
        if at < piece.to_ms:
            yield replace(piece, from_ms=at)


def _seen(late: Late) -> tuple[State, str | None, Cause | None]:
    """What was bad is a suspicion until it is judged."""
    return ("up", late.code, "not_confirmed") if late.state in {"down", "degraded"} else ("up", None, None)


def _known(device: DeviceWatch, fill: Sequence[Stretch]) -> Iterator[Stretch]:
    """What the device's timeline may still say, without what is unknown no more."""
    for stretch in device.past:
        yield from timeline.cut_out(stretch, fill) if stretch.state == "unknown" else [stretch]


def _told(device: DeviceWatch, code: str, pieces: Sequence[Stretch], live_ms: int, rules: Rules) -> Iterator[Episode]:
    """One code's episodes; what was told live since the node is back, and is over, is not theirs."""
    row = device.rows.get(code)
    live = row is not None and row.phase != "cleared"
    wait_ms, keep_ms = rules.wait_ms(code), round(rules.keep_s * 1000)
    for episode in _episodes(list(_runs(code, pieces)), wait_ms, keep_ms, device.limit_ms):
        parts = list(episode.parts)
        while not live and parts and (parts[-1].what != "bad" or (parts[-1].sure and parts[-1].from_ms >= live_ms)):
            parts.pop()
        if parts == list(episode.parts):
            yield episode
        elif parts:
            yield Episode(tuple(parts), episode.confirmed_ms, parts[-1].to_ms)


def _judge(
    device: DeviceWatch,
    code: str,
    episodes: tuple[Sequence[Episode], Sequence[Episode]],
    gaps: Sequence[Stretch],
    late: Late,
) -> Told:
    """One code's episodes by now, and what is new of them. ``episodes``: as they were known before, and as they are."""
    known = CODES.get(code)
    if known is None or known.state not in {"down", "degraded"}:
        return device, []
    told: list[NodeChange] = []
    before, now = episodes
    for episode in now:
        if not any(gap.from_ms <= episode.to_ms and episode.from_ms <= gap.to_ms for gap in gaps):
            continue
        device, changes = _news(device, code, episode, before, late.at_ms)
        told += changes
        if episode.confirmed_ms is None:
            continue
        for part in episode.parts:
            if part.what != "unknown" and not part.sure:
                device = replace(device, past=(*device.past, Stretch(part.from_ms, part.to_ms, known.state, code)))
                told.append(Filled(device.id, part.from_ms, part.to_ms, known.state, code, over=True))
    after = timeline.retell(device)
    return after.device, told


def _runs(code: str, pieces: Iterable[Stretch]) -> Iterator[Run]:
    last: Run | None = None
    for piece in pieces:
        if piece.state == "unknown" or piece.cause == "mains":
            what: Literal["bad", "good", "unknown"] = "unknown"
        else:
            what = "bad" if piece.code == code else "good"
        run = Run(piece.from_ms, piece.to_ms, what, what == "bad" and piece.state != "up")
        if last is not None and (last.what, last.sure) == (run.what, run.sure) and last.to_ms == run.from_ms:
            run = last._replace(to_ms=run.to_ms)
        elif last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def _episodes(runs: Sequence[Run], wait_ms: int, keep_ms: int, limit_ms: int) -> Iterator[Episode]:
    """Debounce by time alone, as ``looks`` does it look by look: UNKNOWN ends no fault, and a long one a suspicion."""
    parts: list[Run] = []
    sure: int | None = None
    for index, run in enumerate(runs):
        if run.what == "bad":
            parts.append(run)
            if sure is None and (run.sure or wait_ms == 0 or run.to_ms - parts[0].from_ms > wait_ms):
                sure = parts[0].from_ms + wait_ms
            continue
        if not parts:
            continue
        again = index + 1 < len(runs) and runs[index + 1].what == "bad"
        if _goes_on(run, again, sure is not None, keep_ms, limit_ms):
            parts.append(run)
            continue
        while parts[-1].what != "bad":
            parts.pop()  # what was good afterwards may have been so since the last bad look
        yield Episode(tuple(parts), sure, parts[-1].to_ms)
        parts, sure = [], None
    if parts:
        yield Episode(tuple(parts), sure)


def _goes_on(run: Run, again: bool, sure: bool, keep_ms: int, limit_ms: int) -> bool:
    length_ms = run.to_ms - run.from_ms
    if run.what == "unknown":
        return sure or (again and length_ms <= limit_ms)
    return again and sure and length_ms < keep_ms


def _news(device: DeviceWatch, code: str, episode: Episode, before: Sequence[Episode], at_ms: int) -> Told:
    row = device.rows.get(code)
    if episode.ended_ms is None and row is not None and row.phase != "cleared":
        return _began_earlier(device, code, row, episode, at_ms)
    if episode.confirmed_ms is None:
        return device, []
    said = [old for old in before if episode.from_ms <= old.from_ms < episode.to_ms and any(p.sure for p in old.parts)]
    if episode.ended_ms is None:
        return (device, []) if said else _goes_on_now(device, code, episode, at_ms)
    known = [(old.from_ms, old.ended_ms) for old in said]
    if known == [(episode.from_ms, episode.ended_ms)] or any(old.ended_ms is None for old in said):
        return device, []
    if said and row is not None and episode.from_ms <= row.since_ms <= episode.ended_ms:
        return _longer(device, code, row, episode, at_ms)
    asset = Asset(device.id, device.kind)
    if exempt(code, device.kind) and (row is not None or not said):
        return _urgent(device, code, episode, at_ms)
    ends = episode.ended_ms
    was = tuple(old.confirmed_ms for old in said if old.confirmed_ms is not None)
    begun = Confirmed(asset.id, asset.kind, code, episode.from_ms, episode.confirmed_ms, late=True, was=was)
    return device, [begun, Ended(asset.id, code, ends, ends, at_ms, late=True)]


def _longer(device: DeviceWatch, code: str, row: Row, episode: Episode, at_ms: int) -> Told:
    """What waits for its release began earlier, or ended later, than was known; what is live goes on."""
    if row.phase != "cleared":
        return device, []
    since_ms, good_ms = min(episode.from_ms, row.since_ms), max(episode.to_ms, row.good_ms or 0)
    moved = replace(row, since_ms=since_ms, bad_ms=since_ms, good_ms=good_ms)
    told: list[NodeChange] = []
    if since_ms < row.since_ms:
        told.append(Confirmed(device.id, device.kind, code, since_ms, at_ms, latched=True, late=True))
    told.append(Cleared(device.id, code, good_ms, at_ms))
    return replace(device, rows={**device.rows, code: moved}), told


def _goes_on_now(device: DeviceWatch, code: str, episode: Episode, at_ms: int) -> Told:
    """Nobody has seen its end: it is a fault now, and the next reading decides."""
    if code in device.rows:
        return device, []
    last = next(part for part in reversed(episode.parts) if part.what == "bad")
    begun = Row("suspect", CODES[code].state, episode.from_ms, last.from_ms, looks_needed(code))
    turned = rows.confirm(Asset(device.id, device.kind), code, begun, at_ms)
    kept = turned.row or begun
    return replace(device, steady=False, rows={**device.rows, code: kept}), list(turned.changes)


def _began_earlier(device: DeviceWatch, code: str, row: Row, episode: Episode, at_ms: int) -> Told:
    """The live episode is the end of this one."""
    if episode.from_ms >= row.since_ms:
        return device, []
    moved = replace(row, since_ms=episode.from_ms, bad_ms=episode.from_ms if row.phase == "suspect" else row.bad_ms)
    device = replace(device, rows={**device.rows, code: moved})
    if row.phase == "suspect":
        return device, []
    asset = Asset(device.id, device.kind)
    return device, list(rows.confirm(asset, code, moved, at_ms).changes)


def _urgent(device: DeviceWatch, code: str, episode: Episode, at_ms: int) -> Told:
    """What endangers people pages and latches when it is learnt."""
    if code in device.rows:
        return _longer(device, code, device.rows[code], episode, at_ms)  # while it is latched it is the same fault
    asset = Asset(device.id, device.kind)
    row = Row("suspect", "down", episode.from_ms, episode.from_ms, good_ms=episode.to_ms)
    confirmed = rows.confirm(asset, code, row, at_ms)
    over = rows.clear(asset, code, confirmed.row or row, at_ms)
    after = device.rows if over.row is None else {**device.rows, code: over.row}
    return replace(device, rows=after), [*confirmed.changes, *over.changes]

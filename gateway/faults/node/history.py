"""Late data: what a device did while the live view was already ahead of it.

They are judged by the same rules in their own time, from the state before the gap on, beside the live view, which never
moves back. They fill what was UNKNOWN. A fault that began and ended among them is listed opened and closed; severity 1
opens, and latches, as soon as it is learnt. One that was open before the gap, or still runs where the live view takes
over, is the live fault: its start moves back if late data say so.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from contracts.messages import Reading
from gateway.faults.catalogue import exempt
from gateway.faults.changes import Cleared, Confirmed, Ended, Filled, NodeChange
from gateway.faults.kinds import Stretch
from gateway.faults.node import device as devices
from gateway.faults.node import rows, timeline
from gateway.faults.node.device import Heard, Moment
from gateway.faults.node.memory import DeviceWatch, Piece, Row
from gateway.faults.node.rows import Asset
from gateway.faults.rules import Rules

_BAD = frozenset({"suspect", "confirmed"})


def ahead(device: DeviceWatch, reading: Reading, moment: Moment, rules: Rules) -> Heard:
    """A reading that came before its turn: the live view goes on, what lies between is expected as late data."""
    heard = devices.hear(device, reading, moment, rules)
    if device.behind is not None:
        return heard
    behind = replace(device, dark_ms=None, dark_code=None, fresh=True, steady=False, told=_start(device))
    split_ms = device.from_ms if device.seen_ms is None else device.seen_ms
    carried = tuple(code for code, row in device.rows.items() if row.phase != "suspect")
    after = replace(heard.device, behind=behind, split_ms=split_ms, ahead_ms=moment.at_ms, carried=carried)
    return Heard(after, heard.changes)


def _start(device: DeviceWatch) -> tuple[Piece, ...]:
    """The late timeline begins where the device was known last."""
    return device.told[-1:] if device.told else ()


def late(device: DeviceWatch, reading: Reading, at_ms: int, rules: Rules) -> Heard:
    """One reading of the past."""
    before = device.behind
    if before is None:
        return Heard(device, ())
    if at_ms >= device.ahead_ms:
        return join(device, rules)
    heard = devices.hear(before, reading, Moment(at_ms, joined=True), rules)
    device, told = _faults(device, before, heard)
    filled = _fill(device, heard.settled)
    return Heard(replace(device, behind=heard.device), (*told, *filled))


def join(device: DeviceWatch, rules: Rules) -> Heard:
    """Late data have reached the moment from which the live view knows."""
    behind = device.behind
    if behind is None:
        return Heard(device, ())
    behind, fired = devices.deadlines(behind, device.ahead_ms, rules)
    told = timeline.retell(behind)
    device, changes = _faults(device, device.behind or behind, Heard(told.device, tuple(fired)))
    ends = [piece.from_ms for piece in told.device.told[1:]] + [device.ahead_ms]
    rest = [
        Stretch(piece.from_ms, end, piece.state, piece.code, piece.cause)
        for piece, end in zip(told.device.told, ends, strict=True)
    ]
    filled = _fill(device, [*told.settled, *rest], known_ms=devices.lapse_ms(behind))
    device, moved = _join_rows(device, told.device)
    return Heard(replace(device, behind=None, split_ms=0, ahead_ms=0, carried=()), (*changes, *moved, *filled))


def _fill(device: DeviceWatch, settled: Iterable[Stretch], known_ms: int | None = None) -> list[NodeChange]:
    """``known_ms``: the late data themselves say nothing after it."""
    end = device.ahead_ms if known_ms is None else min(device.ahead_ms, known_ms)
    cut = (
        Filled(device.id, max(s.from_ms, device.split_ms), min(s.to_ms, end), s.state, s.code, s.cause)
        for s in settled
        if s.state != "unknown"
    )
    return [filled for filled in cut if filled.from_ms < filled.to_ms]


def _faults(device: DeviceWatch, before: DeviceWatch, heard: Heard) -> tuple[DeviceWatch, list[NodeChange]]:
    """What of the late judgement's faults is to be said now. ``before``: its rows before this reading."""
    told: list[NodeChange] = []
    for change in heard.changes:
        match change:
            case Confirmed() if _urgent(device, change.code) and _within(device, change.code, change.since_ms):
                told.append(change)
            case Ended() | Cleared():
                row = before.rows.get(change.code)
                if row is not None and _within(device, change.code, row.since_ms):
                    device, changes = _ended(device, change, row)
                    told += changes
            case _:
                pass
    return device, told


def _urgent(device: DeviceWatch, code: str) -> bool:
    return exempt(code, device.kind)


def _within(device: DeviceWatch, code: str, since_ms: int) -> bool:
    """Whether an episode is the late data's own, and not a fault that was open before the gap."""
    return code not in device.carried or since_ms > device.split_ms


def _ended(device: DeviceWatch, change: Ended | Cleared, row: Row) -> tuple[DeviceWatch, list[NodeChange]]:
    """An episode began and ended in the past. Where the same fault is open now, that is the one: it stays open."""
    if change.code in device.rows:
        return device, []
    asset = Asset(device.id, device.kind)
    # What is urgent was said when it was learnt.
    urgent = _urgent(device, change.code)
    opened = () if urgent else _late(rows.confirm(asset, change.code, row, change.at_ms).changes)
    if isinstance(change, Ended):
        return device, [*opened, replace(change, late=not urgent)]
    cleared = replace(row, phase="cleared", latched=True)
    return replace(device, rows={**device.rows, change.code: cleared}), [*opened, change]


def _join_rows(device: DeviceWatch, behind: DeviceWatch) -> tuple[DeviceWatch, list[NodeChange]]:
    told: list[NodeChange] = []
    for code, row in _running(device, behind):
        live = device.rows.get(code)
        if live is not None and live.phase != "cleared":
            device, changes = _move_back(device, code, live, row)
        else:
            device, changes = _over(device, code, row)
        told += changes
    return device, told


def _running(device: DeviceWatch, behind: DeviceWatch) -> Iterator[tuple[str, Row]]:
    """Episodes of the past that have not ended in it."""
    for code, row in behind.rows.items():
        if row.phase in _BAD and _within(device, code, row.since_ms):
            yield code, row


def _move_back(device: DeviceWatch, code: str, live: Row, row: Row) -> tuple[DeviceWatch, list[NodeChange]]:
    """The live episode began earlier than the live view could know."""
    if row.since_ms >= live.since_ms:
        return device, []
    moved = replace(live, since_ms=row.since_ms)
    device = replace(device, rows={**device.rows, code: moved})
    if live.phase == "suspect":
        return device, []
    return device, list(rows.confirm(Asset(device.id, device.kind), code, moved, row.since_ms).changes)


def _over(device: DeviceWatch, code: str, row: Row) -> tuple[DeviceWatch, list[NodeChange]]:
    """It was bad up to where the live view begins, and that says it is fine."""
    if row.phase != "confirmed":
        return device, []
    asset = Asset(device.id, device.kind)
    opened = rows.confirm(asset, code, row, device.ahead_ms)
    ended = rows.clear(asset, code, replace(row, good_ms=device.ahead_ms), device.ahead_ms)
    after = device.rows if ended.row is None else {**device.rows, code: ended.row}
    said: list[NodeChange] = [*opened.changes, *ended.changes]
    return replace(device, rows=after), said if _urgent(device, code) else _late(said)


def _late(changes: Iterable[NodeChange]) -> list[NodeChange]:
    """Said of the past."""
    return [replace(c, late=True) if isinstance(c, Confirmed | Cleared | Ended) else c for c in changes]

"""One device: a reading, a silence or a deadline, and what it means for its rows, its live view and its timeline."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import UNSET
from msgspec.structs import replace

from contracts.codes import HIDES_PICTURE, PICTURE, looks_needed
from contracts.messages import Finding, Reading
from contracts.states import State
from gateway.faults.changes import (
    Dismissed,
    Flapping,
    NodeChange,
    Presence,
    Recovering,
    Relapsed,
    StateChanged,
    Suspected,
)
from gateway.faults.kinds import Cause, Stretch
from gateway.faults.node import looks, rows, timeline
from gateway.faults.node.flapping import feed
from gateway.faults.node.looks import Look, Seen
from gateway.faults.node.memory import DeviceWatch, Row
from gateway.faults.node.rows import Asset
from gateway.faults.rules import Rules

_LATCHABLE = frozenset({"charge_point", "connector"})
# They answered, only not with a picture.
_REACHED = frozenset({"busy", "wrong_password"})


class Heard(NamedTuple):
    """The device after a reading, what to say, and the stretches of its timeline that are settled for good."""

    device: DeviceWatch
    changes: tuple[NodeChange, ...]
    settled: tuple[Stretch, ...] = ()


class Moment(NamedTuple):
    """When a reading is from. ``current``: by now the device is fresh. ``joined``: in order, from the boot that wrote
    the
    record before, so that only the line or the gateway was away in between, and not the node."""

    at_ms: int
    current: bool = True
    joined: bool = False


def hear(device: DeviceWatch, reading: Reading, moment: Moment, rules: Rules) -> Heard:
    """Judge one reading."""
    if device.steady and moment.current and not device.ring and repeats(device, reading, moment.at_ms):
        seen_ms = max(moment.at_ms, device.seen_ms or 0)
        return Heard(replace(device, seen_ms=seen_ms, looks=reading.looks), ())
    heard = _judge(device, reading, moment, rules)
    if not moment.current:
        return heard
    fed = feed(device.ring, device.flapping, device.seen_ms is not None and differs(device, reading), rules)
    after = replace(heard.device, ring=fed.ring, flapping=fed.flapping)
    if fed.flapping == device.flapping:
        return Heard(after, heard.changes, heard.settled)
    told = Flapping(device.id, device.kind, fed.flapping, moment.at_ms)
    return Heard(after, (*heard.changes, told), heard.settled)


def differs(device: DeviceWatch, reading: Reading) -> bool:
    """Whether it says something else than the reading before: state, word or set of codes."""
    word = None if reading.word is UNSET else reading.word
    return (reading.s, word) != (device.said, device.heard) or {f.code for f in reading.f} != set(device.found)


def repeats(device: DeviceWatch, reading: Reading, at_ms: int) -> bool:
    """Whether the reading says nothing that the one before did not."""
    return (
        reading.s == device.said
        and at_ms - (device.seen_ms or 0) <= device.limit_ms
        and reading.nc == device.nc
        and (None if reading.word is UNSET else reading.word) == device.heard
        and tuple(finding.code for finding in reading.f) == device.found
    )


def _judge(device: DeviceWatch, reading: Reading, moment: Moment, rules: Rules) -> Heard:
    look = _look(device, reading, moment)
    told: list[NodeChange] = []
    if not (device.cut and look.broken):
        device, changes = deadlines(device, look.at_ms, rules)
        told += changes
    device, turns = _look_at_rows(device, reading, look)
    told += turns
    device = _dark(_powered(device, look.at_ms), reading, look, moment.current)
    device, changes = _fire_now(device, look.at_ms, rules)
    told += changes
    again = device.cut or not device.fresh
    device, shown = _show(device, reading, look, moment.current)
    # That it is there comes after what it said, or a fault that is over would be told of.
    here = _presence(device, True, look.at_ms) if again and moment.current else ()
    after, intervals, settled = timeline.retell(device)
    return Heard(after, (*shown, *told, *here, *intervals), settled)


def _look(device: DeviceWatch, reading: Reading, moment: Moment) -> Look:
    seen_ms = device.seen_ms
    at_ms = moment.at_ms if seen_ms is None else max(moment.at_ms, seen_ms)
    silent = seen_ms is None or at_ms - seen_ms > device.limit_ms
    found = tuple(finding.code for finding in reading.f)
    anew = reading.s != device.said or reading.looks < device.looks or set(found) != set(device.found)
    since_ms = _back(at_ms, reading.since_s)
    return Look(
        at_ms, seen_ms, silent or (device.cut and not moment.joined), anew, since_ms, reading.looks, device.limit_ms
    )


def _back(at_ms: int, since_s: float) -> int:
    return max(0, at_ms - round(since_s * 1000))


# ---- rows


def _look_at_rows(device: DeviceWatch, reading: Reading, look: Look) -> tuple[DeviceWatch, list[NodeChange]]:
    if not reading.f and not device.rows:
        return device, []
    told: list[NodeChange] = []
    found = {finding.code: finding for finding in reading.f}
    after: dict[str, Row] = {}
    past = list(device.past)
    for code in {**device.rows, **found}:
        row = device.rows.get(code)
        new = _row(code, row, found, reading, look)
        over = _over(code, row, new, look) if row is not None else None
        past += [over] if over else []
        told += _turn(Asset(device.id, device.kind), code, row, new, look.at_ms)
        if new is not None:
            after[code] = new
    return replace(device, rows=after, past=tuple(past)), told


def _over(code: str, row: Row, new: Row | None, look: Look) -> Stretch | None:
    """What of a row's episode is over by this look and stays in the timeline."""
    if row.phase == "recovering" and (new is None or new.bad_ms != row.bad_ms):
        return timeline.bad_stretch(code, row)
    if row.phase == "suspect" and (new is None or new.phase != "suspect" or new.since_ms > row.since_ms):
        seen_ms = row.since_ms if look.seen_ms is None else look.seen_ms
        return timeline.doubt_stretch(code, row, max(seen_ms, look.since_ms if new is None else 0))
    return None


def _turn(asset: Asset, code: str, row: Row | None, new: Row | None, at_ms: int) -> Iterator[NodeChange]:
    """What a look did to a row; that it is confirmed or over is told when it fires."""
    before, after = row and row.phase, new and new.phase
    if new is not None and after == "suspect" and (row is None or before != "suspect" or row.since_ms != new.since_ms):
        yield Suspected(asset.id, asset.kind, code, new.since_ms, at_ms)
    elif before == "suspect" and after in {None, "cleared"}:
        yield Dismissed(asset.id, code, at_ms)
    elif new is not None and after == "recovering" and new.good_ms is not None and before == "confirmed":
        yield Recovering(asset.id, code, new.good_ms, at_ms)
    elif before == "recovering" and after == "confirmed":
        yield Relapsed(asset.id, code, at_ms)


def _powered(device: DeviceWatch, at_ms: int) -> DeviceWatch:
    """It speaks again after its supply was lost."""
    if device.mains_ms is None or at_ms <= device.mains_ms:
        return device
    return replace(device, mains_ms=None, past=(*device.past, timeline.mains_stretch(device.mains_ms, at_ms)))


def _row(code: str, row: Row | None, found: dict[str, Finding], reading: Reading, look: Look) -> Row | None:
    finding = found.get(code)
    if finding is not None:
        seen = Seen(finding.s, _back(look.at_ms, finding.since_s), finding.looks, looks_needed(code))
        return looks.bad_look(row, seen, look)
    if row is None:
        return None
    if _hidden(code, found, reading):
        return row if row.hidden else replace(row, hidden=True)
    return looks.good_look(row, look)


def _hidden(code: str, found: dict[str, Finding], reading: Reading) -> bool:
    """Whether the reading could not tell: absent, yet no good look."""
    if code == "silent":
        return False
    if code in reading.nc or "driver_error" in found or "offline" in found:
        return True
    if reading.s == "unknown":
        return not (code == "unreachable" and _REACHED & found.keys())
    return code in PICTURE and bool(HIDES_PICTURE & found.keys())


def deadlines(device: DeviceWatch, now_ms: int, rules: Rules) -> tuple[DeviceWatch, list[NodeChange]]:
    """Fire what was due before ``now_ms`` while nothing was heard, in order of time."""
    told: list[NodeChange] = []
    while True:
        due = sorted(
            (at, code) for code, at in row_dues(device, rules) if looks.passed(at, now_ms) and at <= lapse_ms(device)
        )
        if not due:
            return device, told
        at, code = due[0]
        device, changes = fire(device, code, at)
        told += changes


def row_dues(device: DeviceWatch, rules: Rules) -> list[tuple[str, int]]:
    """The deadlines of the device's rows."""
    keep_ms = round(rules.keep_s * 1000)
    dues = ((code, looks.due_ms(row, rules.wait_ms(code), keep_ms)) for code, row in device.rows.items())
    return [(code, at) for code, at in dues if at is not None]


def lapse_ms(device: DeviceWatch) -> int:
    """The last moment at which the device is fresh without another reading."""
    return (device.from_ms if device.seen_ms is None else device.seen_ms) + device.limit_ms


def _fire_now(device: DeviceWatch, at_ms: int, rules: Rules) -> tuple[DeviceWatch, list[NodeChange]]:
    """What this very reading completes."""
    told: list[NodeChange] = []
    for at, code in sorted((at, code) for code, at in row_dues(device, rules) if at <= at_ms):
        device, changes = fire(device, code, at)
        told += changes
    return device, told


def fire(device: DeviceWatch, code: str, at_ms: int) -> tuple[DeviceWatch, tuple[NodeChange, ...]]:
    """One row's deadline."""
    before = device.rows[code]
    row, changes = rows.fire(Asset(device.id, device.kind), code, before, at_ms)
    return with_row(device, code, row), changes


def with_row(device: DeviceWatch, code: str, row: Row | None) -> DeviceWatch:
    """The device with a row changed, or gone; what the row counted is kept."""
    others = {other: kept for other, kept in device.rows.items() if other != code}
    old = device.rows.get(code)
    past = device.past
    if old is not None and old.phase == "recovering" and (row is None or row.phase == "cleared"):
        over = timeline.bad_stretch(code, old)
        past = (*past, over) if over else past
    after = others if row is None else {**others, code: row}
    steady = device.fresh and not any(r.phase in {"suspect", "recovering"} for r in after.values())
    return replace(device, rows=after, past=past, steady=steady)


# ---- what is not known


def _dark(device: DeviceWatch, reading: Reading, look: Look, current: bool) -> DeviceWatch:
    """End what was unknown where this reading's ``since`` begins to cover it, and begin what is unknown from here."""
    past, start = device.past, device.dark_ms
    seen_ms = device.from_ms if look.seen_ms is None else look.seen_ms
    known_ms = max(seen_ms, min([look.since_ms, *(_back(look.at_ms, f.since_s) for f in reading.f)]))
    if start is None and look.broken:
        start = seen_ms
    if start is not None and (look.broken or device.said == "unknown") and known_ms > start:
        cause = device.cause or ("silence" if look.broken else None)
        past = (*past, Stretch(start, known_ms, "unknown", device.dark_code, cause))
    dark_ms, code = None, None
    if reading.s == "unknown":
        dark_ms = max(seen_ms, look.since_ms)
        code = next((f.code for f in reading.f if f.s == "unknown"), None)
    elif not current:
        dark_ms = look.at_ms
    return replace(device, past=past, dark_ms=dark_ms, dark_code=code)


def lapse(device: DeviceWatch, at_ms: int, cause: Cause) -> Heard:
    """Nothing is known from the device's newest reading on. Its rows stay as they are."""
    if not device.fresh:
        return Heard(device, ())
    past, dark_ms = device.past, device.from_ms if device.seen_ms is None else device.seen_ms
    if device.dark_ms is not None and dark_ms > device.dark_ms:
        past = (*past, Stretch(device.dark_ms, dark_ms, "unknown", device.dark_code, device.cause))
    dead = device.mains_ms is not None
    device = replace(
        device,
        fresh=False,
        cut=True,
        steady=False,
        lapsed_ms=at_ms,
        state="down" if dead else "unknown",
        word=_word(device, False, device.heard),
        codes=("mains_loss",) if dead else (),
        cause=cause,
        since_ms=dark_ms,
        past=past,
        dark_ms=dark_ms,
        dark_code=None,
    )
    after, intervals, settled = timeline.retell(device)
    return Heard(after, (view(after, at_ms), *_presence(after, False, at_ms), *intervals), settled)


def unpowered(device: DeviceWatch, at_ms: int) -> Heard:
    """Its supply is known to be dead: so is it, until it speaks again."""
    if device.ups or device.mains_ms is not None or (device.seen_ms is not None and device.seen_ms > at_ms):
        return Heard(device, ())
    told = timeline.retell(replace(device, mains_ms=at_ms, steady=False))
    return Heard(told.device, told.intervals, told.settled)


def _presence(device: DeviceWatch, here: bool, at_ms: int) -> tuple[Presence, ...]:
    """Of cameras, since they vote on the weather, and of what has something to tell."""
    return (Presence(device.id, device.kind, here, at_ms),) if device.kind == "camera" or device.rows else ()


# ---- the live view


def view(device: DeviceWatch, at_ms: int) -> StateChanged:
    """The live view as a change."""
    return StateChanged(device.id, device.state, device.word, device.since_ms, at_ms, device.codes, device.cause)


def _show(
    device: DeviceWatch, reading: Reading, look: Look, current: bool
) -> tuple[DeviceWatch, tuple[StateChanged, ...]]:
    found = tuple(finding.code for finding in reading.f)
    heard = None if reading.word is UNSET else reading.word
    same = (reading.s, heard, found) == (device.state, device.heard, device.codes)
    device = replace(
        device,
        said=reading.s,
        heard=heard,
        found=found,
        nc=reading.nc,
        looks=reading.looks,
        seen_ms=look.at_ms,
        cut=False,
    )
    if not current:
        return replace(device, steady=False), ()
    before = (device.state, device.word, device.codes, device.cause)
    state: State = reading.s
    since_ms = device.since_ms if same else look.since_ms
    steady = not any(row.phase in {"suspect", "recovering"} for row in device.rows.values())
    after = replace(
        device,
        state=state,
        word=_word(device, True, heard),
        codes=found,
        cause=None,
        since_ms=since_ms,
        fresh=True,
        steady=steady,
        lapsed_ms=None,
    )
    said = (after.state, after.word, after.codes, after.cause)
    return after, () if said == before else (view(after, look.at_ms),)


def lock(device: DeviceWatch, locked: bool, at_ms: int) -> Heard:
    """Show ``out_of_order`` to residents, or what is so."""
    if device.locked == locked:
        return Heard(device, ())
    device = replace(device, locked=locked)
    word = _word(device, device.fresh, device.heard)
    if word == device.word:
        return Heard(device, ())
    device = replace(device, word=word)
    return Heard(device, (view(device, at_ms),))


def _word(device: DeviceWatch, fresh: bool, heard: str | None) -> str | None:
    if device.kind not in _LATCHABLE:
        return heard
    if device.locked:
        return "out_of_order"
    return heard if fresh else "unknown"

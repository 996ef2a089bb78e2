"""The engine's three functions, and what each event does to a node."""

from msgspec.structs import replace

from contracts.messages import Finding, Reading
from gateway.faults.catalogue import entry
from gateway.faults.changes import Flapping, NodeChange, Presence, StrangerSeen
from gateway.faults.events import Acknowledge, Cancelled, Event, Late, Link, Mains, Noted, Planned, Record, Tick
from gateway.faults.node import deadlines, history, late, locks, mains, rows, silence
from gateway.faults.node import device as devices
from gateway.faults.node.device import Moment
from gateway.faults.node.flapping import feed
from gateway.faults.node.memory import DeviceWatch, NodeWatch, Step
from gateway.faults.node.rows import Asset
from gateway.faults.rules import Rules

# Records that come while the link is away are few: more than these are judged without waiting for it.
_WAITING = 32
_STRANGERS = 32


def step(watch: NodeWatch, event: Event, rules: Rules) -> Step:
    """What to remember after ``event`` and what changed by it. Nothing given is altered."""
    match event:
        case Record():
            return _record(watch, event, rules)
        case Tick():
            watch, told = _time(watch, event.at_ms, rules)
            return replace(watch, now_ms=max(watch.now_ms, event.at_ms)), tuple(told)
        case Link():
            return _link(watch, event, rules)
        case Acknowledge():
            return _acknowledge(watch, event, rules)
        case Noted():
            return _noted(watch, event)
        case Mains():
            watch, told = _time(watch, event.at_ms, rules)
            watch, changes = mains.heard(watch, event, rules)
            return deadlines.settle(watch, rules), (*told, *changes)
        case Planned() | Cancelled():
            return deadlines.settle(_plan(watch, event), rules), ()
        case Late():
            watch, told = _time(watch, event.at_ms, rules)
            watch, changes = late.lay(watch, event, rules)
            return deadlines.settle(watch, rules), (*told, *changes)


def next_deadline(watch: NodeWatch) -> int:
    """The moment (now, ms) before which no :class:`Tick` has any effect."""
    return watch.due_ms


def _time(watch: NodeWatch, at_ms: int, rules: Rules) -> tuple[NodeWatch, list[NodeChange]]:
    return (watch, []) if at_ms < watch.due_ms else deadlines.advance(watch, at_ms, rules)


# ---- records


def _record(watch: NodeWatch, record: Record, rules: Rules) -> Step:
    if record.received_ms and record.at_ms > record.received_ms:
        record = replace(record, at_ms=record.received_ms)  # nothing is read before it was written
    watch, told = _time(watch, record.at_ms, rules)
    if watch.link not in {"lost", "disconnected"}:
        watch, judged = _judge(watch, record, rules)
        return watch, (*told, *judged)
    waiting = (*watch.waiting, record)
    if len(waiting) <= _WAITING and not any(_urgent(reading) for reading in record.readings):
        return replace(watch, waiting=waiting), tuple(told)
    watch, changes = _judge_waiting(replace(watch, waiting=waiting), rules)
    return watch, (*told, *changes)


def _urgent(reading: Reading) -> bool:
    """What endangers people waits for nothing."""
    return any(entry(finding.code).severity == 1 for finding in reading.f)


def _judge_waiting(watch: NodeWatch, rules: Rules) -> tuple[NodeWatch, list[NodeChange]]:
    told: list[NodeChange] = []
    waiting = watch.waiting
    watch = replace(watch, waiting=())
    for record in waiting:
        watch, changes = _judge(watch, record, rules)
        told += changes
    return watch, told


def _judge(watch: NodeWatch, record: Record, rules: Rules) -> tuple[NodeWatch, list[NodeChange]]:
    """All readings of a record; the due moment moves only if a device did more than repeat itself."""
    now_ms = max(watch.now_ms, record.at_ms, record.received_ms)
    after = dict(watch.devices)
    told = silence.shows(watch, record, now_ms)
    moved = watch.alive_ms is None
    own = False
    changed = False
    for reading in record.readings:
        device = after.get(reading.d)
        if device is None:
            watch, stranger = _stranger(watch, reading.d, now_ms)
            told += stranger
            continue
        own = own or device.kind == "node"
        if watch.ring and not changed:
            changed = device.seen_ms is not None and devices.differs(device, reading)
        heard = _hear(watch, device, reading, record, now_ms, rules)
        after[reading.d] = heard.device
        told += heard.changes
        moved = moved or bool(heard.changes) or heard.device.rows is not device.rows
    if not own and not record.history:
        heard = _hear(watch, after[watch.node], _there(after[watch.node], record.at_ms), record, now_ms, rules)
        after[watch.node] = heard.device
        told += heard.changes
        moved = moved or bool(heard.changes)
    after, changes = locks.changed(watch.devices, after, now_ms)
    told += changes
    watch, changes = _speaks(watch, record, after, now_ms)
    told += changes
    if watch.ring and not changed and not record.history:
        watch, changes = _fed(watch, False, now_ms, rules)
        told += changes
    if watch.senses or watch.mains:
        watch, changes, turned = mains.felt(watch, record, rules)
        told += changes
        moved = moved or turned
    return deadlines.settle(watch, rules) if moved else watch, told


def _fed(watch: NodeWatch, changed: bool, at_ms: int, rules: Rules) -> tuple[NodeWatch, list[NodeChange]]:
    """One birth or will (``changed``), or one record in which nothing changed, of the node's link."""
    fed = feed(watch.ring, watch.flapping, changed, rules)
    told: list[NodeChange] = (
        [Flapping(watch.node, "node", fed.flapping, at_ms)] if fed.flapping != watch.flapping else []
    )
    return replace(watch, ring=fed.ring, flapping=fed.flapping), told


def _plan(watch: NodeWatch, event: Planned | Cancelled) -> NodeWatch:
    """Maintenance of the node's site, or of the node."""
    if event.target not in {watch.junction, watch.node}:
        return watch
    begun = (event.target, event.from_ms)
    # A node that was stopped in a window that is over has its time from the end of that.
    since_ms = event.at_ms if watch.link_ms is None else min(event.at_ms, watch.link_ms)
    kept = [window for window in watch.maintenance if window[3] > since_ms and window[:2] != begun]
    old = next((window for window in watch.maintenance if window[:2] == begun), None)
    if isinstance(event, Planned):
        kept.append((*begun, old[2] if old else max(event.from_ms, event.at_ms), event.to_ms))
    elif old is not None:
        kept.append((*old[:3], min(old[3], event.at_ms)))
    return replace(watch, maintenance=tuple(kept))


def _hear(
    watch: NodeWatch, device: DeviceWatch, reading: Reading, record: Record, now_ms: int, rules: Rules
) -> devices.Heard:
    if record.history:
        return history.late(device, reading, record.at_ms, rules)
    away = watch.link in {"lost", "disconnected"}
    current = not away and (device.fresh or record.at_ms + device.limit_ms >= now_ms)
    joined = not record.live and bool(record.boot) and record.boot == watch.record_boot
    moment = Moment(record.at_ms, current, joined)
    if record.live:
        return history.ahead(device, reading, moment, rules)
    heard = devices.hear(device, reading, moment, rules)
    if device.behind is None:
        return heard
    joined_up = history.join(heard.device, rules)
    return devices.Heard(joined_up.device, (*heard.changes, *joined_up.changes))


def _there(node: DeviceWatch, at_ms: int) -> Reading:
    """What a record without the node's own vitals says of the node: it is there, and all is as it last said."""
    if not node.found:
        return Reading(node.id, "up", looks=max(1, node.looks))
    held = node.fresh and not node.cut
    repeated = tuple(
        Finding(code, row.state, max(0, at_ms - row.bad_ms) / 1000 if held else 0.0, row.looks)
        for code, row in node.rows.items()
        if code in node.found
    )
    since_s = max(0, at_ms - (node.since_ms or at_ms)) / 1000 if held else 0.0
    return Reading(node.id, node.said, since_s, max(1, node.looks), f=repeated, nc=node.nc)


def _stranger(watch: NodeWatch, device: str, at_ms: int) -> Step:
    """A device that the inventory does not have: said once, and a fault of the node until somebody has taken it."""
    if device in watch.strangers or len(watch.strangers) >= _STRANGERS:
        return watch, ()
    watch = replace(watch, strangers=(*watch.strangers, device))
    seen = StrangerSeen(watch.node, device, at_ms)
    if "unknown_device" in watch.rows:
        return watch, (seen,)
    watch, changes = _noted(watch, Noted("unknown_device", at_ms))
    return watch, (seen, *changes)


def _noted(watch: NodeWatch, noted: Noted) -> Step:
    turned = rows.momentary(silence.asset(watch, noted.code), noted.code, noted.at_ms)
    return silence.with_row(watch, noted.code, turned.row), turned.changes


def _speaks(
    watch: NodeWatch, record: Record, after: dict[str, DeviceWatch], now_ms: int
) -> tuple[NodeWatch, list[NodeChange]]:
    """The node has sent a record."""
    told: list[NodeChange] = []
    away = watch.link in {"lost", "disconnected"}
    last_ms = record.at_ms if watch.last_record_ms is None else max(watch.last_record_ms, record.at_ms)
    alive_ms = watch.alive_ms
    if alive_ms is None and not away:
        watch, told = silence.good_look(watch, now_ms)
        told, alive_ms = [*told, Presence(watch.node, "node", True, now_ms)], now_ms
    watch = replace(
        watch,
        now_ms=now_ms,
        devices=after,
        heard_ms=watch.heard_ms if away else now_ms,
        last_record_ms=last_ms,
        first_record_ms=record.at_ms if watch.first_record_ms is None else watch.first_record_ms,
        record_boot=record.boot,
        alive_ms=alive_ms,
    )
    return watch, told


# ---- the link


def _link(watch: NodeWatch, link: Link, rules: Rules) -> Step:
    if link.state == "lost" and watch.boot is not None and link.boot != watch.boot:
        return watch, ()  # the will of an earlier life
    watch, told = _time(watch, link.at_ms, rules)
    watch = replace(watch, now_ms=max(watch.now_ms, link.at_ms))
    watch, changes = _up(watch, link, rules) if link.state == "up" else _away(watch, link, rules)
    return deadlines.settle(watch, rules), (*told, *changes)


def _up(watch: NodeWatch, link: Link, rules: Rules) -> tuple[NodeWatch, list[NodeChange]]:
    at_ms = watch.now_ms
    if link.kept:
        return _judge_waiting(replace(watch, link="up", link_ms=at_ms, boot=link.boot), rules)
    watch, told = _fed(watch, True, at_ms, rules)
    if watch.alive_ms is None:
        watch, changes = silence.good_look(watch, at_ms)
        told += [*changes, Presence(watch.node, "node", True, at_ms)]
        watch = replace(watch, alive_ms=at_ms)
    watch = replace(watch, link="up", link_ms=at_ms, boot=link.boot, heard_ms=at_ms)
    watch, changes = _judge_waiting(watch, rules)
    return watch, [*told, *changes]


def _away(watch: NodeWatch, link: Link, rules: Rules) -> tuple[NodeWatch, list[NodeChange]]:
    """All its devices are UNKNOWN at once."""
    if watch.link == link.state:
        return watch, []
    told: list[NodeChange] = []
    after = {}
    for id_, device in watch.devices.items():
        heard = devices.lapse(device, link.at_ms, "lost" if link.state == "lost" else "disconnected")
        after[id_] = heard.device
        told += heard.changes
    watch, changes = deadlines.gone(watch, link.at_ms)
    told += changes
    if link.state == "lost":
        watch, fed = _fed(watch, True, link.at_ms, rules)
        told += fed
    return replace(watch, link=link.state, link_ms=link.at_ms, devices=after), told


# ---- people


def _acknowledge(watch: NodeWatch, event: Acknowledge, rules: Rules) -> Step:
    watch, told = _time(watch, event.at_ms, rules)
    device = watch.devices.get(event.asset)
    if device is not None and event.code in device.rows:
        row = device.rows[event.code]
        turned = rows.acknowledge(Asset(device.id, device.kind), event.code, row, event.at_ms, event.measured_dead)
        after = {**watch.devices, event.asset: devices.with_row(device, event.code, turned.row)}
        after, changes = locks.changed(watch.devices, after, event.at_ms)
        return replace(watch, devices=after), (*told, *turned.changes, *changes)
    asset = silence.asset(watch, event.code)
    if event.code not in watch.rows or asset.id != event.asset:
        return watch, tuple(told)
    turned = rows.acknowledge(asset, event.code, watch.rows[event.code], event.at_ms, event.measured_dead)
    return silence.with_row(watch, event.code, turned.row), (*told, *turned.changes)

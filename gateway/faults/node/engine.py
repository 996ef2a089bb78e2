"""The engine's three functions, and what each event does to a node."""

from collections.abc import Iterator

from msgspec.structs import replace

from contracts.inventory import ChargePoint, Contact, Junction, Node, Village, connector_id
from contracts.messages import Finding, Reading
from gateway.faults.catalogue import entry
from gateway.faults.changes import Ended, Flapping, NodeChange, Presence, StrangerSeen
from gateway.faults.clock import not_after
from gateway.faults.events import Acknowledge, Cancelled, Event, Late, Link, Mains, Noted, Planned, Record, Tick
from gateway.faults.node import deadlines, history, late, mains, rows, silence, timeline
from gateway.faults.node import device as devices
from gateway.faults.node.device import Moment
from gateway.faults.node.flapping import feed
from gateway.faults.node.memory import DeviceWatch, NodeWatch, Row, Step
from gateway.faults.node.rows import Asset
from gateway.faults.rules import Rules

# Records that come while the link is away are few: more than these are judged without waiting for it.
_WAITING = 32
_STRANGERS = 32


def start(village: Village, node: str, rules: Rules, now_ms: int, before: NodeWatch | None = None) -> Step:
    """Watch ``node`` with its devices as the inventory has them, from now on, whether they ever speak or not.

    ``before``: what was remembered at the last stop. No silence counts before one limit has passed from ``now_ms``.
    Raises KeyError for a node that the inventory does not have.
    """
    junction, found = _find(village, node)
    alone = len(junction.nodes) == 1
    limit_ms = rules.limit_ms(round(found.interval_s * 1000))
    if before is not None and before.now_ms > now_ms:
        before = not_after(before, now_ms)
    known = before.devices if before else {}
    senses = tuple(device.id for device in found.devices if isinstance(device, Contact) and device.role == "mains")
    watched = {
        # What happened while the gateway was away is not known: nothing is due before the next reading.
        new.id: replace(known[new.id], limit_ms=limit_ms, ups=new.ups, cut=True, steady=False)
        if new.id in known
        else new
        for new in _unheard(found, limit_ms, now_ms)
    }
    old = before or NodeWatch(node, "", "", "node", limit_ms, now_ms, now_ms, now_ms, {})
    watch = replace(
        old,
        junction=junction.id,
        site=junction.id if alone else node,
        site_kind="junction" if alone else "node",
        limit_ms=limit_ms,
        started_ms=now_ms,
        now_ms=max(now_ms, old.now_ms),
        devices=watched,
        strangers=(),
        senses=senses,
        ups=found.ups,
    )
    told = {id_: timeline.retell(device) for id_, device in watched.items() if not device.told}
    views = [devices.view(device, now_ms) for id_, device in watched.items() if id_ in told]
    after = {id_: told[id_].device if id_ in told else device for id_, device in watched.items()}
    intervals = [interval for item in told.values() for interval in item.intervals]
    after, locks = _lock_all(after, now_ms)  # a connector that is new at a latched charge point, too
    gone = [change for id_, device in known.items() if id_ not in watched for change in _gone(device, now_ms)]
    return deadlines.settle(replace(watch, devices=after), rules), (*gone, *views, *locks, *intervals)


def leave(watch: NodeWatch, now_ms: int) -> tuple[Ended, ...]:
    """The node left the inventory with all its devices: what ends by that. Nothing of it is watched any more."""
    own = (end for code, row in watch.rows.items() for end in _ended(silence.asset(watch, code).id, code, row, now_ms))
    return (*own, *(end for device in watch.devices.values() for end in _gone(device, now_ms)))


def _gone(device: DeviceWatch, now_ms: int) -> Iterator[Ended]:
    """A device that left the inventory leaves no fault behind that nobody could close."""
    for code, row in device.rows.items():
        yield from _ended(device.id, code, row, now_ms)


def _ended(asset: str, code: str, row: Row, now_ms: int) -> Iterator[Ended]:
    if row.phase != "suspect" or row.latched:
        ended = now_ms if row.good_ms is None else row.good_ms
        yield Ended(asset, code, ended, now_ms, now_ms)


def _find(village: Village, node: str) -> tuple[Junction, Node]:
    for _, junction, found in village.nodes():
        if found.id == node:
            return junction, found
    raise KeyError(node)


def _unheard(node: Node, limit_ms: int, now_ms: int) -> Iterator[DeviceWatch]:
    """The node and its devices as they are before they have spoken: UNKNOWN from now on."""
    yield DeviceWatch(node.id, "node", limit_ms, now_ms, dark_ms=now_ms, ups=node.ups)
    for device in node.devices:
        new = DeviceWatch(device.id, device.kind, limit_ms, now_ms, dark_ms=now_ms, ups=device.ups)
        if not isinstance(device, ChargePoint):
            yield new
            continue
        yield replace(new, word="unknown")
        for connector in device.connectors:
            id_ = connector_id(device.id, connector.number)
            yield replace(new, id=id_, kind="connector", parent=device.id, word="unknown")


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
        changed = changed or (device.seen_ms is not None and devices.differs(device, reading))
        heard = _hear(watch, device, reading, record, now_ms, rules)
        after[reading.d] = heard.device
        told += heard.changes
        moved = moved or bool(heard.changes) or heard.device.rows is not device.rows
    if not own and not record.history:
        heard = _hear(watch, after[watch.node], _there(after[watch.node], record.at_ms), record, now_ms, rules)
        after[watch.node] = heard.device
        told += heard.changes
        moved = moved or bool(heard.changes)
    after, changes = _lock_changed(watch.devices, after, now_ms)
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
    kept = [window for window in watch.planned if window[1] > event.at_ms]
    if isinstance(event, Planned):
        return replace(watch, planned=(*kept, (max(event.from_ms, event.at_ms), event.to_ms)))
    cut = [(from_ms, event.at_ms) if from_ms >= event.from_ms else (from_ms, to_ms) for from_ms, to_ms in kept]
    return replace(watch, planned=tuple(window for window in cut if window[0] < window[1]))


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
        after, changes = _lock_changed(watch.devices, after, event.at_ms)
        return replace(watch, devices=after), (*told, *turned.changes, *changes)
    asset = silence.asset(watch, event.code)
    if event.code not in watch.rows or asset.id != event.asset:
        return watch, tuple(told)
    turned = rows.acknowledge(asset, event.code, watch.rows[event.code], event.at_ms, event.measured_dead)
    return silence.with_row(watch, event.code, turned.row), (*told, *turned.changes)


def _lock_changed(
    before: dict[str, DeviceWatch], after: dict[str, DeviceWatch], at_ms: int
) -> tuple[dict[str, DeviceWatch], list[NodeChange]]:
    if all(device.rows is before[id_].rows for id_, device in after.items()):
        return after, []
    return _lock_all(after, at_ms)


def _lock_all(after: dict[str, DeviceWatch], at_ms: int) -> tuple[dict[str, DeviceWatch], list[NodeChange]]:
    """What residents may not use: a device with an electrical latch, and the connectors of such a charge point."""
    locked = {id_ for id_, device in after.items() if rows.locks(device.rows)}
    told: list[NodeChange] = []
    shown = {}
    for id_, device in after.items():
        heard = devices.lock(device, id_ in locked or device.parent in locked, at_ms)
        shown[id_] = heard.device
        told += heard.changes
    return shown, told

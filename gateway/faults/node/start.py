"""Where watching a node begins, and where it ends."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from contracts.inventory import ChargePoint, Contact, Node, Village, connector_id
from gateway.faults.changes import Dismissed, Ended, Flapping, NodeChange
from gateway.faults.clock import not_after
from gateway.faults.node import deadlines, locks, silence, timeline
from gateway.faults.node import device as devices
from gateway.faults.node.memory import DeviceWatch, NodeWatch, Row, Step
from gateway.faults.rules import Rules


def start(village: Village, node: str, rules: Rules, now_ms: int, before: NodeWatch | None = None) -> Step:
    """Watch ``node`` with its devices as the inventory has them, from now on, whether they ever speak or not.

    ``before``: what was remembered at the last stop. No silence counts before one limit has passed from ``now_ms``.
    Raises KeyError for a node that the inventory does not have.
    """
    junction, found = village.stands[node]
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
    return _told(watch, known, now_ms, rules)


def _told(watch: NodeWatch, known: Mapping[str, DeviceWatch], now_ms: int, rules: Rules) -> Step:
    """What is to be said of devices that are new, and of those that are gone."""
    watched = watch.devices
    told = {id_: timeline.retell(device) for id_, device in watched.items() if not device.told}
    views = [devices.view(device, now_ms) for id_, device in watched.items() if id_ in told]
    after = {id_: told[id_].device if id_ in told else device for id_, device in watched.items()}
    intervals = [interval for item in told.values() for interval in item.intervals]
    after, locked = locks.every(after, now_ms)  # a connector that is new at a latched charge point, too
    gone = [change for id_, device in known.items() if id_ not in watched for change in _gone(device, now_ms)]
    return deadlines.settle(replace(watch, devices=after), rules), (*gone, *views, *locked, *intervals)


def leave(watch: NodeWatch, now_ms: int) -> tuple[NodeChange, ...]:
    """The node left the inventory with all its devices: what ends by that. Nothing of it is watched any more."""
    own = (end for code, row in watch.rows.items() for end in _ended(silence.asset(watch, code).id, code, row, now_ms))
    still = (Flapping(watch.node, "node", False, now_ms),) if watch.flapping else ()
    return (*own, *still, *(end for device in watch.devices.values() for end in _gone(device, now_ms)))


def _gone(device: DeviceWatch, now_ms: int) -> Iterator[NodeChange]:
    """A device that left the inventory leaves no fault behind that nobody could close."""
    for code, row in device.rows.items():
        yield from _ended(device.id, code, row, now_ms)
    if device.flapping:
        yield Flapping(device.id, device.kind, False, now_ms)


def _ended(asset: str, code: str, row: Row, now_ms: int) -> Iterator[NodeChange]:
    if row.phase != "suspect" or row.latched:
        ended = now_ms if row.good_ms is None else row.good_ms
        yield Ended(asset, code, ended, now_ms, now_ms)
    else:
        yield Dismissed(asset, code, now_ms)


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

"""What becomes due by time alone: rows, freshness, silence. Fired one by one by time, then asset, then code."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from msgspec.structs import replace

from gateway.faults.changes import Flapping, NodeChange, Presence
from gateway.faults.node import device as devices
from gateway.faults.node import looks, rows, silence, timeline
from gateway.faults.node.memory import DeviceWatch, NodeWatch
from gateway.faults.rules import Rules

NEVER = 2**62


class Deadline(NamedTuple):
    """Sorts as they fire. ``asset``: a device, or the node's own when ``kind`` begins with ``node``."""

    at_ms: int
    asset: str
    code: str
    kind: Literal["row", "lapse", "silent", "node_row", "node_lapse", "node_silence", "node_steady"]


def advance(watch: NodeWatch, now_ms: int, rules: Rules) -> tuple[NodeWatch, list[NodeChange]]:
    """Fire all that was due before ``now_ms`` and find out when to look again."""
    told: list[NodeChange] = []
    while True:
        due = min((d for d in _all(watch, rules) if looks.passed(d.at_ms, now_ms)), default=None)
        if due is None:
            return settle(watch, rules), told
        watch, changes = _fire(watch, due, rules)
        told += changes


def settle(watch: NodeWatch, rules: Rules) -> NodeWatch:
    """The watch with its next moment; a deadline fires when its second is over."""
    first = min((d.at_ms for d in _all(watch, rules)), default=NEVER)
    return replace(watch, due_ms=(first // 1000 + 1) * 1000)


def _all(watch: NodeWatch, rules: Rules) -> Iterator[Deadline]:
    for device in watch.devices.values():
        yield from _of_device(watch, device, rules)
    keep_ms = round(rules.keep_s * 1000)
    for code, row in watch.rows.items():
        at = looks.due_ms(row, 0, keep_ms)
        if at is not None and watch.alive_ms is not None:
            yield Deadline(at, silence.asset(watch, code).id, code, "node_row")
    lapse = silence.node_lapse_ms(watch)
    if lapse is not None:
        yield Deadline(lapse, watch.node, "~", "node_lapse")
    if watch.flapping and watch.link != "up" and watch.link_ms is not None:
        yield Deadline(watch.link_ms + round(rules.silent_s * 1000), watch.node, "flapping", "node_steady")
    due = silence.node_due(watch, rules)
    if due is not None:
        yield Deadline(due.at_ms, silence.asset(watch, due.code).id, due.code, "node_silence")


def _of_device(watch: NodeWatch, device: DeviceWatch, rules: Rules) -> Iterator[Deadline]:
    if device.fresh:
        known_until = devices.lapse_ms(device)
        # At its very last moment a device is still fresh: what else is due then comes first.
        yield Deadline(max(known_until, watch.started_ms + device.limit_ms), device.id, "~", "lapse")
        for code, at in devices.row_dues(device, rules):
            if at <= known_until and not device.cut:
                yield Deadline(at, device.id, code, "row")
        return
    silent = silence.device_due_ms(watch, device, rules)
    if silent is not None:
        yield Deadline(silent, device.id, silence.SILENT, "silent")


def _fire(watch: NodeWatch, due: Deadline, rules: Rules) -> tuple[NodeWatch, tuple[NodeChange, ...]]:
    if due.kind == "node_row":
        turned = rows.fire(silence.asset(watch, due.code), due.code, watch.rows[due.code], due.at_ms)
        return silence.with_row(watch, due.code, turned.row), turned.changes
    if due.kind == "node_lapse":
        return gone(watch, due.at_ms)
    if due.kind == "node_steady":
        # Its link changes no more: it is down, and that has to be told.
        return replace(watch, ring=0, flapping=False), (Flapping(watch.node, "node", False, due.at_ms),)
    if due.kind == "node_silence":
        fault = silence.node_due(watch, rules)
        assert fault is not None  # noqa: S101  # it is due
        return silence.confirm_node(watch, fault)
    heard = _fire_device(watch, watch.devices[due.asset], due)
    return replace(watch, devices={**watch.devices, due.asset: heard.device}), heard.changes


def gone(watch: NodeWatch, at_ms: int) -> tuple[NodeWatch, tuple[NodeChange, ...]]:
    """The node is not fresh any more."""
    here = watch.alive_ms is not None
    watch, told = silence.bad_look(watch, at_ms)
    if not here:
        return watch, tuple(told)
    watch = replace(watch, alive_ms=None, gone_ms=at_ms, gone_boot=watch.record_boot or "")
    return watch, (*told, Presence(watch.node, "node", False, at_ms))


def _fire_device(watch: NodeWatch, device: DeviceWatch, due: Deadline) -> devices.Heard:
    if due.kind == "lapse":
        return devices.lapse(device, due.at_ms, "silence")
    if due.kind == "silent":
        return silence.confirm_device(watch, device, due.at_ms)
    device, changes = devices.fire(device, due.code, due.at_ms)
    told = timeline.retell(device)
    return devices.Heard(told.device, (*changes, *told.intervals))

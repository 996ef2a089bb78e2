"""Where the village's judgement begins: at the gateway's start, and when its broker is heard again."""

from collections.abc import Iterable

from msgspec.structs import replace

from gateway.faults.changes import Dismissed, Ended, Flapping, NodeChange
from gateway.faults.clock import not_after
from gateway.faults.node import silence
from gateway.faults.node.memory import NodeWatch
from gateway.faults.node.rows import Asset
from gateway.faults.rules import Rules
from gateway.faults.village import causes
from gateway.faults.village.cases import (
    Case,
    VillageWatch,
    key,
)
from gateway.faults.village.docket import Docket, new_case
from gateway.faults.village.plan import Plan, Thing


def begin(nodes: Iterable[NodeWatch], now_ms: int, before: VillageWatch | None = None) -> VillageWatch:
    """Judge the village from now on. ``nodes``: as they are remembered; ``before``: what was at the last stop."""
    watch = before or VillageWatch()
    if watch.now_ms > now_ms:
        watch = _put_back(watch, now_ms)
    found = list(nodes)
    if before is None:
        watch = replace(watch, cases=_seeded(found, now_ms))
    cameras = [device for node in found for device in node.devices.values() if device.kind == "camera"]
    return replace(
        watch,
        now_ms=max(now_ms, watch.now_ms),
        due_ms=0,
        gone={node.node: node.gone_ms or now_ms for node in found if node.alive_ms is None},
        cameras=sum(device.fresh for device in cameras),
        unseen={device.id: now_ms for device in cameras if not device.fresh},
        # Whoever has something wrong is to say so again before anybody is told.
        unheard={case.asset: now_ms for case in watch.cases.values() if case.node and case.asset != case.node},
    )


def _put_back(watch: VillageWatch, now_ms: int) -> VillageWatch:
    """The clock was put back: nothing of what has been lies ahead, while what was planned stays as it was."""
    return replace(
        not_after(watch, now_ms),
        windows=watch.windows,
        graces={asset: (min(at_ms, now_ms), root) for asset, (at_ms, root) in watch.graces.items()},
        episodes={name: tuple(min(at_ms, now_ms) for at_ms in starts) for name, starts in watch.episodes.items()},
        away=tuple((min(from_ms, now_ms), min(to_ms, now_ms)) for from_ms, to_ms in watch.away),
    )


def _seeded(nodes: Iterable[NodeWatch], now_ms: int) -> dict[str, Case]:
    """What is wrong already where nothing is remembered of the village: it was listed, and told of, by whoever was
    there before.
    """
    docket = Docket(VillageWatch(now_ms=now_ms), _no_plan(nodes), Rules())
    for node in nodes:
        own = ((silence.asset(node, code), code, row) for code, row in node.rows.items())
        theirs = ((Asset(d.id, d.kind), code, row) for d in node.devices.values() for code, row in d.rows.items())
        for asset, code, row in (*own, *theirs):
            if row.phase != "suspect":
                case = new_case(docket, asset.id, asset.kind, code, row.since_ms, row.since_ms)
                docket.put(case, phase=row.phase, good_ms=row.good_ms, latched=row.latched, opened=True, told=True)
    return docket.cases


def _no_plan(nodes: Iterable[NodeWatch]) -> Plan:
    things = {
        device.id: Thing(device.id, device.kind, node.node, node.junction, device.limit_ms)
        for node in nodes
        for device in node.devices.values()
    }
    return Plan("", things, {}, {}, {}, {node.site: node.node for node in nodes})


def orphans(watch: VillageWatch, nodes: Iterable[NodeWatch]) -> list[NodeChange]:
    """The end of what no node knows any more, since nobody else would close it."""
    known = set()
    unsteady = set()
    for node in nodes:
        unsteady |= {node.node} if node.flapping else set()
        unsteady |= {device.id for device in node.devices.values() if device.flapping}
        known |= {key(silence.asset(node, code).id, code) for code in node.rows}
        known |= {key(device.id, code) for device in node.devices.values() for code in device.rows}
    now_ms = watch.now_ms
    return [
        *(
            Ended(case.asset, case.code, now_ms, now_ms, now_ms)
            for case in watch.cases.values()
            if not case.members and case.asset != causes.GATEWAY and case.key not in known
        ),
        *(Dismissed(d.asset, d.code, now_ms) for name, d in watch.doubts.items() if name not in known),
        *(Flapping(asset, "node", False, now_ms) for asset in watch.flapping if asset not in unsteady),
    ]

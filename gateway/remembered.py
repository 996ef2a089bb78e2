"""What the store remembers of a village, as values to go on from."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import msgspec
import structlog

from contracts.inventory import Village
from contracts.topics import GATEWAY
from gateway import faults
from gateway.draft import Memory, NodeState, VillageState
from gateway.faults import NodeChange, NodeWatch, Rules, VillageWatch
from gateway.ordering import Card, NodeOrder
from gateway.store import Store, StreamRow, WatchRow

log = structlog.get_logger(__name__)


class _Moment(msgspec.Struct):
    now_ms: int = 0


_moment = msgspec.json.Decoder(_Moment).decode
_watch = msgspec.json.Decoder(NodeWatch).decode
_memory = msgspec.json.Decoder(Memory).decode
_village = msgspec.json.Decoder(VillageWatch).decode
_last = msgspec.json.Decoder(dict[str, int]).decode
T = TypeVar("T")


class Remembered(NamedTuple):
    """``nodes`` and ``whole`` as committed; ``started``: what each node's engine makes of the gateway's start;
    ``gone``: nodes that left the inventory; ``last_ms``: when anything was committed last, None = never.
    """

    nodes: dict[str, NodeState]
    whole: VillageState
    started: dict[str, tuple[NodeWatch, tuple[NodeChange, ...]]]
    gone: dict[str, NodeWatch | None]
    last_ms: int | None


def last_ms(store: Store) -> int | None:
    """The newest moment that anything remembered was told of, Unix ms; None: nothing is. Raises StoreError."""
    found = (_read(_moment, kept.watch, kept.node) for kept in store.watches())
    return max((one.now_ms for one in found if one is not None and one.now_ms), default=None)


def read(store: Store, village: Village, rules: Rules, now_ms: int) -> Remembered:
    """All of it. Raises StoreError."""
    rows, streams = store.order()
    cards = _cards(streams)
    versions = {row.node: row for row in rows}
    watches = {row.node: row for row in store.watches()}
    known = watches.pop(GATEWAY, None)
    nodes: dict[str, NodeState] = {}
    started: dict[str, tuple[NodeWatch, tuple[NodeChange, ...]]] = {}
    for _, _, node in village.nodes():
        row, kept = versions.get(node.id), watches.pop(node.id, None)
        before = _read(_watch, kept.watch, node.id) if kept else None
        memory = (_read(_memory, kept.memory, node.id) if kept else None) or Memory()
        started[node.id] = faults.start(village, node.id, rules, now_ms, before)
        order = NodeOrder(row.current if row else None, cards.get(node.id, {}))
        nodes[node.id] = NodeState(before or started[node.id][0], row.version if row else 0, order, memory)
    whole_row = versions.get(GATEWAY)
    whole, moments = _whole(known, nodes, whole_row.version if whole_row else 0, now_ms)
    gone = {name: _read(_watch, kept.watch, name) for name, kept in sorted(watches.items())}
    newest = max([*moments, *(state.watch.now_ms for state in nodes.values())], default=now_ms)
    return Remembered(nodes, whole, started, gone, min(now_ms, newest) if known or versions else None)


def _whole(
    kept: WatchRow | None, nodes: dict[str, NodeState], version: int, now_ms: int
) -> tuple[VillageState, list[int]]:
    """The village's state, and the moment it was told last."""
    before = _read(_village, kept.watch, GATEWAY) if kept else None
    last = (_read(_last, kept.memory, GATEWAY) if kept else None) or {}
    begun = faults.begin([state.watch for state in nodes.values()], now_ms, before)
    return VillageState(begun, version, last), [before.now_ms] if before else []


def _cards(rows: list[StreamRow]) -> dict[str, dict[str, Card]]:
    """By node and stream."""
    found: dict[str, dict[str, Card]] = {}
    for row in rows:
        found.setdefault(row.node, {})[row.stream] = Card(row.done, row.done_boot, row.top)
    return found


def _read(decoder: Callable[[bytes], T], text: bytes, node: str) -> T | None:
    try:
        return decoder(text)
    except msgspec.DecodeError:
        log.warning("what was remembered is of another version and is begun anew", node=node)
        return None

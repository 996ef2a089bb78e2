"""What is known of each node beside its devices: what it said of itself, its clock, and what passed on its line.

Ingest keeps these in the node's memory, which is stored in the transaction of the records that they were learnt from.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from contracts.topics import GATEWAY
from gateway.store.schema import nodes, watches

_CHINA = timezone(timedelta(hours=8))
_CHINA_MS = 8 * 3_600_000
_DAY_MS = 86_400_000


class Traffic(Struct, frozen=True, omit_defaults=True):
    """Bytes of a node by the gateway's count, up and down, by the days of China. ``day``: that of ``today``, in days
    since 1970; ``since_ms``: when counting began."""

    since_ms: int = 0
    day: int = 0
    today: int = 0
    yesterday: int = 0
    month: int = 0
    last_month: int = 0

    def plus(self, size: int, at_ms: int) -> "Traffic":
        """The same after ``size`` bytes more at ``at_ms``."""
        now = self.as_of(at_ms)
        return msgspec.structs.replace(
            now, since_ms=now.since_ms or at_ms, today=now.today + size, month=now.month + size
        )

    def as_of(self, at_ms: int) -> "Traffic":
        """The same looked at ``at_ms``: on a later day "today" is that day. A clock that was put back changes
        nothing."""
        day = (at_ms + _CHINA_MS) // _DAY_MS
        if day <= self.day:
            return self
        gone = _months(day) - _months(self.day)
        return Traffic(
            self.since_ms,
            day,
            0,
            self.today if day == self.day + 1 else 0,
            self.month if gone == 0 else 0,
            self.last_month if gone == 0 else self.month if gone == 1 else 0,
        )


def _months(day: int) -> int:
    date = datetime.fromtimestamp(day * _DAY_MS / 1000, _CHINA)
    return date.year * 12 + date.month


class Born(Struct, frozen=True):
    """What the node's newest birth said: its program and its configuration, heard at ``at_ms``; ``aside``: records of a
    damaged spool that were set aside."""

    software: str
    config: str
    aside: int
    at_ms: int


class NodeFacts(Struct, frozen=True):
    """One node. ``link``: ``up``, ``lost``, ``disconnected`` or None, since ``link_ms``; ``heard_ms``: its newest sign
    of life. ``clock``: what keeps its clock, "" = not told; ``skew_ms``: its wall clock less ours, None = unknown."""

    node: str
    link: str | None
    link_ms: int | None
    heard_ms: int | None
    traffic: Traffic
    born: Born | None
    clock: str
    skew_ms: int | None


class _Clocks(Struct):
    skews: Mapping[str, int] = {}


class _Memory(Struct):
    clock: _Clocks = msgspec.field(default_factory=_Clocks)
    traffic: Traffic = Traffic()
    born: Born | None = None
    quality: str = ""


class _Watch(Struct):
    link: str | None = None
    link_ms: int | None = None
    heard_ms: int | None = None


_memory = msgspec.json.Decoder(_Memory).decode
_watch = msgspec.json.Decoder(_Watch).decode


def read(db: Connection) -> list[NodeFacts]:
    """Every node that is remembered, by id. What is of another version is as if nothing were known."""
    t = watches.c
    query = select(t.node, t.watch, t.memory).join(nodes, nodes.c.node == t.node).where(t.node != GATEWAY)
    return [_facts(*row) for row in db.execute(query.order_by(t.node))]


def _facts(node: str, watch: bytes, memory: bytes) -> NodeFacts:
    try:
        seen, kept = _watch(watch), _memory(memory)
    except msgspec.DecodeError:
        seen, kept = _Watch(), _Memory()
    skew_ms = next(reversed(list(kept.clock.skews.values())), None)
    return NodeFacts(node, seen.link, seen.link_ms, seen.heard_ms, kept.traffic, kept.born, kept.quality, skew_ms)

"""Which of the things that differ are one thing that became another: the same fault at another time, for instance."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from gateway.dry_run.words import Both, Differing, Fault, Message, Uptime
from gateway.replay.differs import differs
from gateway.replay.report import Json

T = TypeVar("T")
# A message so much earlier or later, of the same kind and fault, is the same one.
SAME_MESSAGE = timedelta(hours=1)
_NEVER = "9999"


def faults(now: Json, then: Json) -> Differing[Fault]:
    """One fault under both is the same code at the same asset at times that touch."""
    lists = differs(then, now)["faults"]
    same = len(now["faults"]) - len(lists["-"])
    added, gone = (msgspec.convert(lists[sign], list[Fault]) for sign in "+-")
    return _paired(added, gone, same, lambda one: (one.asset, one.code), _apart)


def messages(now: Json, then: Json) -> Differing[Message]:
    """One message under both is the same kind of the same fault within an hour."""
    lists = differs(then, now)["messages"]
    same = len(now["messages"]) - len(lists["-"])
    added, gone = (msgspec.convert(lists[sign], list[Message]) for sign in "+-")
    return _paired(added, gone, same, lambda one: (one.kind, one.asset, one.code), _hours_apart)


def uptime(now: Json, then: Json) -> dict[str, Both[Uptime]]:
    """By device, those whose account differs."""
    before: Mapping[str, Json] = now["uptime"]
    return {
        device: Both(msgspec.convert(before[device], Uptime), msgspec.convert(after, Uptime))
        for device, after in then["uptime"].items()
        if before[device] != after
    }


def within(report: Json, assets: Iterable[str] | None) -> Json:
    """The part of a report that is of ``assets``."""
    if assets is None:
        return report
    wanted = frozenset(assets)
    kept: dict[str, Any] = {key: [one for one in report[key] if one["asset"] in wanted] for key in _LISTS}
    return kept | {"uptime": {device: row for device, row in report["uptime"].items() if device in wanted}}


_LISTS = ("faults", "messages")


def _apart(one: Fault, other: Fault) -> int:
    """-1: over before the other began; 1: the reverse; 0: they touch."""
    if (one.closed or _NEVER) < other.opened:
        return -1
    return int(one.opened > (other.closed or _NEVER))


def _hours_apart(one: Message, other: Message) -> int:
    later = datetime.fromisoformat(one.t) - datetime.fromisoformat(other.t)
    return int(later > SAME_MESSAGE) - int(later < -SAME_MESSAGE)


def _paired(
    added: Sequence[T], gone: Sequence[T], same: int, key: Callable[[T], Hashable], apart: Callable[[T, T], int]
) -> Differing[T]:
    """Within one key both lists are in the order of time, and are gone through beside each other."""
    waiting: dict[Hashable, list[T]] = {}
    for one in reversed(gone):
        waiting.setdefault(key(one), []).append(one)
    alone, lost, changed = [], [], []
    for one in added:
        others = waiting.get(key(one), [])
        while others and apart(others[-1], one) < 0:
            lost.append(others.pop())
        if others and apart(others[-1], one) == 0:
            changed.append(Both(others.pop(), one))
        else:
            alone.append(one)
    left = {id(one) for one in lost} | {id(one) for others in waiting.values() for one in others}
    return Differing(alone, [one for one in gone if id(one) in left], changed, same)

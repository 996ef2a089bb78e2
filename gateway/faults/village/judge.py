"""The village's judgement: from what its nodes saw to faults, causes and messages. Pure; `step` as in ``engine``.

What nodes say comes in order of time. Of what is due at one moment, what nodes say comes first.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from gateway.faults.catalogue import entry
from gateway.faults.changes import (
    Cleared,
    Confirmed,
    Dismissed,
    Ended,
    FaultClosed,
    FaultOpened,
    Flapping,
    NodeChange,
    Presence,
    Recovering,
    Relapsed,
    Running,
    Suspected,
    VillageChange,
)
from gateway.faults.events import Cancelled, Planned
from gateway.faults.node.looks import passed
from gateway.faults.rules import Rules
from gateway.faults.village import causes, gate, intermittent, turns, weather
from gateway.faults.village.cases import (
    GatewayAway,
    InService,
    OutOfService,
    VillageEvent,
    VillageWatch,
    Window,
    key,
)
from gateway.faults.village.docket import Docket
from gateway.faults.village.plan import Plan

NEVER = 2**62
_TURNS = (Suspected, Dismissed, Confirmed, Recovering, Relapsed, Cleared, Ended, Presence, Flapping, Running)
_KEPT_AWAY = 16

VillageStep = tuple[VillageWatch, tuple[VillageChange, ...]]


def in_order(said: Iterable[NodeChange]) -> list[NodeChange]:
    """What several nodes found at one moment, by time, asset and code."""
    return sorted(said, key=_order)


def _order(change: NodeChange) -> tuple[int, str, str]:
    at_ms = change.at_ms if isinstance(change, _TURNS) else 0
    asset = getattr(change, "asset", "")
    return at_ms, asset, getattr(change, "code", None) or ""


def next_village_deadline(watch: VillageWatch) -> int:
    """The moment (now, ms) before which time alone changes nothing."""
    return watch.due_ms


def judge(watch: VillageWatch, plan: Plan, said: Sequence[NodeChange], now_ms: int, rules: Rules) -> VillageStep:
    """What nodes said, in order of time, and whatever is due before ``now_ms``."""
    heard = [change for change in said if isinstance(change, _TURNS)]
    if not heard and now_ms < watch.due_ms:
        return watch, ()
    docket = Docket(watch, plan, rules)
    for turn in heard:
        _advance(docket, turn.at_ms)
        docket.now = max(docket.now, turn.at_ms)
        turns.take(docket, turn)
        gate.sweep(docket)
    _advance(docket, now_ms)
    return _done(docket, now_ms)


def tell(watch: VillageWatch, plan: Plan, event: VillageEvent, now_ms: int, rules: Rules) -> VillageStep:
    """What people decided, or that the gateway was away."""
    docket = Docket(watch, plan, rules)
    if not isinstance(event, GatewayAway):
        _advance(docket, now_ms)
    docket.now = max(docket.now, now_ms)
    match event:
        case Planned():
            _window(docket, Window("planned", event.target, event.from_ms, event.to_ms, event.at_ms))
        case OutOfService():
            _window(docket, Window("out_of_service", event.target, event.from_ms, event.to_ms, event.from_ms))
        case Cancelled():
            _cut(docket, "planned", event.target, event.from_ms, event.at_ms)
        case InService():
            _cut(docket, "out_of_service", event.target, None, event.from_ms)
        case GatewayAway():
            _gateway_away(docket, event)
    gate.sweep(docket)
    return _done(docket, now_ms)


def _done(docket: Docket, now_ms: int) -> VillageStep:
    docket.now = max(docket.now, now_ms)
    first = min((due.at_ms for due in _dues(docket)), default=NEVER)
    return docket.watch((first // 1000 + 1) * 1000), tuple(docket.said)


# ---- people and the gateway


def _window(docket: Docket, window: Window) -> None:
    """It takes the place of one with the same beginning, and holds since that was known."""
    begun = (window.kind, window.target, window.from_ms)
    kept = [w for w in docket.windows if w.to_ms is None or w.to_ms > docket.now]
    known_ms = min([window.known_ms, *(w.known_ms for w in kept if (w.kind, w.target, w.from_ms) == begun)])
    rest = [w for w in kept if (w.kind, w.target, w.from_ms) != begun]
    docket.windows = (*rest, replace(window, known_ms=known_ms))


def _cut(docket: Docket, kind: str, target: str, from_ms: int | None, at_ms: int) -> None:
    """What is left of a window is void; ``from_ms`` None: of every one that is open."""
    docket.windows = tuple(
        replace(w, to_ms=max(w.from_ms, at_ms))
        if w.kind == kind
        and w.target == target
        and from_ms in {None, w.from_ms}
        and (w.to_ms is None or w.to_ms > at_ms)
        else w
        for w in docket.windows
    )


def _gateway_away(docket: Docket, event: GatewayAway) -> None:
    docket.away = (*docket.away, (event.from_ms, event.to_ms))[-_KEPT_AWAY:]
    if event.to_ms - event.from_ms < round(docket.rules.gateway_away_s * 1000):
        return
    asset, code = causes.GATEWAY, causes.GATEWAY_DOWN
    if key(asset, code) in docket.cases:
        return
    docket.said.append(FaultOpened(asset, "gateway", code, entry(code).severity, event.from_ms, event.to_ms))
    docket.said.append(FaultClosed(asset, code, event.to_ms, event.to_ms, event.to_ms))


# ---- time


class _Due(NamedTuple):
    """Sorts as they fire."""

    at_ms: int
    asset: str
    code: str
    what: str


def _dues(docket: Docket) -> Iterator[_Due]:
    for site, hold in docket.holds.items():
        yield _Due(hold.due_ms, site, "", "hold")
    over_ms = weather.due_ms(docket)
    if over_ms is not None:
        yield _Due(over_ms, weather.ASSET, "", "weather")
    for asset, told_ms in docket.flapping.items():
        for window in docket.windows if not told_ms else ():
            if window.to_ms is not None and window.to_ms > docket.now:
                yield _Due(window.to_ms, asset, "flapping", "look")
    for case in docket.cases.values():
        over_ms = intermittent.due_ms(docket, case)
        if over_ms is not None:
            yield _Due(over_ms, case.asset, case.code, "intermittent")
        if gate.waits(case) and gate.stands(docket, case):
            yield from (_Due(at, case.asset, case.code, "look") for at in gate.ends(docket, case) if at > docket.now)


def _advance(docket: Docket, to_ms: int) -> None:
    while True:
        due = min((due for due in _dues(docket) if passed(due.at_ms, to_ms)), default=None)
        if due is None:
            return
        docket.now = max(docket.now, due.at_ms)
        if due.what == "hold":
            _hold_over(docket, due.asset)
        elif due.what == "weather":
            weather.end(docket)
        elif due.what == "intermittent":
            intermittent.end(docket, docket.cases[key(due.asset, due.code)], due.at_ms)
        gate.sweep(docket)


def _hold_over(docket: Docket, site: str) -> None:
    """All that waits at the site is judged together."""
    del docket.holds[site]
    for case in list(docket.cases.values()):
        if case.held and case.site == site:
            docket.put(case, held=False, due=True)

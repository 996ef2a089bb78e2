"""The village's judgement: from what its nodes saw to faults, causes and messages. Pure; `step` as in ``engine``.

What nodes say comes in order of time. Of what is due at one moment, what nodes say comes first.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from gateway.faults import causes, gate, intermittent, parents, sabotage, silence, weather
from gateway.faults.cases import (
    Case,
    Doubt,
    GatewayAway,
    InService,
    OutOfService,
    VillageEvent,
    VillageWatch,
    Window,
    is_cause,
    key,
)
from gateway.faults.catalogue import SABOTAGE_CODES, WEATHER_CODES, entry
from gateway.faults.clock import not_after
from gateway.faults.docket import Docket, is_silence, new_case
from gateway.faults.looks import passed
from gateway.faults.mains import SENSED
from gateway.faults.model import (
    Cancelled,
    Cleared,
    Confirmed,
    Dismissed,
    Ended,
    Fact,
    FaultCleared,
    FaultClosed,
    FaultOpened,
    Flapping,
    NodeChange,
    NodeWatch,
    Planned,
    Presence,
    Recovering,
    Relapsed,
    Running,
    Suspected,
    Turn,
    VillageChange,
)
from gateway.faults.plan import Plan, Thing
from gateway.faults.rows import Asset
from gateway.faults.rules import Rules
from gateway.faults.silence import AWAY, MAINS, SILENT

NEVER = 2**62
_TURNS = (Suspected, Dismissed, Confirmed, Recovering, Relapsed, Cleared, Ended, Presence, Flapping, Running)
_VOTES = WEATHER_CODES | SABOTAGE_CODES
_KEPT_AWAY = 16

VillageStep = tuple[VillageWatch, tuple[VillageChange, ...]]


def begin(nodes: Iterable[NodeWatch], now_ms: int, before: VillageWatch | None = None) -> VillageWatch:
    """Judge the village from now on. ``nodes``: as they are remembered; ``before``: what was at the last stop."""
    watch = before or VillageWatch()
    if watch.now_ms > now_ms:
        watch = not_after(watch, now_ms)
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
    for node in nodes:
        known |= {key(silence.asset(node, code).id, code) for code in node.rows}
        known |= {key(device.id, code) for device in node.devices.values() for code in device.rows}
    return [
        Ended(case.asset, case.code, watch.now_ms, watch.now_ms, watch.now_ms)
        for case in watch.cases.values()
        if not case.members and case.asset != causes.GATEWAY and case.key not in known
    ]


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
    turns = [change for change in said if isinstance(change, _TURNS)]
    if not turns and now_ms < watch.due_ms:
        return watch, ()
    docket = Docket(watch, plan, rules)
    for turn in turns:
        _advance(docket, turn.at_ms)
        docket.now = max(docket.now, turn.at_ms)
        _turn(docket, turn)
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


# ---- what nodes say


def _turn(docket: Docket, turn: Turn) -> None:
    match turn:
        case Suspected():
            _suspected(docket, turn)
        case Dismissed():
            _dismissed(docket, turn)
        case Confirmed():
            _confirmed(docket, turn)
        case Recovering() | Relapsed():
            _wavers(docket, turn)
        case Cleared():
            _cleared(docket, turn)
        case Ended():
            _ended(docket, turn)
        case Presence():
            _presence(docket, turn)
        case Flapping():
            _flapping(docket, turn)
        case Running():
            causes.ran(docket, turn)


def _suspected(docket: Docket, turn: Suspected) -> None:
    if turn.code not in _VOTES:
        return
    docket.doubts[key(turn.asset, turn.code)] = Doubt(turn.asset, turn.code, turn.since_ms)
    weather.began(docket, turn.asset, turn.code, turn.since_ms)
    _votes(docket, turn.asset, turn.code)


def _dismissed(docket: Docket, turn: Dismissed) -> None:
    if docket.doubts.pop(key(turn.asset, turn.code), None) is not None:
        _votes(docket, turn.asset, turn.code)
        _close_causes(docket)


def _votes(docket: Docket, asset: str, code: str) -> None:
    if code in WEATHER_CODES:
        weather.vote(docket)
    sabotage.look(docket, asset, code)


def _confirmed(docket: Docket, turn: Confirmed) -> None:
    known = docket.cases.get(key(turn.asset, turn.code))
    docket.doubts.pop(key(turn.asset, turn.code), None)
    if turn.late:
        _late(docket, turn)
    elif known is not None:
        _again(docket, known, turn)
    else:
        _new(docket, turn)
        _votes(docket, turn.asset, turn.code)


def _new(docket: Docket, turn: Confirmed) -> None:
    case = new_case(docket, turn.asset, turn.asset_kind, turn.code, turn.since_ms, turn.at_ms)
    weather.began(docket, turn.asset, turn.code, turn.since_ms)
    case = docket.put(case, latched=turn.latched, facts=_why(docket, case), veiled=weather.hides(docket, case))
    if turn.code == SENSED:
        thing = docket.plan.things.get(turn.asset)
        docket.open(case, _home(docket, thing.node) if thing else None)
    elif (road := sabotage.root(docket, case)) is not None:
        docket.open(case, road)
    elif gate.may_open(docket, case):
        gate.admit(docket, case)
    else:
        docket.put(case, under=parents.over(docket, case))


def _home(docket: Docket, node: str) -> str:
    """The asset of a node's silence."""
    return next((asset for asset, home in docket.plan.homes.items() if home == node), node)


def _why(docket: Docket, case: Case) -> tuple[Fact, ...]:
    since: dict[str, str | int | float] = {"since_ms": case.since_ms}
    if case.code == MAINS:
        return (Fact("mains_said", {"by": case.node, "at_ms": case.since_ms}),)
    if case.code in AWAY:
        return (Fact("link_lost", {"at_ms": docket.gone.get(case.node, case.at_ms), "last_ms": case.since_ms}),)
    if case.code == SILENT:
        return (Fact("no_record" if case.kind == "node" else "not_heard", since),)
    wait_s = docket.rules.wait_ms(case.code) / 1000
    looks = entry(case.code).looks
    if wait_s == 0 and looks == 1:
        return (Fact("at_once", since),)
    return (Fact("bad_for", {**since, "for_s": wait_s, "looks": looks}),)


def _again(docket: Docket, case: Case, turn: Confirmed) -> None:
    """A latched one is bad again, or it began earlier than was known."""
    relapsed = case.phase == "cleared"
    since_ms = case.since_ms if relapsed else min(case.since_ms, turn.since_ms)
    case = docket.put(case, phase="confirmed", good_ms=None, since_ms=since_ms)
    if not case.opened:
        return
    opened_ms = turn.since_ms if relapsed else since_ms
    docket.put(docket.open(docket.put(case, opened_ms=opened_ms), case.root), opened_ms=case.opened_ms)
    if relapsed and docket.exempt(case):
        docket.tell("problem", case.asset, case.code)
        docket.put(docket.cases[case.key], told=True)
    elif relapsed:
        docket.hold(docket.put(docket.cases[case.key], told=False))


def _late(docket: Docket, turn: Confirmed) -> None:
    """It began and ended in the past: listed, and nobody is disturbed."""
    case = new_case(docket, turn.asset, turn.asset_kind, turn.code, turn.since_ms, turn.at_ms)
    root = parents.past(docket, case.node, turn.at_ms)
    if root == turn.asset:
        root = None
    docket.past[case.key] = root
    docket.announce(replace(case, opened=True, root=root, facts=(*_why(docket, case), Fact("late"))))


def _wavers(docket: Docket, turn: Recovering | Relapsed) -> None:
    case = docket.cases.get(key(turn.asset, turn.code))
    if case is None:
        return
    if isinstance(turn, Recovering):
        docket.put(case, phase="recovering", good_ms=turn.good_ms)
    else:
        docket.put(case, phase="confirmed", good_ms=None)
    if turn.code in WEATHER_CODES:
        weather.vote(docket)


def _cleared(docket: Docket, turn: Cleared) -> None:
    case = docket.cases.get(key(turn.asset, turn.code))
    if case is None:
        return
    docket.put(case, phase="cleared", good_ms=turn.ended_ms)
    if case.opened:
        docket.said.append(FaultCleared(turn.asset, turn.code, turn.ended_ms, docket.now, case.root))


def _ended(docket: Docket, turn: Ended) -> None:
    name = key(turn.asset, turn.code)
    if turn.late:
        over = FaultClosed(
            turn.asset, turn.code, turn.ended_ms, turn.closed_ms, docket.now, docket.past.pop(name, None)
        )
        docket.said.append(over)
        return
    case = docket.cases.pop(name, None)
    if case is None:
        return
    if case.opened:
        docket.close(case, turn.ended_ms, turn.closed_ms)
    elif case.under is not None:
        root = parents.over(docket, case) or case.under
        opened = docket.open(case, root)
        del docket.cases[case.key]
        docket.close(opened, turn.ended_ms, turn.closed_ms)
    _recovery(docket, case)
    intermittent.ended(docket, case, turn.ended_ms)
    if is_silence(case):
        docket.remember_silence(case, turn.ended_ms)
    parents.recovered(docket, case)
    _part_ended(docket, case.key, turn.closed_ms)
    if case.code in WEATHER_CODES:
        weather.vote(docket)


def _recovery(docket: Docket, case: Case) -> None:
    if not case.told or case.root is not None:
        return
    if docket.exempt(case) or not (gate.is_flapping(docket, case) or intermittent.covers(docket, case)):
        docket.tell("recovery", case.asset, case.code)


def _part_ended(docket: Docket, name: str, closed_ms: int) -> None:
    _count_end(docket, name, closed_ms)
    _close_causes(docket)


def _count_end(docket: Docket, name: str, closed_ms: int) -> None:
    for cause in list(docket.cases.values()):
        if is_cause(cause) and name in cause.members:
            docket.put(cause, ended_ms=max(closed_ms, cause.ended_ms or 0))


def _close_causes(docket: Docket) -> None:
    """A cause is over when its last member is; it may be the last member of a larger one."""
    while cause := next((c for c in docket.cases.values() if is_cause(c) and _is_over(docket, c)), None):
        closed_ms = docket.now if cause.ended_ms is None else cause.ended_ms
        del docket.cases[cause.key]
        docket.close(cause, closed_ms, closed_ms)
        _recovery(docket, cause)
        parents.recovered(docket, cause)
        _count_end(docket, cause.key, closed_ms)


def _is_over(docket: Docket, cause: Case) -> bool:
    return not any(name in docket.cases or name in docket.doubts for name in cause.members)


def _presence(docket: Docket, turn: Presence) -> None:
    if turn.asset_kind == "node":
        if turn.here:
            docket.gone.pop(turn.asset, None)
        else:
            docket.gone[turn.asset] = turn.at_ms
        return
    if turn.here:
        docket.unheard.pop(turn.asset, None)
    else:
        docket.unheard[turn.asset] = turn.at_ms
    if turn.asset_kind != "camera" or turn.here == (turn.asset not in docket.unseen):
        return
    docket.cameras += 1 if turn.here else -1
    if turn.here:
        del docket.unseen[turn.asset]
    else:
        docket.unseen[turn.asset] = turn.at_ms
    weather.vote(docket)


def _flapping(docket: Docket, turn: Flapping) -> None:
    if turn.on:
        docket.flapping.setdefault(turn.asset, 0)
        return
    if docket.flapping.get(turn.asset):
        docket.tell("flapping_end", turn.asset, "flapping")
        for case in list(docket.cases.values()):  # it states the state, and so stands for what was due
            if gate.is_flapping(docket, case) and case.due and case.phase == "confirmed" and case.root is None:
                docket.put(case, told=True, due=False)
    docket.flapping.pop(turn.asset, None)


# ---- people and the gateway


def _window(docket: Docket, window: Window) -> None:
    kept = [w for w in docket.windows if w.to_ms is None or w.to_ms > docket.now]
    docket.windows = (*kept, window)


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
        if case.phase == "confirmed" and (not case.opened or (case.due and not case.told)):
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

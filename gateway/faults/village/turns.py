"""What each word of a node does to the village's cases."""

from msgspec.structs import replace

from gateway.faults.catalogue import SABOTAGE_CODES, WEATHER_CODES, entry
from gateway.faults.changes import (
    Cleared,
    Confirmed,
    Dismissed,
    Ended,
    Fact,
    FaultCleared,
    FaultClosed,
    Flapping,
    Presence,
    Recovering,
    Relapsed,
    Running,
    Suspected,
    Turn,
)
from gateway.faults.node.mains import SENSED
from gateway.faults.node.silence import AWAY, MAINS, SILENT
from gateway.faults.village import causes, gate, intermittent, parents, sabotage, weather
from gateway.faults.village.cases import (
    Case,
    Doubt,
    is_cause,
    key,
)
from gateway.faults.village.docket import Absence, Docket, is_silence, new_case

_VOTES = WEATHER_CODES | SABOTAGE_CODES


def take(docket: Docket, turn: Turn) -> None:
    """Write one down."""
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
    if turn.code != SILENT:
        docket.present("unheard", turn.asset)  # nothing else is confirmed of what is not heard
    case = new_case(docket, turn.asset, turn.asset_kind, turn.code, turn.since_ms, turn.at_ms)
    weather.began(docket, turn.asset, turn.code, turn.since_ms)
    case = docket.put(case, latched=turn.latched, facts=_why(docket, case), veiled=weather.hides(docket, case))
    if turn.code == SENSED:
        thing = docket.plan.things.get(turn.asset)
        docket.open(case, docket.plan.home(thing.node) if thing else None)
    elif (road := sabotage.root(docket, case)) is not None:
        docket.open(case, road)
    elif gate.may_open(docket, case):
        gate.admit(docket, case)
    else:
        docket.put(case, under=parents.over(docket, case))


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
    known = docket.cases.get(key(turn.asset, turn.code))
    if known is not None and turn.latched:  # one that waits for its release began earlier
        docket.announce(docket.put(known, since_ms=turn.since_ms, opened_ms=turn.since_ms))
        return
    case = new_case(docket, turn.asset, turn.asset_kind, turn.code, turn.since_ms, turn.at_ms)
    root = parents.past(docket, case.node, turn.at_ms)
    if any(parents.past(docket, case.node, at_ms) != root for at_ms in turn.was):
        return  # a part of it was listed under another cause: both stay as they are
    if root == turn.asset:
        root = None
    docket.past[case.key] = root
    docket.announce(replace(case, opened=True, root=root, facts=(*_why(docket, case), Fact("late"))), len(turn.was))


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
    case = docket.put(case, phase="cleared", good_ms=turn.ended_ms)
    if not case.opened:  # it waits for a person from now on, who has to see it
        case = docket.open(case, parents.over(docket, case))
    docket.said.append(FaultCleared(turn.asset, turn.code, turn.ended_ms, docket.now, case.root))


def _ended(docket: Docket, turn: Ended) -> None:
    name = key(turn.asset, turn.code)
    if turn.late:
        if name in docket.past:
            root = docket.past.pop(name)
            docket.said.append(FaultClosed(turn.asset, turn.code, turn.ended_ms, turn.closed_ms, docket.now, root))
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
    if not (case.told or case.named) or case.root is not None:
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
        _mark(docket, "gone", turn)
        return
    _mark(docket, "unheard", turn)
    if turn.asset_kind != "camera" or turn.here == (turn.asset not in docket.unseen):
        return
    docket.cameras += 1 if turn.here else -1
    _mark(docket, "unseen", turn)
    weather.vote(docket)


def _mark(docket: Docket, absence: Absence, turn: Presence) -> None:
    if turn.here:
        docket.present(absence, turn.asset)
    else:
        docket.absent(absence)[turn.asset] = turn.at_ms


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

"""What stands between a fault and its message: holds, maintenance, flapping, parents. Nothing does for danger."""

from gateway.faults.node.silence import AWAY, SILENT
from gateway.faults.village import causes, intermittent, parents, sabotage
from gateway.faults.village.cases import Case, Window, is_cause
from gateway.faults.village.docket import Docket, is_silence


def sweep(docket: Docket) -> None:
    """Open what may be opened by now, and tell what may be told."""
    for asset in [asset for asset, told_ms in docket.flapping.items() if not told_ms]:
        if not quiet(docket, asset):
            docket.flapping[asset] = docket.now
            docket.tell("flapping", asset, "flapping")
    seen: set[str] = set()
    while waiting := sorted(n for n, c in docket.cases.items() if waits(c) and n not in seen):
        for name in waiting:  # a cause may be found meanwhile
            seen.add(name)
            _look_at(docket, docket.cases[name])


def waits(case: Case) -> bool:
    """Whether it may be opened, or told of, as soon as nothing is in the way; what is veiled waits for the weather."""
    return (not case.opened and not case.veiled) or (case.due and not case.told and case.root is None)


def _look_at(docket: Docket, case: Case) -> None:
    if not stands(docket, case):
        return  # one that is recovering waits for its outcome
    if not case.opened and may_open(docket, case):
        case = admit(docket, case)
    if case.due and not case.told and case.root is None:
        _tell(docket, case)


def stands(docket: Docket, case: Case) -> bool:
    """Whether it is bad now, or was for a moment and waits for a person who does not know of it yet; of a cause,
    whether any of its members is.
    """
    if case.phase == "cleared" and case.latched:
        return not case.told
    if case.phase != "confirmed" or not is_cause(case):
        return case.phase == "confirmed"
    found = [docket.cases[name] for name in case.members if name in docket.cases]
    return any(stands(docket, member) for member in found)


def may_open(docket: Docket, case: Case) -> bool:
    """Whether nothing forbids to list it as a fault of its own."""
    if docket.exempt(case):
        return True
    held_back = case.veiled or hushed(docket, case) or out_of_service(docket, case)
    return not (held_back or parents.over(docket, case))


def admit(docket: Docket, case: Case) -> Case:
    """A fault of its own: danger is told at once, the others wait for their site's hold."""
    case = docket.open(case)
    if docket.exempt(case):
        docket.tell("problem", case.asset, case.code)
        return docket.put(case, told=True)
    case = docket.hold(case)
    intermittent.count(docket, case)
    sabotage.look(docket, case.asset, case.code)
    return docket.cases[case.key]


def _tell(docket: Docket, case: Case) -> None:
    if case.code in AWAY and case.node:
        case = causes.judge(docket, case)
        if case.root is not None:
            return
    if not blocked(docket, case):
        docket.tell("problem", case.asset, case.code)
        docket.put(case, told=True, due=False)


def blocked(docket: Docket, case: Case) -> bool:
    """Whether its problem has to wait."""
    if docket.exempt(case):
        return False
    if is_flapping(docket, case) or intermittent.covers(docket, case) or planned(docket, case):
        return True
    if out_of_service(docket, case):
        return True
    if is_cause(case):
        return False
    return hushed(docket, case) or parents.over(docket, case) is not None


def hushed(docket: Docket, case: Case) -> bool:
    """Whether nobody knows how the device is by now: what is UNKNOWN neither opens nor is told of."""
    if is_silence(case) or case.code == SILENT or intermittent.of_silence(case):
        return False
    return case.node in docket.gone or case.asset in docket.unheard


def is_flapping(docket: Docket, case: Case) -> bool:
    """Whether the asset, or the link of the node that is silent, changes its mind too often to be told of."""
    return bool(docket.flapping.get(case.asset) or (is_silence(case) and docket.flapping.get(case.node)))


def quiet(docket: Docket, asset: str) -> bool:
    """Whether nobody wants to hear of the asset's flapping now."""
    thing = docket.plan.thing(asset)
    probe = Case(asset, "node", "flapping", thing.site if thing else "", thing.node if thing else "", 0, 0)
    return planned(docket, probe) or out_of_service(docket, probe)


def planned(docket: Docket, case: Case) -> bool:
    """Whether somebody works there now; of a cause, whether they do everywhere."""
    if is_cause(case):
        found = [docket.cases[name] for name in case.members if name in docket.cases]
        return bool(found) and all(planned(docket, member) for member in found)
    return any(w.kind == "planned" and w.target in targets(case) and w.covers(docket.now) for w in docket.windows)


def out_of_service(docket: Docket, case: Case) -> bool:
    """Whether the device does not have to work now."""
    hits = targets(case)
    return any(w.kind == "out_of_service" and w.target in hits and w.covers(docket.now) for w in docket.windows)


def targets(case: Case) -> set[str]:
    """Whose windows hold for the case."""
    pile, dot, _ = case.asset.rpartition(".")
    return {case.asset, case.node, case.site} | ({pile} if dot else set())


def ends(docket: Docket, case: Case) -> list[int]:
    """The moments at which something that stands in the way may be over by time alone."""
    members = [docket.cases[name] for name in case.members if name in docket.cases]
    hits = targets(case).union(*(targets(member) for member in members))
    windows: list[Window] = [window for window in docket.windows if window.target in hits]
    return [*(window.to_ms for window in windows if window.to_ms is not None), *parents.ends(docket, case)]

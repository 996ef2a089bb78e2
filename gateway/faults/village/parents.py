"""Dependencies: what hangs on something that has failed opens nothing and tells nobody, and has some grace after."""

from gateway.faults.node.silence import MAINS
from gateway.faults.village.cases import Case, key
from gateway.faults.village.docket import Docket, is_silence, open_cases, state_is_down
from gateway.faults.village.plan import Thing

_SUPPLIES = ("feeder_down", "uplink_down")


def over(docket: Docket, case: Case) -> str | None:
    """The asset of the cause above the case that has failed, or has only just recovered; None: nothing has."""
    thing = docket.plan.thing(case.asset)
    for parent in docket.plan.ancestors(case.asset):
        cause = _failed(docket, parent, thing is not None and thing.ups)
        if cause is not None and cause.key != case.key:
            return cause.root or cause.asset
        grace = docket.graces.get(parent)
        if grace is not None and docket.now < grace[0] + _grace_ms(docket, thing):
            return grace[1]
    return None


def ends(docket: Docket, case: Case) -> list[int]:
    """The moments at which a grace above the case will be over."""
    thing = docket.plan.thing(case.asset)
    graces = (docket.graces.get(parent) for parent in docket.plan.ancestors(case.asset))
    return [grace[0] + _grace_ms(docket, thing) for grace in graces if grace is not None]


def recovered(docket: Docket, case: Case) -> None:
    """The case is over; if its asset had failed by it, its children have their grace from now on."""
    asset = case.node if is_silence(case) else case.asset
    if asset in docket.plan.leaned_on and _was_failed(docket, case):
        longest_ms = max(_grace_ms(docket, child) for child in docket.plan.things.values())
        kept = {other: grace for other, grace in docket.graces.items() if docket.now < grace[0] + longest_ms}
        docket.graces = {**kept, asset: (docket.now, case.root or case.asset)}


def past(docket: Docket, node: str, at_ms: int) -> str | None:
    """The cause above ``node``'s devices at a moment of the past; None: it was there."""
    now = docket.silent(node)
    if now is not None and now.since_ms <= at_ms:
        return now.root or now.asset
    for silence in docket.silences.get(node, ()):
        if silence.since_ms <= at_ms < silence.until_ms:
            return silence.root or silence.asset
    return None


def _failed(docket: Docket, parent: str, ups: bool) -> Case | None:
    thing = docket.plan.things.get(parent)
    if thing is None:
        found = (docket.cases.get(key(parent, code)) for code in _SUPPLIES)
        return next((case for case in found if case is not None), None)
    if thing.kind == "node":
        case = docket.silent(parent)
        runs = case is not None and case.code == MAINS and parent not in docket.gone
        return None if runs and ups else case
    return next((case for case in open_cases(docket, parent) if state_is_down(case)), None)


def _was_failed(docket: Docket, case: Case) -> bool:
    """Whether what hangs on the case's asset was silenced by it; ``_failed`` looks for such cases."""
    thing = docket.plan.things.get(case.asset)
    if is_silence(case) or (thing is not None and thing.kind == "node"):
        return is_silence(case)
    return case.code in _SUPPLIES or (thing is not None and state_is_down(case))


def _grace_ms(docket: Docket, thing: Thing | None) -> int:
    return (thing.limit_ms if thing else 0) + round(docket.rules.grace_extra_s * 1000)

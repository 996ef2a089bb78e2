"""A fault that comes and goes: from the fourth episode of a day on one message stands for them all."""

from gateway.faults.changes import Fact
from gateway.faults.node.silence import AWAY, SILENT
from gateway.faults.village.cases import Case, key
from gateway.faults.village.docket import Docket, new_case

CODE = "intermittent"


def count(docket: Docket, case: Case) -> None:
    """One more confirmed episode."""
    if case.code == CODE or case.members:
        return
    window_ms = round(docket.rules.intermittent_window_s * 1000)
    starts = (*(s for s in docket.episodes.get(case.key, ()) if s >= case.since_ms - window_ms), case.since_ms)
    docket.episodes[case.key] = starts[-docket.rules.intermittent_episodes :]
    if len(starts) < docket.rules.intermittent_episodes:
        return
    known = docket.cases.get(key(case.asset, CODE))
    if known is None:
        known = new_case(docket, case.asset, case.kind, CODE, case.since_ms, docket.now)
        fact = Fact("intermittent", {"code": case.code, "times": len(starts)})
        known = docket.put(known, site=case.site, node=case.node, members=(case.code,), facts=(fact,))
        docket.hold(docket.open(known))
    elif case.code not in known.members:
        docket.put(known, members=(*known.members, case.code))


def of_silence(case: Case) -> bool:
    """Whether it is a silence that comes and goes: nobody has to be heard to tell of that."""
    return case.code == CODE and any(code in AWAY or code == SILENT for code in case.members)


def covers(docket: Docket, case: Case) -> bool:
    """Whether the case is one of many that were told of together."""
    known = docket.cases.get(key(case.asset, CODE))
    return known is not None and case.code in known.members


def ended(docket: Docket, case: Case, ended_ms: int) -> None:
    """An episode is over."""
    known = docket.cases.get(key(case.asset, CODE))
    if known is not None and case.code in known.members:
        docket.put(known, ended_ms=max(ended_ms, known.ended_ms or 0))


def due_ms(docket: Docket, case: Case) -> int | None:
    """When it is over, if no episode comes."""
    if case.code != CODE or case.ended_ms is None:
        return None
    if any(key(case.asset, code) in docket.cases for code in case.members):
        return None
    return case.ended_ms + round(docket.rules.intermittent_window_s * 1000)


def end(docket: Docket, case: Case, at_ms: int) -> None:
    """A day has passed without another one."""
    del docket.cases[case.key]
    for code in case.members:
        docket.episodes.pop(key(case.asset, code), None)
    docket.close(case, at_ms, at_ms)
    if case.told:
        docket.tell("recovery", case.asset, CODE)
